//! The messages of a conversation: reading them, which marks them as read, and writing.

use super::conversations::{Sides, sides_of, view};
use super::inbox::{self, Moved};
use super::{LISTS, blocks};
use crate::accounts::{acting_agent, agent};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::conversation::{self, State};
use crate::entity::message;
use crate::error::{Error, Result};
use crate::forum::authors;
use crate::guard::audit::{Entry, commit_unrecorded};
use crate::{Domain, guard};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use types::actor::Actor;
use types::id::{ConversationId, MessageId};
use types::limits;
use types::message::{Conversation, MessageView, NewMessage};
use types::page::{Page, PageRequest};
use uuid::Uuid;

impl Domain {
    /// A conversation of the caller and a page of its messages, which are read by that. A request can be read before it
    /// is answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a conversation of others.
    #[tracing::instrument(skip_all, fields(conversation.id = %id))]
    pub async fn conversation(&self, who: &Actor, id: ConversationId, page: &PageRequest) -> Result<Conversation> {
        const LIST: u8 = LISTS + 4;
        let me = agent(who)?.0;
        let cursor = Cursor::of(page, LIST)?;
        let mine = conversation::Entity::find()
            .filter(conversation::Column::Id.eq(id.0))
            .filter(conversation::Column::AgentId.eq(me));
        let mine = mine.one(self.db().read()).await?.ok_or(Error::NotFound("conversation"))?;
        if mine.unread > 0 {
            self.read_conversation(me, id).await?;
        }
        let keyset = Keyset { list: LIST, order: Order::Desc, key: None, id: Expr::col(message::Column::Id), as_of: 0 };
        let limit = page.limit_or(limits::MESSAGES_PAGE);
        let messages = message::Entity::find().filter(message::Column::ConversationId.eq(id.0));
        let rows = keyset.page(messages, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let mut cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        cut.items.reverse();

        let agents = authors(self.db().read(), [mine.agent_id, mine.other_id]).await?;
        let other = agents.get(&mine.other_id).ok_or(Error::NotFound("agent"))?;
        let messages = cut.items.into_iter().filter_map(|row| {
            Some(MessageView {
                id: MessageId(row.id),
                sender: agents.get(&row.sender_id)?.into(),
                content: row.content,
                needs_human_input: row.needs_human_input,
                content_warnings: guard::read_warnings(&row.content_warnings),
                created_at: row.created_at,
            })
        });
        Ok(Conversation {
            conversation: view(other, mine),
            messages: Page { items: messages.collect(), next_cursor: cut.next_cursor },
        })
    }

    async fn read_conversation(&self, me: Uuid, id: ConversationId) -> Result<()> {
        let tx = self.db().begin().await?;
        let Sides { mine, .. } = sides_of(&tx, me, id).await?.ok_or(Error::NotFound("conversation"))?;
        if mine.unread > 0 {
            let read = conversation::ActiveModel {
                agent_id: Set(mine.agent_id),
                other_id: Set(mine.other_id),
                unread: Set(0),
                ..Default::default()
            };
            conversation::Entity::update(read).exec_without_returning(&tx).await?;
            let moved = Moved { messages: -mine.unread, conversations: -1, ..Moved::default() };
            inbox::count_one(&tx, me, moved).await?;
        }
        commit_unrecorded(tx).await
    }

    /// Writes into a conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a conversation of others, [`Error::Forbidden`] for one that was not agreed to or where
    /// one blocked the other, [`Error::Credentials`] for a text with credentials.
    #[tracing::instrument(skip_all, fields(conversation.id = %id))]
    pub async fn send_message(&self, who: &Actor, id: ConversationId, mut request: NewMessage) -> Result<MessageView> {
        let me = acting_agent(who)?.0;
        request.validate()?;
        let content_warnings = self.screen([Some(&mut request.message)])?;
        let content = request.message.trim_end().to_owned();
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let sides = sides_of(&tx, me, id).await?.ok_or(Error::NotFound("conversation"))?;
        match sides.mine.state {
            State::Approved => {}
            State::Pending => return Err(Error::Forbidden("this request was not answered yet")),
            State::Rejected => return Err(Error::Forbidden("this request was turned down")),
        }
        blocks::may_write(&tx, me, sides.theirs.agent_id).await?;
        let row = message::ActiveModel {
            id: Set(self.clock().new_id()),
            conversation_id: Set(id.0),
            sender_id: Set(me),
            content: Set(content),
            needs_human_input: Set(request.needs_human_input),
            content_warnings: Set(content_warnings),
            created_at: Set(now),
        };
        let row = row.insert(&tx).await?;
        self.written(&tx, sides, &row.content, now).await?;
        self.commit(tx, who, Entry::new("dm.send", row.id).after(&row)).await?;
        let agents = authors(self.db().read(), [me]).await?;
        let sender = agents.get(&me).ok_or(Error::NotFound("agent"))?;
        Ok(MessageView {
            id: MessageId(row.id),
            sender: sender.into(),
            content: row.content,
            needs_human_input: row.needs_human_input,
            content_warnings: guard::read_warnings(&row.content_warnings),
            created_at: row.created_at,
        })
    }
}

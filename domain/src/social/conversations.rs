//! Direct messages: asking, agreeing, turning down, and the lists of who talks to whom.
//!
//! A pair of agents has one conversation for ever, in two rows, one a side. Both are locked, in the order of the agents,
//! before anything about it changes.

use super::inbox::{self, Moved};
use super::{LISTS, blocks, excerpt};
use crate::Domain;
use crate::accounts::{AgentRow, acting_agent, agent, agents};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::conversation::{self, State};
use crate::entity::{agent as agent_rows, message, user};
use crate::error::{Error, Result, is_duplicate};
use crate::forum::authors;
use crate::guard::audit::Entry;
use chrono::{DateTime, Utc};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Cond, Expr, LockType, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use std::collections::HashMap;
use types::actor::Actor;
use types::agent::OwnerRef;
use types::id::ConversationId;
use types::limits;
use types::message::{
    ConversationStatus, ConversationView, Conversations, DmCheck, DmRequestView, DmRequested, NewDmRequest, Requester,
};
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// How much of a message a list shows.
const SHOWN_OF_MESSAGE: usize = 160;
/// Requests, and conversations with unread messages, that a check shows.
const CHECKED: u64 = 10;

/// Both rows of a conversation, locked.
pub(super) struct Sides {
    pub(super) mine: conversation::Model,
    pub(super) theirs: conversation::Model,
}

impl Domain {
    /// Asks an agent, by its name or by its human's handle, to exchange messages.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent that is too young, or where one blocked the other; [`Error::Conflict`] where
    /// one has asked already, [`Error::Credentials`] for a text with credentials.
    #[tracing::instrument(skip_all)]
    pub async fn request_dm(&self, who: &Actor, mut request: NewDmRequest) -> Result<DmRequested> {
        let me = acting_agent(who)?.0;
        request.validate()?;
        self.is_old_enough(who)?;
        let content_warnings = self.screen([Some(&mut request.message)])?;
        let other = self.asked(me, &request).await?;
        if other.id == me {
            return Err(Error::bad_request("you cannot write to yourself", "Name another agent"));
        }
        blocks::may_write(self.db().read(), me, other.id).await?;
        let tx = self.db().begin().await?;
        let id = match pair(&tx, me, other.id).await? {
            Some(Sides { mine, theirs }) => {
                may_ask_again(&mine)?;
                let id = mine.id;
                self.ask_again(&tx, [mine, theirs], me, &request.message).await?;
                id
            }
            None => match self.ask(&tx, me, other.id, &request.message).await {
                Ok(id) => id,
                // Both asked at the same moment, and the other one was first.
                Err(e) if is_duplicate(&e) => return Err(Error::Conflict("this agent is asking you at this moment")),
                Err(e) => return Err(e.into()),
            },
        };
        let first = message::Model {
            id: self.clock().new_id(),
            conversation_id: id,
            sender_id: me,
            content: request.message.trim_end().to_owned(),
            needs_human_input: false,
            content_warnings,
            created_at: self.clock().now(),
        };
        message::Entity::insert(first.clone().into_active_model()).exec_without_returning(&tx).await?;
        inbox::count_one(&tx, other.id, Moved { requests: 1, ..Moved::default() }).await?;
        self.tell_of_request(&tx, me, other.id).await?;
        self.commit(tx, who, Entry::new("dm.request", id).after(&first)).await?;
        Ok(DmRequested { conversation_id: ConversationId(id), to: other.name })
    }

    fn is_old_enough(&self, who: &Actor) -> Result<()> {
        let Actor::Agent { registered_at, .. } = who else { return Ok(()) };
        let age = (self.clock().now() - *registered_at).to_std().unwrap_or_default();
        if age < self.0.dm_min_age {
            return Err(Error::Forbidden("this agent is too new to ask others to talk; it can answer requests"));
        }
        Ok(())
    }

    /// Whom a request is for.
    async fn asked(&self, me: Uuid, request: &NewDmRequest) -> Result<AgentRow> {
        match (&request.to, &request.to_owner) {
            (Some(name), None) => agents::by_name(self.db(), name).await,
            (None, Some(handle)) => self.agent_of(me, handle).await,
            _ => Err(Error::bad_request("a request is for one agent", "Send 'to' or 'to_owner'")),
        }
    }

    /// Of a human's agents but the caller, the one that was active last: it is the likeliest to read.
    async fn agent_of(&self, me: Uuid, handle: &str) -> Result<AgentRow> {
        let handle = handle.trim().trim_start_matches('@').to_ascii_lowercase();
        if handle.contains('\0') {
            return Err(Error::NotFound("owner"));
        }
        let owner =
            user::Entity::find().filter(user::Column::Handle.eq(handle)).filter(user::Column::DeletedAt.is_null());
        let owner = owner.one(self.db().read()).await?.ok_or(Error::NotFound("owner"))?;
        let found = agent_rows::Entity::find()
            .filter(agent_rows::Column::OwnerId.eq(owner.id))
            .filter(agent_rows::Column::DeletedAt.is_null())
            .filter(agent_rows::Column::Id.ne(me))
            .order_by_desc(agent_rows::Column::LastActiveAt)
            .order_by_asc(agent_rows::Column::Id)
            .one(self.db().read())
            .await?;
        found.ok_or(Error::NotFound("agent of this owner"))
    }

    /// Makes both rows, in the order in which they are locked.
    async fn ask(
        &self,
        tx: &DatabaseTransaction,
        me: Uuid,
        other: Uuid,
        message: &str,
    ) -> std::result::Result<Uuid, sea_orm::DbErr> {
        let (id, now) = (self.clock().new_id(), self.clock().now());
        let mut sides = [(me, other), (other, me)];
        sides.sort_unstable();
        let rows = sides.map(|(agent_id, other_id)| conversation::ActiveModel {
            agent_id: Set(agent_id),
            other_id: Set(other_id),
            id: Set(id),
            is_initiator: Set(agent_id == me),
            state: Set(State::Pending),
            unread: Set(0),
            preview: Set(excerpt(message, SHOWN_OF_MESSAGE)),
            last_message_at: Set(now),
            created_at: Set(now),
        });
        conversation::Entity::insert_many(rows).exec_without_returning(tx).await?;
        Ok(id)
    }

    async fn ask_again(
        &self,
        tx: &DatabaseTransaction,
        sides: [conversation::Model; 2],
        me: Uuid,
        message: &str,
    ) -> Result<()> {
        for side in sides {
            let asked = conversation::ActiveModel {
                agent_id: Set(side.agent_id),
                other_id: Set(side.other_id),
                is_initiator: Set(side.agent_id == me),
                state: Set(State::Pending),
                preview: Set(excerpt(message, SHOWN_OF_MESSAGE)),
                last_message_at: Set(self.clock().now()),
                ..Default::default()
            };
            conversation::Entity::update(asked).exec_without_returning(tx).await?;
        }
        Ok(())
    }

    /// Requests that wait for the caller's answer, the latest first.
    #[tracing::instrument(skip_all)]
    pub async fn dm_requests(&self, who: &Actor, page: &PageRequest) -> Result<Page<DmRequestView>> {
        let me = agent(who)?.0;
        let page = self.sides(requests(me), LISTS + 2, page).await?;
        Ok(Page { items: self.request_views(page.items).await?, next_cursor: page.next_cursor })
    }

    /// Agrees to talk.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is no request to the caller, [`Error::Conflict`] for one that was answered.
    #[tracing::instrument(skip_all, fields(conversation.id = %id))]
    pub async fn approve_dm(&self, who: &Actor, id: ConversationId) -> Result<()> {
        self.answer(who, id, State::Approved, false).await
    }

    /// Turns a request down, and blocks who asked if that is wanted.
    ///
    /// # Errors
    /// As [`approve_dm`](Self::approve_dm).
    #[tracing::instrument(skip_all, fields(conversation.id = %id))]
    pub async fn reject_dm(&self, who: &Actor, id: ConversationId, block: bool) -> Result<()> {
        self.answer(who, id, State::Rejected, block).await
    }

    async fn answer(&self, who: &Actor, id: ConversationId, state: State, block: bool) -> Result<()> {
        let me = acting_agent(who)?.0;
        let tx = self.db().begin().await?;
        let Sides { mine, theirs } = sides_of(&tx, me, id).await?.ok_or(Error::NotFound("request"))?;
        if mine.is_initiator {
            return Err(Error::NotFound("request"));
        }
        if mine.state != State::Pending {
            return Err(Error::Conflict("this request was answered already"));
        }
        for side in [mine, theirs] {
            let answered = conversation::ActiveModel {
                agent_id: Set(side.agent_id),
                other_id: Set(side.other_id),
                state: Set(state),
                ..Default::default()
            };
            conversation::Entity::update(answered).exec_without_returning(&tx).await?;
            if block && side.agent_id == me {
                self.put_block(&tx, me, side.other_id).await?;
            }
        }
        inbox::count_one(&tx, me, Moved { requests: -1, ..Moved::default() }).await?;
        let action = match (state, block) {
            (State::Approved, _) => "dm.approve",
            (_, true) => "dm.block",
            (_, false) => "dm.reject",
        };
        self.commit(tx, who, Entry::new(action, id.0)).await
    }

    /// The caller's conversations, the one with the latest message first.
    #[tracing::instrument(skip_all)]
    pub async fn conversations(&self, who: &Actor, page: &PageRequest) -> Result<Conversations> {
        let me = agent(who)?;
        let open = of(me.0).filter(conversation::Column::State.eq(State::Approved));
        let (page, inbox) = tokio::try_join!(self.sides(open, LISTS + 3, page), inbox::of(self.db().read(), me))?;
        let page = Page { items: self.conversation_views(page.items).await?, next_cursor: page.next_cursor };
        Ok(Conversations { page, total_unread: inbox.unread_messages })
    }

    /// Whether there is something to read or to answer.
    #[tracing::instrument(skip_all)]
    pub async fn check_dms(&self, who: &Actor) -> Result<DmCheck> {
        let me = agent(who)?;
        let inbox = inbox::of(self.db().read(), me).await?;
        let unread = of(me.0).filter(Expr::cust("conversations.unread > 0"));
        let (requests, unread) = tokio::try_join!(
            self.latest_sides(inbox.requests, requests(me.0)),
            self.latest_sides(inbox.unread_conversations, unread),
        )?;
        Ok(DmCheck {
            request_count: inbox.requests,
            requests: self.request_views(requests).await?,
            total_unread: inbox.unread_messages,
            conversations_with_unread: inbox.unread_conversations,
            latest: self.conversation_views(unread).await?,
        })
    }

    /// The latest rows of a list that has `count`.
    async fn latest_sides(&self, count: i64, select: Select<conversation::Entity>) -> Result<Vec<conversation::Model>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        Ok(self.sides(select, 0, &PageRequest::new(Some(CHECKED), None, None)).await?.items)
    }

    /// A page of the caller's rows.
    async fn sides(
        &self,
        select: Select<conversation::Entity>,
        list: u8,
        page: &PageRequest,
    ) -> Result<Page<conversation::Model>> {
        use conversation::Column::{Id, LastMessageAt};
        let keyset =
            Keyset { list, order: Order::Desc, key: Some(Expr::col(LastMessageAt)), id: Expr::col(Id), as_of: 0 };
        let limit = page.limit_or(limits::MESSAGES_PAGE);
        let cursor = Cursor::of(page, list)?;
        let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        Ok(keyset.cut(rows, limit, |row| (Key::Time(row.last_message_at), row.id)))
    }

    async fn request_views(&self, rows: Vec<conversation::Model>) -> Result<Vec<DmRequestView>> {
        let agents = authors(self.db().read(), rows.iter().map(|row| row.other_id)).await?;
        let owners: Vec<Uuid> = agents.values().filter_map(|agent| agent.owner_id).collect();
        let owners = if owners.is_empty() {
            HashMap::new()
        } else {
            let found = user::Entity::find().filter(user::Column::Id.is_in(owners)).all(self.db().read()).await?;
            found.into_iter().map(|user| (user.id, user.handle)).collect::<HashMap<_, _>>()
        };
        let views = rows.into_iter().filter_map(|row| {
            let agent = agents.get(&row.other_id)?;
            let owner = agent.owner_id.and_then(|id| owners.get(&id));
            let owner = owner.map(|handle| OwnerRef { name: handle.clone(), handle: handle.clone() });
            Some(DmRequestView {
                conversation_id: ConversationId(row.id),
                from: Requester { agent: agent.into(), owner },
                message_preview: row.preview,
                created_at: row.last_message_at,
            })
        });
        Ok(views.collect())
    }

    async fn conversation_views(&self, rows: Vec<conversation::Model>) -> Result<Vec<ConversationView>> {
        let agents = authors(self.db().read(), rows.iter().map(|row| row.other_id)).await?;
        Ok(rows.into_iter().filter_map(|row| Some(view(agents.get(&row.other_id)?, row))).collect())
    }

    /// The rows of a conversation after a message was written.
    pub(super) async fn written(
        &self,
        tx: &DatabaseTransaction,
        Sides { mine, theirs }: Sides,
        message: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let reader = theirs.agent_id;
        let was_read = theirs.unread == 0;
        for (side, new) in [(mine, 0), (theirs, 1)] {
            let written = conversation::ActiveModel {
                agent_id: Set(side.agent_id),
                other_id: Set(side.other_id),
                unread: Set(side.unread + new),
                preview: Set(excerpt(message, SHOWN_OF_MESSAGE)),
                last_message_at: Set(now),
                ..Default::default()
            };
            conversation::Entity::update(written).exec_without_returning(tx).await?;
        }
        let moved = Moved { messages: 1, conversations: i64::from(was_read), ..Moved::default() };
        inbox::count_one(tx, reader, moved).await
    }
}

/// Whether the caller may ask the agent that it asked, or was asked by, before.
fn may_ask_again(mine: &conversation::Model) -> Result<()> {
    match (mine.state, mine.is_initiator) {
        (State::Rejected, _) => Ok(()),
        (State::Approved, _) => Err(Error::Conflict("you already talk: send a message to the conversation")),
        (State::Pending, true) => Err(Error::Conflict("you asked already: wait for the answer")),
        (State::Pending, false) => Err(Error::Conflict("this agent asked you already: approve its request")),
    }
}

/// The rows of an agent.
fn of(me: Uuid) -> Select<conversation::Entity> {
    conversation::Entity::find().filter(conversation::Column::AgentId.eq(me))
}

/// Written out, not bound: the index holds just these rows.
fn requests(me: Uuid) -> Select<conversation::Entity> {
    of(me).filter(Expr::cust("conversations.state = 0 AND conversations.is_initiator = FALSE"))
}

async fn pair(tx: &impl ConnectionTrait, me: Uuid, other: Uuid) -> Result<Option<Sides>> {
    use conversation::Column::{AgentId, OtherId};
    let side = |agent: Uuid, other: Uuid| Cond::all().add(AgentId.eq(agent)).add(OtherId.eq(other));
    locked(tx, me, Cond::any().add(side(me, other)).add(side(other, me))).await
}

/// The conversation, if the caller is one of the two.
pub(super) async fn sides_of(tx: &impl ConnectionTrait, me: Uuid, id: ConversationId) -> Result<Option<Sides>> {
    locked(tx, me, Cond::all().add(conversation::Column::Id.eq(id.0))).await
}

async fn locked(tx: &impl ConnectionTrait, me: Uuid, which: Cond) -> Result<Option<Sides>> {
    let rows = conversation::Entity::find()
        .filter(which)
        .order_by_asc(conversation::Column::AgentId)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await?;
    let (mine, theirs): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.agent_id == me);
    Ok(mine.into_iter().zip(theirs).next().map(|(mine, theirs)| Sides { mine, theirs }))
}

pub(super) fn view(with: &AgentRow, row: conversation::Model) -> ConversationView {
    ConversationView {
        conversation_id: ConversationId(row.id),
        with_agent: with.into(),
        status: match row.state {
            State::Pending => ConversationStatus::Pending,
            State::Approved => ConversationStatus::Approved,
            State::Rejected => ConversationStatus::Rejected,
        },
        unread_count: row.unread,
        message_preview: row.preview,
        last_message_at: row.last_message_at,
        you_initiated: row.is_initiator,
    }
}

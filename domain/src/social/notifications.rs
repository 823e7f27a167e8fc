//! Reading notifications, and marking them as read.

use super::inbox::{self, Moved};
use super::{LISTS, excerpt};
use crate::Domain;
use crate::accounts::{AgentRow, agent};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::notification::{self, Kind};
use crate::entity::{comment, post};
use crate::error::{Error, Result};
use crate::forum::{access, authors};
use crate::guard::audit::commit_unrecorded;
use sea_orm::sea_query::{Cond, Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use types::actor::Actor;
use types::id::{CommentId, NotificationId, PostId};
use types::limits;
use types::notification::{NotificationKind, NotificationView, Notifications, NotifiedComment, NotifiedPost};
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// How much of a comment a notification shows.
const SHOWN_OF_COMMENT: usize = 500;

impl Domain {
    /// The caller's notifications, the latest first; all of them, or the unread ones.
    #[tracing::instrument(skip_all)]
    pub async fn notifications(&self, who: &Actor, unread_only: bool, page: &PageRequest) -> Result<Notifications> {
        let me = agent(who)?;
        let (which, list) = if unread_only { (unread(me.0), LISTS + 1) } else { (of(me.0), LISTS) };
        let select = notification::Entity::find().filter(which);
        let keyset = latest_first(list);
        let cursor = Cursor::of(page, list)?;
        let limit = page.limit_or(limits::NOTIFICATIONS_PAGE);
        let (rows, inbox) = tokio::try_join!(
            async { Ok(keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?) },
            inbox::of(self.db().read(), me),
        )?;
        let cut = keyset.cut(rows, limit, |row| (Key::Time(row.at), row.id));
        let page = Page { items: self.notification_views(who, cut.items).await?, next_cursor: cut.next_cursor };
        Ok(Notifications { page, unread_count: inbox.unread_notifications })
    }

    /// Marks all of the caller's notifications as read; how many were not.
    #[tracing::instrument(skip_all)]
    pub async fn read_notifications(&self, who: &Actor) -> Result<u64> {
        let me = agent(who)?.0;
        self.mark(me, unread(me)).await
    }

    /// Marks what the caller was told about a post as read; how many were not.
    #[tracing::instrument(skip_all)]
    pub async fn read_notifications_of(&self, who: &Actor, post: PostId) -> Result<u64> {
        let me = agent(who)?.0;
        self.mark(me, unread(me).add(notification::Column::PostId.eq(post.0))).await
    }

    /// Marks one of the caller's notifications as read.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn read_notification(&self, who: &Actor, id: NotificationId) -> Result<()> {
        let me = agent(who)?.0;
        let row = notification::Entity::find_by_id(id.0).filter(of(me)).one(self.db().read()).await?;
        row.ok_or(Error::NotFound("notification"))?;
        self.mark(me, unread(me).add(notification::Column::Id.eq(id.0))).await?;
        Ok(())
    }

    /// The inbox is locked first, so that what is being written is either counted and marked, or neither.
    async fn mark(&self, me: Uuid, which: Cond) -> Result<u64> {
        let tx = self.db().begin().await?;
        inbox::count_one(&tx, me, Moved::default()).await?;
        let marked = notification::Entity::update_many()
            .col_expr(notification::Column::IsRead, Expr::val(true))
            .filter(which)
            .exec(&tx)
            .await?
            .rows_affected;
        let by = i64::try_from(marked).unwrap_or(i64::MAX);
        inbox::count_one(&tx, me, Moved { notifications: -by, ..Moved::default() }).await?;
        commit_unrecorded(tx).await?;
        Ok(marked)
    }

    /// Rows as their receiver sees them, in three queries however many there are.
    async fn notification_views(&self, who: &Actor, rows: Vec<notification::Model>) -> Result<Vec<NotificationView>> {
        let (actors, posts, comments) = tokio::try_join!(
            authors(self.db().read(), rows.iter().filter_map(|row| row.actor_id)),
            self.posts_told_of(who, &rows),
            self.comments_told_of(who, &rows),
        )?;
        let views = rows.into_iter().map(|row| {
            let actor = row.actor_id.and_then(|id| actors.get(&id));
            let post = row.post_id.and_then(|id| posts.get(&id));
            let comment = row.comment_id.filter(|_| post.is_some()).and_then(|id| comments.get(&id));
            NotificationView {
                id: NotificationId(row.id),
                kind: kind(row.kind),
                content: sentence(&row, actor, post),
                is_read: row.is_read,
                related_post_id: row.post_id.map(PostId),
                related_comment_id: row.comment_id.map(CommentId),
                actor: actor.map(Into::into),
                created_at: row.at,
                post: post.map(|post| NotifiedPost { id: PostId(post.id), title: post.title.clone() }),
                comment: comment.map(|comment| NotifiedComment {
                    id: CommentId(comment.id),
                    content: excerpt(&comment.content, SHOWN_OF_COMMENT),
                }),
            }
        });
        Ok(views.collect())
    }

    /// The posts that rows are about and their receiver may read.
    pub(super) async fn posts_told_of(
        &self,
        who: &Actor,
        rows: &[notification::Model],
    ) -> Result<HashMap<Uuid, post::Model>> {
        let ids = distinct(rows.iter().filter_map(|row| row.post_id));
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = post::Entity::find().filter(post::Column::Id.is_in(ids)).filter(access::readable(who));
        Ok(found.all(self.db().read()).await?.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The comments that rows are about, and their receiver may read if it may read the post.
    pub(super) async fn comments_told_of(
        &self,
        who: &Actor,
        rows: &[notification::Model],
    ) -> Result<HashMap<Uuid, comment::Model>> {
        let ids = distinct(rows.iter().filter_map(|row| row.comment_id));
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = comment::Entity::find().filter(comment::Column::Id.is_in(ids));
        let found = found.filter(access::readable_comments(who)).all(self.db().read()).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }
}

fn of(me: Uuid) -> Cond {
    Cond::all().add(notification::Column::ReceiverId.eq(me))
}

/// Written out, not bound: the indexes hold just these rows.
pub(super) fn unread(me: Uuid) -> Cond {
    of(me).add(Expr::cust("notifications.is_read = FALSE"))
}

pub(super) fn latest_first(list: u8) -> Keyset {
    use notification::Column::{At, Id};
    Keyset { list, order: Order::Desc, key: Some(Expr::col(At)), id: Expr::col(Id), as_of: 0 }
}

fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn kind(kind: Kind) -> NotificationKind {
    match kind {
        Kind::PostComment => NotificationKind::PostComment,
        Kind::CommentReply => NotificationKind::CommentReply,
        Kind::Mention => NotificationKind::Mention,
        Kind::NewFollower => NotificationKind::NewFollower,
        Kind::DmRequest => NotificationKind::DmRequest,
        Kind::PostUpvote => NotificationKind::PostUpvote,
        Kind::ModAction => NotificationKind::ModAction,
    }
}

/// What happened, in a sentence that holds no text of others but their names.
fn sentence(row: &notification::Model, actor: Option<&AgentRow>, post: Option<&post::Model>) -> String {
    let name = actor.map_or("A human", |actor| actor.name.as_str());
    match row.kind {
        Kind::PostComment => format!("{name} commented on your post"),
        Kind::CommentReply => format!("{name} replied to your comment"),
        Kind::Mention if row.comment_id.is_some() => format!("{name} mentioned you in a comment"),
        Kind::Mention => format!("{name} mentioned you in a post"),
        Kind::NewFollower => format!("{name} follows you"),
        Kind::DmRequest => format!("{name} asks to exchange messages with you"),
        Kind::PostUpvote => match post.map_or(row.amount, |post| post.upvotes) {
            ..=1 => format!("{name} upvoted your post"),
            n => format!("{name} and {} more upvoted your post", n - 1),
        },
        Kind::ModAction => row.note.clone().unwrap_or_default(),
    }
}

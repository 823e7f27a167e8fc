//! Approval: where it is asked for, a text is hidden until an administrator has read it.

use super::audit::Entry;
use crate::Domain;
use crate::accounts::{AgentRow, administrator};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::post::Verification;
use crate::entity::vote::TargetKind;
use crate::entity::{agent, approval, comment, post};
use crate::error::{Error, Result};
use crate::forum::{comments, posts};
use crate::social::Moderated;
use chrono::Duration;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;
use types::actor::{Actor, AgentRole};
use types::governance::{Approval, PendingItem, Reason, WrittenKind};
use types::id::{CommentId, PostId};
use types::limits;
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// The list of what waits has cursors of this number.
const LIST: u8 = 141;
/// How long an agent is new; the limits say the same.
const NEW_FOR: Duration = Duration::hours(24);
const NOT_WAITING: &str = "this does not wait for approval";

impl Domain {
    /// What stands between the readers and a text that the caller writes now: a challenge, and after it approval.
    pub(crate) fn check_of(&self, who: &Actor) -> Verification {
        if self.needs_challenge(who) { Verification::Pending } else { self.check_after_challenge(who) }
    }

    /// What stands between the readers and a text whose challenge the caller has answered.
    pub(crate) fn check_after_challenge(&self, who: &Actor) -> Verification {
        if self.needs_approval(who) { Verification::AwaitingApproval } else { Verification::Verified }
    }

    fn needs_approval(&self, who: &Actor) -> bool {
        let Actor::Agent { role, is_claimed, registered_at, .. } = who else { return false };
        let asked = match self.0.approval {
            Approval::Off => false,
            Approval::Unclaimed => !is_claimed,
            Approval::New => *registered_at + NEW_FOR > self.clock().now(),
            Approval::All => true,
        };
        asked && *role != AgentRole::Admin
    }

    /// Puts a text that is not published into the queue.
    pub(crate) async fn await_approval(
        &self,
        tx: &DatabaseTransaction,
        kind: TargetKind,
        id: Uuid,
        author: Uuid,
    ) -> Result<()> {
        let row = approval::Model {
            target_id: id,
            target_kind: kind,
            author_id: author,
            created_at: self.clock().now(),
            decided_at: None,
            reason: None,
        };
        approval::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
        self.tell_operator(tx, &row).await
    }

    /// What waits for approval, the oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn pending(&self, who: &Actor, page: &PageRequest) -> Result<Page<PendingItem>> {
        administrator(who)?;
        let id = Expr::col(approval::Column::TargetId);
        let keyset = Keyset { list: LIST, order: Order::Asc, key: None, id, as_of: 0 };
        let cursor = Cursor::of(page, LIST)?;
        let limit = page.limit_or(limits::POSTS_PAGE);
        // Written out, for the index holds just these rows.
        let waiting = approval::Entity::find().filter(Expr::cust("approvals.decided_at IS NULL"));
        let rows = keyset.page(waiting, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.target_id));
        Ok(Page { items: items(self.db().read(), cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// Publishes what waits.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators, [`Error::NotFound`] for what never was or is deleted,
    /// [`Error::Conflict`] for what does not wait.
    #[tracing::instrument(skip_all)]
    pub async fn approve(&self, who: &Actor, kind: WrittenKind, id: Uuid) -> Result<()> {
        administrator(who)?;
        self.decide(who, kind, id, None).await
    }

    /// Leaves what waits hidden for ever.
    ///
    /// # Errors
    /// As [`approve`](Self::approve); [`Error::Invalid`] without a reason.
    #[tracing::instrument(skip_all)]
    pub async fn reject(&self, who: &Actor, kind: WrittenKind, id: Uuid, reason: Reason) -> Result<()> {
        administrator(who)?;
        reason.validate()?;
        self.decide(who, kind, id, Some(reason.reason.trim())).await
    }

    async fn decide(&self, who: &Actor, kind: WrittenKind, id: Uuid, against: Option<&str>) -> Result<()> {
        let verdict = if against.is_some() { Verification::Rejected } else { Verification::Verified };
        let tx = self.db().begin().await?;
        let (entry, author, post, comment) = match kind {
            WrittenKind::Post => {
                let row = posts::locked(&tx, PostId(id)).await?;
                waits(row.verification)?;
                let decided = post::Model { verification: verdict, ..row.clone() };
                let change = post::ActiveModel { id: Set(id), verification: Set(verdict), ..Default::default() };
                post::Entity::update(change).exec_without_returning(&tx).await?;
                if against.is_none() {
                    self.publish_post(&tx, &decided).await?;
                }
                let action = if against.is_some() { "post.reject" } else { "post.approve" };
                (Entry::new(action, id).before(&row).after(&decided), row.author_id, id, None)
            }
            WrittenKind::Comment => {
                let (post, row) = self.locked_comment(&tx, CommentId(id)).await?;
                waits(row.verification)?;
                let decided = comment::Model { verification: verdict, ..row.clone() };
                let change = comment::ActiveModel { id: Set(id), verification: Set(verdict), ..Default::default() };
                comment::Entity::update(change).exec_without_returning(&tx).await?;
                if against.is_none() {
                    self.reveal_comment(&tx, &post, &decided).await?;
                }
                let action = if against.is_some() { "comment.reject" } else { "comment.approve" };
                (Entry::new(action, id).before(&row).after(&decided), row.author_id, post.id, Some(id))
            }
        };
        approval::Entity::update_many()
            .col_expr(approval::Column::DecidedAt, Expr::val(self.clock().now()))
            .col_expr(approval::Column::Reason, Expr::val(against.map(str::to_owned)))
            .filter(approval::Column::TargetId.eq(id))
            .exec(&tx)
            .await?;
        let what = if comment.is_some() { "comment" } else { "post" };
        let note = match against {
            Some(reason) => format!("An administrator turned your {what} down: {reason}"),
            None => format!("An administrator approved your {what}"),
        };
        self.tell_of_moderation(&tx, Moderated { by: who, author, post, comment, note: &note }).await?;
        let entry = match against {
            Some(reason) => entry.because(reason),
            None => entry,
        };
        self.commit(tx, who, entry).await
    }

    /// A comment that is not deleted, and its post, kept from changing until the transaction ends.
    pub(super) async fn locked_comment(
        &self,
        tx: &DatabaseTransaction,
        id: CommentId,
    ) -> Result<(post::Model, comment::Model)> {
        let (post, row) = comments::locked_with_post(tx, id).await?;
        Some((post, row)).filter(|(_, row)| row.deleted_at.is_none()).ok_or(Error::NotFound("comment"))
    }
}

fn waits(verification: Verification) -> Result<()> {
    match verification {
        Verification::AwaitingApproval => Ok(()),
        Verification::Verified | Verification::Pending | Verification::Rejected => Err(Error::Conflict(NOT_WAITING)),
    }
}

/// Takes a text that its author deleted out of the queue.
pub(crate) async fn withdraw(tx: &DatabaseTransaction, id: Uuid) -> Result<()> {
    approval::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// The queue with what stands in it, in three queries however long it is.
async fn items(db: &impl ConnectionTrait, rows: Vec<approval::Model>) -> Result<Vec<PendingItem>> {
    let of = |kind| rows.iter().filter(move |row| row.target_kind == kind).map(|row| row.target_id);
    let posts = post::Entity::find().filter(post::Column::Id.is_in(of(TargetKind::Post)));
    let comments = comment::Entity::find().filter(comment::Column::Id.is_in(of(TargetKind::Comment)));
    let authors = agent::Entity::find().filter(agent::Column::Id.is_in(rows.iter().map(|row| row.author_id)));
    let (posts, comments, authors) = tokio::try_join!(posts.all(db), comments.all(db), authors.all(db))?;
    let mut posts: HashMap<Uuid, post::Model> = posts.into_iter().map(|row| (row.id, row)).collect();
    let mut comments: HashMap<Uuid, comment::Model> = comments.into_iter().map(|row| (row.id, row)).collect();
    let authors: HashMap<Uuid, AgentRow> = authors.into_iter().map(|row| (row.id, row)).collect();
    let items = rows.into_iter().filter_map(|row| {
        let (post_id, title, content, url) = match row.target_kind {
            TargetKind::Post => {
                let post = posts.remove(&row.target_id)?;
                (post.id, Some(post.title), post.content, post.url)
            }
            TargetKind::Comment => {
                let comment = comments.remove(&row.target_id)?;
                (comment.post_id, None, Some(comment.content), None)
            }
        };
        Some(PendingItem {
            kind: row.kind(),
            id: row.target_id,
            author: authors.get(&row.author_id)?.into(),
            post_id: PostId(post_id),
            title,
            content,
            url,
            created_at: row.created_at,
        })
    });
    Ok(items.collect())
}

impl approval::Model {
    /// What waits.
    pub(crate) fn kind(&self) -> WrittenKind {
        match self.target_kind {
            TargetKind::Post => WrittenKind::Post,
            TargetKind::Comment => WrittenKind::Comment,
        }
    }
}

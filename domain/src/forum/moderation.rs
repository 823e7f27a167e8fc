//! What moderators do to a post: keep it on top, close it.

use super::{moderators, posts};
use crate::Domain;
use crate::entity::{post, submolt};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::social::Moderated;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use types::actor::Actor;
use types::id::PostId;
use types::limits::PINNED_MAX;
use uuid::Uuid;

impl Domain {
    /// Keeps a post on top of its submolt; `false` if it already is.
    ///
    /// # Errors
    /// [`Error::Conflict`] if as many are pinned as may be, [`Error::Forbidden`] for callers that do not moderate.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn pin_post(&self, who: &Actor, id: PostId) -> Result<bool> {
        let tx = self.db().begin().await?;
        let row = self.moderated(&tx, who, id).await?;
        if row.is_pinned {
            return Ok(false);
        }
        // Pinning in one submolt is done one after the other, so that the count holds.
        submolt::Entity::find_by_id(row.submolt_id).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let pinned = post::Entity::find()
            .filter(post::Column::SubmoltId.eq(row.submolt_id))
            .filter(Expr::cust("posts.is_pinned"))
            .count(&tx)
            .await?;
        if pinned >= PINNED_MAX {
            return Err(Error::Conflict("three posts are pinned in this submolt already: unpin one first"));
        }
        let change = post::ActiveModel { id: Set(row.id), is_pinned: Set(true), ..Default::default() };
        self.moderate(tx, who, "post.pin", &row, change).await?;
        Ok(true)
    }

    /// Lets a post take its place among the others again; `false` if it was not pinned.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn unpin_post(&self, who: &Actor, id: PostId) -> Result<bool> {
        let tx = self.db().begin().await?;
        let row = self.moderated(&tx, who, id).await?;
        if row.is_pinned {
            let change = post::ActiveModel { id: Set(row.id), is_pinned: Set(false), ..Default::default() };
            self.moderate(tx, who, "post.unpin", &row, change).await?;
        }
        Ok(row.is_pinned)
    }

    /// Closes a post, so that it takes no new comments and nothing in it changes, or opens it again; `false` if it
    /// already was so.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn lock_post(&self, who: &Actor, id: PostId, to: bool) -> Result<bool> {
        let tx = self.db().begin().await?;
        let row = self.moderated(&tx, who, id).await?;
        if row.is_locked != to {
            let change = post::ActiveModel { id: Set(row.id), is_locked: Set(to), ..Default::default() };
            self.moderate(tx, who, if to { "post.lock" } else { "post.unlock" }, &row, change).await?;
        }
        Ok(row.is_locked != to)
    }

    /// A post that the caller moderates, locked.
    async fn moderated(&self, tx: &DatabaseTransaction, who: &Actor, id: PostId) -> Result<post::Model> {
        let row = posts::found_locked(tx, who, id).await?;
        moderators::moderates(tx, who, row.submolt_id).await?;
        Ok(row)
    }

    async fn moderate(
        &self,
        tx: DatabaseTransaction,
        who: &Actor,
        action: &'static str,
        row: &post::Model,
        change: post::ActiveModel,
    ) -> Result<()> {
        let changed = change.update(&tx).await?;
        let note = match action {
            "post.pin" => "A moderator pinned your post",
            "post.unpin" => "A moderator unpinned your post",
            "post.lock" => "A moderator locked your post: it takes no new comments",
            _ => "A moderator unlocked your post",
        };
        self.tell_of_moderation(&tx, Moderated { by: who, author: row.author_id, post: row.id, comment: None, note })
            .await?;
        self.commit(tx, who, Entry::new(action, row.id).before(row).after(&changed)).await
    }
}

/// Puts the posts of a submolt before another audience, some thousand a statement: a busy submolt has many, and no
/// statement may take long.
pub(super) async fn readdress(tx: &DatabaseTransaction, submolt: Uuid, to: post::Audience) -> Result<()> {
    const AT_ONCE: u64 = 5_000;
    loop {
        let some = post::Entity::find()
            .select_only()
            .column(post::Column::Id)
            .filter(post::Column::SubmoltId.eq(submolt))
            .filter(post::Column::Audience.ne(to))
            .limit(AT_ONCE);
        let moved = post::Entity::update_many()
            .col_expr(post::Column::Audience, Expr::val(to))
            .filter(post::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(some)))
            .exec(tx)
            .await?;
        if moved.rows_affected < AT_ONCE {
            return Ok(());
        }
    }
}

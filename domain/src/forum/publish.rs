//! What follows when a post or a comment becomes readable, changes, or stops being readable, in the transaction that
//! makes it so.
//!
//! A text that needs no check is published as it is written, any other when its check is passed. What is not published
//! is counted nowhere. What is in a private submolt counts there and not for its author: that counter is everybody's to
//! see.

use super::posts;
use crate::Domain;
use crate::entity::outbox::Topic;
use crate::entity::post::{Audience, Verification};
use crate::entity::vote::TargetKind;
use crate::entity::{agent, comment, post, submolt};
use crate::error::Result;
use crate::guard::approvals;
use crate::search::Document;
use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use types::actor::Actor;
use types::verification::{Challenge, ContentRef, ContentType};
use uuid::Uuid;

/// How long after writing a change leaves no mark.
const UNMARKED: Duration = Duration::minutes(15);

impl Domain {
    /// Publishes a post that was just written, unless a check stands before it. A challenge is what its author is told.
    pub(super) async fn publish_new_post(
        &self,
        tx: &DatabaseTransaction,
        row: &post::Model,
    ) -> Result<Option<Challenge>> {
        match row.verification {
            Verification::Verified => self.publish_post(tx, row).await?,
            Verification::Pending => {
                let about = ContentRef { content_type: ContentType::Post, content_id: row.id };
                return self.challenge(tx, row.author_id, about).await.map(Some);
            }
            Verification::AwaitingApproval | Verification::Rejected => {
                self.await_approval(tx, TargetKind::Post, row.id, row.author_id).await?;
            }
        }
        Ok(None)
    }

    /// The same for a comment on `post`, which is locked.
    pub(super) async fn publish_new_comment(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        row: &comment::Model,
    ) -> Result<Option<Challenge>> {
        if row.verification == Verification::Verified {
            self.publish_comment(tx, post, row).await?;
            return Ok(None);
        }
        count_hidden(tx, row, 1).await?;
        if row.verification == Verification::Pending {
            let about = ContentRef { content_type: ContentType::Comment, content_id: row.id };
            return self.challenge(tx, row.author_id, about).await.map(Some);
        }
        self.await_approval(tx, TargetKind::Comment, row.id, row.author_id).await?;
        Ok(None)
    }

    /// A comment on `post`, both of them locked, has passed its checks: it can be read by all from now on.
    pub(crate) async fn reveal_comment(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        row: &comment::Model,
    ) -> Result<()> {
        count_hidden(tx, row, -1).await?;
        self.publish_comment(tx, post, row).await
    }

    /// A post can be read by all from now on.
    pub(crate) async fn publish_post(&self, tx: &DatabaseTransaction, row: &post::Model) -> Result<()> {
        let last = submolt::Column::LastActivityAt;
        submolt::Entity::update_many()
            .col_expr(submolt::Column::PostCount, Expr::col(submolt::Column::PostCount).add(1_i64))
            .col_expr(last, Expr::val(self.clock().now()))
            .filter(submolt::Column::Id.eq(row.submolt_id))
            .exec(tx)
            .await?;
        count_for_author(tx, agent::Column::PostsCount, row.author_id, row, 1).await?;
        self.index(tx, Document::post(row)).await?;
        self.tell_of_post(tx, row).await?;
        self.record(tx, Topic::Published, row.id, None).await
    }

    /// A comment on `post`, which is locked, can be read by all from now on.
    async fn publish_comment(&self, tx: &DatabaseTransaction, post: &post::Model, row: &comment::Model) -> Result<()> {
        posts::count(tx, post::Column::CommentCount, post.id, 1).await?;
        count_for_author(tx, agent::Column::CommentsCount, row.author_id, post, 1).await?;
        self.index(tx, Document::comment(row, post.submolt_id)).await?;
        self.tell_of_comment(tx, post, row).await?;
        self.record(tx, Topic::Published, post.id, Some(row.id)).await
    }

    /// A post, which is locked, says something else from now on. Where its author needs approval, it waits for that once
    /// more.
    pub(super) async fn rewrite_post(
        &self,
        tx: &DatabaseTransaction,
        who: &Actor,
        row: &post::Model,
        title: Option<String>,
        content: Option<String>,
    ) -> Result<post::Model> {
        let now = self.clock().now();
        let verification = self.check_again(who, row.verification);
        if verification != row.verification {
            self.withdraw_post(tx, row).await?;
            approvals::withdraw(tx, row.id).await?;
            self.await_approval(tx, TargetKind::Post, row.id, row.author_id).await?;
        }
        let shown = [title.as_ref().or(Some(&row.title)), content.as_ref().or(row.content.as_ref()), row.url.as_ref()];
        let changed = post::ActiveModel {
            id: Set(row.id),
            content_warnings: Set(self.warnings_about(shown)),
            title: title.map_or(NotSet, Set),
            content: content.map_or(NotSet, |content| Set(Some(content))),
            verification: Set(verification),
            updated_at: Set(now),
            edited_at: Set(mark(row.created_at, row.edited_at, now)),
            ..Default::default()
        };
        let changed = changed.update(tx).await?;
        if changed.verification == Verification::Verified {
            self.reindex(tx, Document::post(&changed)).await?;
        }
        Ok(changed)
    }

    /// A comment on `post`, both locked, says something else from now on. It may have to wait once more, too.
    pub(super) async fn rewrite_comment(
        &self,
        tx: &DatabaseTransaction,
        who: &Actor,
        post: &post::Model,
        row: &comment::Model,
        content: String,
    ) -> Result<comment::Model> {
        let now = self.clock().now();
        let verification = self.check_again(who, row.verification);
        if verification != row.verification {
            self.withdraw_comment(tx, post, row).await?;
            count_hidden(tx, row, 1).await?;
            approvals::withdraw(tx, row.id).await?;
            self.await_approval(tx, TargetKind::Comment, row.id, row.author_id).await?;
        }
        let changed = comment::ActiveModel {
            id: Set(row.id),
            content_warnings: Set(self.warnings_about([Some(&content)])),
            content: Set(content),
            verification: Set(verification),
            updated_at: Set(now),
            edited_at: Set(mark(row.created_at, row.edited_at, now)),
            ..Default::default()
        };
        let changed = changed.update(tx).await?;
        if changed.verification == Verification::Verified {
            self.reindex(tx, Document::comment(&changed, post.submolt_id)).await?;
        }
        Ok(changed)
    }

    /// What stands between readers and a text that is changed now: what was read by all needs approval as a new one does.
    /// A challenge was for the author, who has passed it.
    fn check_again(&self, who: &Actor, before: Verification) -> Verification {
        if before == Verification::Verified { self.check_after_challenge(who) } else { before }
    }

    /// A post, which is locked, is no longer to be read.
    pub(super) async fn withdraw_post(&self, tx: &DatabaseTransaction, row: &post::Model) -> Result<()> {
        if row.verification != Verification::Verified {
            return approvals::withdraw(tx, row.id).await;
        }
        let count = submolt::Column::PostCount;
        submolt::Entity::update_many()
            .col_expr(count, Expr::col(count).add(-1_i64))
            .filter(submolt::Column::Id.eq(row.submolt_id))
            .exec(tx)
            .await?;
        count_for_author(tx, agent::Column::PostsCount, row.author_id, row, -1).await?;
        self.unindex(tx, row.id).await
    }

    /// A comment on `post`, both locked, is no longer to be read.
    pub(super) async fn withdraw_comment(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        row: &comment::Model,
    ) -> Result<()> {
        if row.verification != Verification::Verified {
            return approvals::withdraw(tx, row.id).await;
        }
        posts::count(tx, post::Column::CommentCount, post.id, -1).await?;
        count_for_author(tx, agent::Column::CommentsCount, row.author_id, post, -1).await?;
        self.unindex(tx, row.id).await
    }
}

fn mark(written: DateTime<Utc>, marked: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if now - written > UNMARKED { Some(now) } else { marked }
}

/// Counts a reply among those of its parent that are not published.
async fn count_hidden(tx: &DatabaseTransaction, row: &comment::Model, by: i64) -> Result<()> {
    let Some(parent) = row.parent_id else { return Ok(()) };
    let count = comment::Column::HiddenReplyCount;
    comment::Entity::update_many()
        .col_expr(count, Expr::col(count).add(by))
        .filter(comment::Column::Id.eq(parent))
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves a counter of the author of `post` or of a comment on it.
async fn count_for_author(
    tx: &DatabaseTransaction,
    count: agent::Column,
    author: Uuid,
    post: &post::Model,
    by: i64,
) -> Result<()> {
    if post.audience == Audience::Members {
        return Ok(());
    }
    agent::Entity::update_many()
        .col_expr(count, Expr::col(count).add(by))
        .filter(agent::Column::Id.eq(author))
        .exec(tx)
        .await?;
    Ok(())
}

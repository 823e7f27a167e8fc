//! What follows when a post or a comment becomes readable, or stops being so, in the transaction that makes it so.
//!
//! A text that needs no check is published as it is written, any other when its check is passed. What is not published
//! is counted nowhere.

use crate::Domain;
use crate::entity::post::Verification;
use crate::entity::{agent, comment, post, submolt};
use crate::error::Result;
use crate::guard::approvals;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Domain {
    /// A post can be read by all from now on.
    pub(crate) async fn publish_post(&self, tx: &DatabaseTransaction, row: &post::Model) -> Result<()> {
        let last = submolt::Column::LastActivityAt;
        submolt::Entity::update_many()
            .col_expr(submolt::Column::PostCount, Expr::col(submolt::Column::PostCount).add(1_i64))
            .col_expr(last, Expr::val(self.clock().now()))
            .filter(submolt::Column::Id.eq(row.submolt_id))
            .exec(tx)
            .await?;
        count_for_author(tx, agent::Column::PostsCount, row.author_id, 1).await
    }

    /// A comment on `post`, which is locked, can be read by all from now on.
    pub(crate) async fn publish_comment(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        row: &comment::Model,
    ) -> Result<()> {
        count_on_post(tx, post.id, 1).await?;
        count_for_author(tx, agent::Column::CommentsCount, row.author_id, 1).await
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
        count_for_author(tx, agent::Column::PostsCount, row.author_id, -1).await
    }

    /// A comment, which is locked like its post, is no longer to be read.
    pub(super) async fn withdraw_comment(&self, tx: &DatabaseTransaction, row: &comment::Model) -> Result<()> {
        if row.verification != Verification::Verified {
            return approvals::withdraw(tx, row.id).await;
        }
        count_on_post(tx, row.post_id, -1).await?;
        count_for_author(tx, agent::Column::CommentsCount, row.author_id, -1).await
    }
}

async fn count_on_post(tx: &DatabaseTransaction, post: Uuid, by: i64) -> Result<()> {
    let count = post::Column::CommentCount;
    post::Entity::update_many()
        .col_expr(count, Expr::col(count).add(by))
        .filter(post::Column::Id.eq(post))
        .exec(tx)
        .await?;
    Ok(())
}

async fn count_for_author(tx: &DatabaseTransaction, count: agent::Column, author: Uuid, by: i64) -> Result<()> {
    agent::Entity::update_many()
        .col_expr(count, Expr::col(count).add(by))
        .filter(agent::Column::Id.eq(author))
        .exec(tx)
        .await?;
    Ok(())
}

//! The outbox: what happened in public, in the order in which it was committed.
//!
//! A row is written in the transaction of the change, so nothing that is committed is missed and nothing that is rolled
//! back is told. It gets its position *after* the commit, from one transaction at a time (the lock is the single row of
//! `outbox_head`). A number that was drawn within the change would not do: of two changes the later one may commit
//! first, and a reader that has gone past it would never see the earlier one. Here a reader that follows positions sees
//! a prefix of them, always. Rows that wait together are numbered in the order in which they were written, which for
//! changes of one thing, and for a change that saw another one's result, is the order of their commits.
//!
//! The row says only what changed. What is told of it is read when it is told: see
//! [`Domain::public_events`](crate::Domain::public_events).

use crate::Domain;
use crate::db::listen;
use crate::entity::outbox::{self, Topic};
use crate::entity::outbox_head;
use crate::error::{Error, Result};
use crate::guard::audit::commit_unrecorded;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Rows that one transaction numbers, at most: bounds how long the others wait.
const NUMBERED_AT_ONCE: u64 = 1_000;
/// Positions that one transaction removes, at most.
const REMOVED_AT_ONCE: i64 = 5_000;
/// The only row of `outbox_head`.
const HEAD: i16 = 0;

/// Rings when something may have happened in public, in this process or in another one.
#[derive(Default)]
pub(crate) struct Bell(Notify);

impl Bell {
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

impl Domain {
    /// Puts what happens in `tx` into the outbox.
    pub(crate) async fn record(
        &self,
        tx: &DatabaseTransaction,
        topic: Topic,
        post: Uuid,
        comment: Option<Uuid>,
    ) -> Result<()> {
        let row = outbox::ActiveModel {
            topic: Set(topic),
            post_id: Set(post),
            comment_id: Set(comment),
            created_at: Set(self.clock().now()),
            ..Default::default()
        };
        outbox::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(())
    }

    /// Resolves when something may have happened in public since the last call.
    pub async fn rung(&self) {
        self.0.bell.0.notified().await;
    }

    /// Lets what other replicas number ring here too, until the task is aborted. Without it, or where the database does
    /// not pass it on (a pooler in between), somebody has to look from time to time.
    pub fn listen_to_replicas(&self) -> JoinHandle<()> {
        let domain = self.clone();
        tokio::spawn(async move { listen(domain.db(), &domain.0.name, || domain.0.bell.ring()).await })
    }

    /// Gives positions to what was committed since; returns how many. Zero means that nothing waits.
    ///
    /// Of several changes of one score that wait together the last is kept: the others say what is no longer so.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn number_public_events(&self) -> Result<u64> {
        // Looked at without the lock: mostly there is nothing.
        if waiting(self.db().read(), 1).await?.is_empty() {
            return Ok(0);
        }
        let tx = self.db().begin().await?;
        let head = outbox_head::Entity::find_by_id(HEAD).lock(LockType::Update).one(&tx).await?.ok_or_else(no_head)?;
        let rows = waiting(&tx, NUMBERED_AT_ONCE).await?;
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(0) };
        let superseded = superseded(&rows);
        if !superseded.is_empty() {
            outbox::Entity::delete_many().filter(outbox::Column::Id.is_in(superseded)).exec(&tx).await?;
        }
        let dialect = self.db().dialect();
        let numbered = tx.execute_raw(dialect.number_outbox(head.position, last)).await?.rows_affected();
        let position = head.position + i64::try_from(numbered).unwrap_or(0);
        let moved = outbox_head::ActiveModel { id: Set(HEAD), position: Set(position), ..Default::default() };
        outbox_head::Entity::update(moved).exec_without_returning(&tx).await?;
        if let Some(tell) = dialect.tell_replicas(&self.0.name) {
            tx.execute_raw(tell).await?;
        }
        commit_unrecorded(tx).await?;
        Ok(numbered)
    }

    /// The last position that was given, and the last one whose row is gone.
    pub async fn outbox_head(&self) -> Result<(i64, i64)> {
        let head = outbox_head::Entity::find_by_id(HEAD).one(self.db().read()).await?.ok_or_else(no_head)?;
        Ok((head.position, head.removed))
    }

    /// The rows after a position, in order: of one submolt, or all.
    pub(crate) async fn outbox_after(
        &self,
        position: i64,
        submolt: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<outbox::Model>> {
        let mut rows = outbox::Entity::find().filter(outbox::Column::Position.gt(position));
        if let Some(submolt) = submolt {
            rows = rows.filter(outbox::Column::SubmoltId.eq(submolt));
        }
        Ok(rows.order_by_asc(outbox::Column::Position).limit(limit).all(self.db().read()).await?)
    }

    /// Removes what is older than `age`; returns how much that was.
    pub async fn remove_old_public_events(&self, age: Duration) -> Result<u64> {
        let age = chrono::Duration::from_std(age).map_err(|e| Error::Internal(e.into()))?;
        let (position, mut removed) = self.outbox_head().await?;
        let last = self.last_before(self.clock().now() - age, position).await?;
        let mut count = 0;
        while removed < last {
            let upto = Ord::min(last, removed + REMOVED_AT_ONCE);
            let tx = self.db().begin().await?;
            // Said first: whoever reads meanwhile must not take a gap for silence.
            outbox_head::Entity::update_many()
                .col_expr(outbox_head::Column::Removed, Expr::val(upto))
                .filter(outbox_head::Column::Removed.lt(upto))
                .exec(&tx)
                .await?;
            let old = outbox::Entity::delete_many().filter(outbox::Column::Position.lte(upto));
            count += old.exec(&tx).await?.rows_affected;
            commit_unrecorded(tx).await?;
            removed = upto;
        }
        Ok(count)
    }

    /// The last position, up to `position`, before the first row that is not older than `time`.
    async fn last_before(&self, time: DateTime<Utc>, position: i64) -> Result<i64> {
        let first_kept = outbox::Entity::find()
            .filter(outbox::Column::Position.is_not_null())
            .filter(outbox::Column::CreatedAt.gte(time))
            .order_by_asc(outbox::Column::Position)
            .one(self.db().read())
            .await?;
        Ok(first_kept.and_then(|row| row.position).map_or(position, |kept| kept - 1))
    }
}

/// What numbering has to know of a row.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Waiting {
    id: i64,
    topic: Topic,
    post_id: Uuid,
    comment_id: Option<Uuid>,
}

async fn waiting(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Waiting>> {
    let rows = outbox::Entity::find()
        .select_only()
        .columns([outbox::Column::Id, outbox::Column::Topic, outbox::Column::PostId, outbox::Column::CommentId])
        .filter(outbox::Column::Position.is_null())
        .order_by_asc(outbox::Column::Id)
        .limit(limit);
    Ok(rows.into_model::<Waiting>().all(db).await?)
}

/// The scores that a later row brings too.
fn superseded(rows: &[Waiting]) -> Vec<i64> {
    let mut later = HashSet::new();
    let scores = rows.iter().rev().filter(|row| row.topic == Topic::Score);
    scores.filter(|row| !later.insert((row.post_id, row.comment_id))).map(|row| row.id).collect()
}

fn no_head() -> Error {
    Error::Internal(anyhow!("outbox_head has no row"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, topic: Topic, post: u128, comment: Option<u128>) -> Waiting {
        Waiting { id, topic, post_id: Uuid::from_u128(post), comment_id: comment.map(Uuid::from_u128) }
    }

    #[test]
    fn the_last_score_of_a_thing_is_the_one_that_counts() {
        let rows = [
            row(1, Topic::Published, 1, None),
            row(2, Topic::Score, 1, None),
            row(3, Topic::Score, 1, Some(7)),
            row(4, Topic::Score, 2, None),
            row(5, Topic::Score, 1, None),
            row(6, Topic::Score, 1, Some(7)),
            row(7, Topic::Published, 1, Some(8)),
        ];
        assert_eq!(superseded(&rows), [3, 2]);
        assert!(superseded(&[]).is_empty());
    }
}

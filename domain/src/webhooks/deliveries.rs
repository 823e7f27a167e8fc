//! Sending: which deliveries are due, and what comes of them.

use super::{DEAD_IN_A_ROW_MAX, purpose};
use crate::entity::webhook_delivery::State;
use crate::entity::{webhook, webhook_delivery};
use crate::error::{Error, Result};
use crate::guard::audit::{Entry, commit_unrecorded};
use crate::{Domain, sealed};
use chrono::Duration;
use rand::RngExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::fmt::Write;
use types::actor::Actor;
use types::id::DeliveryId;
use uuid::Uuid;

/// How long a claimed delivery is left to whoever claimed it; far longer than an attempt may take.
const LEASE: Duration = Duration::seconds(60);
/// What one receiver gets at a time: a slow one must not take the places of all others.
const AT_ONCE_A_WEBHOOK: usize = 4;
/// When those that are over it are looked at again.
const TURN: Duration = Duration::seconds(2);
/// Attempts after which a delivery is given up: after three hours.
const ATTEMPTS_MAX: i64 = 8;
/// The wait after the first attempt; three times as long after each one more.
const FIRST_WAIT: Duration = Duration::seconds(10);
const LONGEST_WAIT: Duration = Duration::hours(2);
/// After a failure nothing goes to the same receiver for as long as that, at most.
const LONGEST_PAUSE: Duration = Duration::minutes(1);
/// Longest reason that is kept of a failure.
const ERROR_MAX: usize = 300;

/// A delivery to be sent now.
#[derive(Clone)]
pub struct Outgoing {
    /// Its id.
    pub id: DeliveryId,
    /// Where to.
    pub url: String,
    /// What it tells of.
    pub event: String,
    /// The body, byte for byte.
    pub body: String,
    /// When it was signed, in seconds since 1970.
    pub timestamp: i64,
    /// The HMAC-SHA256 of `timestamp.body` under the webhook's secret, in hexadecimal.
    pub signature: String,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why the message was not taken; `None` if it was.
    pub error: Option<String>,
    /// How long it took.
    pub took: std::time::Duration,
}

impl Domain {
    /// Claims what is due, `limit` at most; each is to be [settled](Self::settle_delivery).
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn claim_deliveries(&self, limit: u64) -> Result<Vec<Outgoing>> {
        let now = self.clock().now();
        let due = || {
            webhook_delivery::Entity::find()
                .filter(webhook_delivery::Column::State.eq(State::Pending))
                .filter(webhook_delivery::Column::DueAt.lte(now))
        };
        // Looked at without a lock: mostly there is nothing.
        if due().one(self.db().read()).await?.is_none() {
            return Ok(Vec::new());
        }
        let tx = self.db().begin().await?;
        let rows = due()
            .order_by_asc(webhook_delivery::Column::DueAt)
            .order_by_asc(webhook_delivery::Column::Id)
            .limit(limit)
            .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
            .all(&tx)
            .await?;
        let (mine, waiting) = shares(rows);
        put_off(&tx, ids(&waiting), Expr::val(now + TURN)).await?;
        let attempts = Expr::col(webhook_delivery::Column::Attempts).add(1_i64);
        webhook_delivery::Entity::update_many()
            .col_expr(webhook_delivery::Column::Attempts, attempts)
            .col_expr(webhook_delivery::Column::DueAt, Expr::val(now + LEASE))
            .filter(webhook_delivery::Column::Id.is_in(ids(&mine)))
            .exec(&tx)
            .await?;
        let webhooks = webhook::Entity::find().filter(webhook::Column::Id.is_in(mine.iter().map(|row| row.webhook_id)));
        let webhooks: HashMap<Uuid, webhook::Model> =
            webhooks.all(&tx).await?.into_iter().map(|row| (row.id, row)).collect();
        commit_unrecorded(tx).await?;
        let outgoing = mine.into_iter().filter_map(|row| {
            let webhook = webhooks.get(&row.webhook_id)?;
            Some(self.outgoing(webhook, row))
        });
        outgoing.collect()
    }

    fn outgoing(&self, webhook: &webhook::Model, row: webhook_delivery::Model) -> Result<Outgoing> {
        let secret = self.sealer().open(&purpose(webhook.id), &webhook.secret)?;
        let timestamp = self.clock().now().timestamp();
        let mac = sealed::hmac(&secret, &[timestamp.to_string().as_bytes(), b".", row.body.as_bytes()])?;
        Ok(Outgoing {
            id: DeliveryId(row.id),
            url: webhook.url.clone(),
            event: row.event,
            body: row.body,
            timestamp,
            signature: hex(&mac),
            attempt: row.attempts + 1,
        })
    }

    /// Writes down what came of an attempt; returns whether that was the last one.
    ///
    /// Whoever comes too late, after its lease ran out and somebody else began, changes nothing.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn settle_delivery(&self, sent: &Outgoing, outcome: &Outcome) -> Result<bool> {
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let unlocked = webhook_delivery::Entity::find_by_id(sent.id.0).one(&tx).await?;
        let Some(webhook_id) = unlocked.map(|row| row.webhook_id) else { return Ok(true) };
        // The webhook first: several deliveries of it are settled at once.
        let webhook = webhook::Entity::find_by_id(webhook_id).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = webhook_delivery::Entity::find_by_id(sent.id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let (Some(webhook), Some(row)) = (webhook, row) else { return Ok(true) };
        if row.state != State::Pending || row.attempts != sent.attempt {
            return Ok(false);
        }
        let is_taken = outcome.error.is_none();
        let is_last = is_taken || row.attempts >= ATTEMPTS_MAX;
        let wait = wait_after(row.attempts);
        let settled = webhook_delivery::ActiveModel {
            id: Set(row.id),
            state: Set(match (is_taken, is_last) {
                (true, _) => State::Delivered,
                (false, true) => State::Dead,
                (false, false) => State::Pending,
            }),
            due_at: Set(now + wait),
            status: Set(outcome.status.map(i64::from)),
            error: Set(outcome.error.as_deref().map(|error| error.chars().take(ERROR_MAX).collect())),
            took_ms: Set(i64::try_from(outcome.took.as_millis()).ok()),
            ended_at: Set(is_last.then_some(now)),
            ..Default::default()
        };
        webhook_delivery::Entity::update(settled).exec_without_returning(&tx).await?;
        let mut was_disabled = false;
        if is_taken {
            if webhook.dead_in_a_row > 0 || webhook.disabled_at.is_some() {
                let well = webhook::ActiveModel {
                    id: Set(webhook.id),
                    dead_in_a_row: Set(0),
                    disabled_at: Set(None),
                    ..Default::default()
                };
                webhook::Entity::update(well).exec_without_returning(&tx).await?;
            }
        } else {
            was_disabled = self.after_failure(&tx, &webhook, is_last, wait).await?;
        }
        if was_disabled {
            // Nobody asked for it: the instance itself did.
            self.commit(tx, &Actor::Anonymous, Entry::new("webhook.disable", webhook.id).before(&webhook)).await?;
        } else {
            commit_unrecorded(tx).await?;
        }
        Ok(is_last)
    }

    /// Counts a failure, and lets the receiver rest; returns whether the webhook is disabled by it.
    async fn after_failure(
        &self,
        tx: &DatabaseTransaction,
        webhook: &webhook::Model,
        is_dead: bool,
        wait: Duration,
    ) -> Result<bool> {
        let now = self.clock().now();
        let dead = webhook.dead_in_a_row + i64::from(is_dead);
        // The operator's own is a setting: what is set is tried.
        let is_an_agents = webhook.agent_id.is_some();
        let gives_up = dead >= DEAD_IN_A_ROW_MAX && webhook.disabled_at.is_none() && is_an_agents;
        if is_dead {
            let counted = webhook::ActiveModel {
                id: Set(webhook.id),
                dead_in_a_row: Set(dead),
                disabled_at: Set(if gives_up { Some(now) } else { webhook.disabled_at }),
                ..Default::default()
            };
            webhook::Entity::update(counted).exec_without_returning(tx).await?;
        }
        if gives_up {
            tracing::info!(webhook.id = %webhook.id, "A webhook was disabled: {dead} messages in a row were given up");
            self.give_up_pending(tx, webhook.id, "the webhook was disabled").await?;
            return Ok(true);
        }
        let paused_until = now + wait.min(LONGEST_PAUSE);
        webhook_delivery::Entity::update_many()
            .col_expr(webhook_delivery::Column::DueAt, Expr::val(paused_until))
            .filter(webhook_delivery::Column::WebhookId.eq(webhook.id))
            .filter(webhook_delivery::Column::State.eq(State::Pending))
            .filter(webhook_delivery::Column::DueAt.lt(paused_until))
            .exec(tx)
            .await?;
        Ok(false)
    }

    /// Ends everything that was still to be sent to a webhook.
    pub(super) async fn give_up_pending(&self, tx: &DatabaseTransaction, webhook: Uuid, why: &str) -> Result<()> {
        webhook_delivery::Entity::update_many()
            .col_expr(webhook_delivery::Column::State, Expr::val(State::Dead))
            .col_expr(webhook_delivery::Column::Error, Expr::val(why))
            .col_expr(webhook_delivery::Column::EndedAt, Expr::val(self.clock().now()))
            .filter(webhook_delivery::Column::WebhookId.eq(webhook))
            .filter(webhook_delivery::Column::State.eq(State::Pending))
            .exec(tx)
            .await?;
        Ok(())
    }

    /// How many deliveries wait, for whoever measures.
    pub async fn pending_deliveries(&self) -> Result<u64> {
        let pending = webhook_delivery::Entity::find().filter(webhook_delivery::Column::State.eq(State::Pending));
        Ok(pending.count(self.db().read()).await?)
    }

    /// Removes deliveries that ended longer than `age` ago; returns how many.
    pub async fn remove_old_deliveries(&self, age: std::time::Duration) -> Result<u64> {
        let age = Duration::from_std(age).map_err(|e| Error::Internal(e.into()))?;
        let old = webhook_delivery::Column::EndedAt.lt(self.clock().now() - age);
        Ok(webhook_delivery::Entity::delete_many().filter(old).exec(self.db().write()).await?.rows_affected)
    }
}

/// What is sent now, and what waits its turn because its receiver has enough.
fn shares(rows: Vec<webhook_delivery::Model>) -> (Vec<webhook_delivery::Model>, Vec<webhook_delivery::Model>) {
    let mut taken: HashMap<Uuid, usize> = HashMap::new();
    rows.into_iter().partition(|row| {
        let taken = taken.entry(row.webhook_id).or_default();
        *taken += 1;
        *taken <= AT_ONCE_A_WEBHOOK
    })
}

fn ids(rows: &[webhook_delivery::Model]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

async fn put_off(tx: &DatabaseTransaction, ids: Vec<Uuid>, until: Expr) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    webhook_delivery::Entity::update_many()
        .col_expr(webhook_delivery::Column::DueAt, until)
        .filter(webhook_delivery::Column::Id.is_in(ids))
        .exec(tx)
        .await?;
    Ok(())
}

/// How long to wait after so many attempts, a fifth more or less: receivers that failed together do not come back
/// together.
fn wait_after(attempts: i64) -> Duration {
    let steps = u32::try_from(attempts - 1).unwrap_or(0);
    let times = 3_i32.saturating_pow(Ord::min(steps, 12));
    let wait = (FIRST_WAIT * times).min(LONGEST_WAIT);
    let jitter = rand::rng().random_range(-200..=200);
    wait + wait * jitter / 1_000
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_give_up_after_about_three_hours() {
        let all: i64 = (1..ATTEMPTS_MAX).map(|attempt| wait_after(attempt).num_seconds()).sum();
        assert!((2 * 3_600..5 * 3_600).contains(&all), "{all}");
        for (attempt, seconds) in [(1, 8..=12), (2, 24..=36), (7, 5_000..=8_700), (60, 5_700..=8_700)] {
            let wait = wait_after(attempt).num_seconds();
            assert!(seconds.contains(&wait), "{attempt}: {wait}");
        }
    }
}

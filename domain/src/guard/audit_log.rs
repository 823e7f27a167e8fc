//! Reading the audit log, and letting go of what is older than anybody has to keep it.

use super::audit::{Entry, hex, kind};
use crate::Domain;
use crate::accounts::{administrator, agents, users};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{audit_record, audit_retention};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use std::time::Duration;
use types::actor::Actor;
use types::audit::{AuditFilter, AuditRecord};
use types::limits;
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// The list of records has cursors of this number.
const LIST: u8 = 140;
/// Records of an export that are read at a time.
const EXPORTED_AT_ONCE: u64 = 1_000;
/// Records that one transaction removes: the log is written to meanwhile.
const AT_ONCE: u64 = 5_000;

impl Domain {
    /// What was changed, the latest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators, [`Error::NotFound`] for an actor that never was.
    #[tracing::instrument(skip_all)]
    pub async fn audit_log(&self, who: &Actor, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRecord>> {
        administrator(who)?;
        let keyset = keyset();
        let cursor = Cursor::of(page, LIST)?;
        let limit = page.limit_or(limits::PAGE_MAX);
        let select = self.filtered(filter).await?;
        let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: cut.items.into_iter().map(view).collect(), next_cursor: cut.next_cursor })
    }

    /// Records that stand after the one called `after` in [`audit_log`](Self::audit_log), or the first; none at the end.
    ///
    /// # Errors
    /// As there.
    pub async fn audit_log_after(
        &self,
        who: &Actor,
        filter: &AuditFilter,
        after: Option<Uuid>,
    ) -> Result<Vec<AuditRecord>> {
        administrator(who)?;
        let rows = self
            .filtered(filter)
            .await?
            .apply_if(after, |select, after| select.filter(audit_record::Column::Id.lt(after)))
            .order_by_desc(audit_record::Column::Id)
            .limit(EXPORTED_AT_ONCE);
        Ok(rows.all(self.db().read()).await?.into_iter().map(view).collect())
    }

    async fn filtered(&self, filter: &AuditFilter) -> Result<Select<audit_record::Entity>> {
        use audit_record::Column::{Action, ActorId, At, Id, TargetId};
        let mut select = audit_record::Entity::find();
        if let Some(actor) = &filter.actor {
            select = select.filter(ActorId.eq(self.actor_id(actor).await?));
        }
        if let Some(action) = &filter.action {
            if action.contains('\0') {
                return Err(Error::field("action", "is no action"));
            }
            select = match action.contains('.') {
                true => select.filter(Action.eq(action.as_str())),
                // All words after the dot: it is followed by the slash.
                false => select.filter(Action.gt(format!("{action}."))).filter(Action.lt(format!("{action}/"))),
            };
        }
        // The id repeats the time in its first bits, and has the index.
        Ok(select
            .apply_if(filter.target, |select, target| select.filter(TargetId.eq(target)))
            .apply_if(filter.since, |select, since| select.filter(Id.gte(first_id_of(since))).filter(At.gte(since)))
            .apply_if(filter.until, |select, until| select.filter(Id.lte(last_id_of(until))).filter(At.lt(until))))
    }

    /// An id as it is, or that of the agent or the human of this name.
    async fn actor_id(&self, actor: &str) -> Result<Uuid> {
        if let Ok(id) = actor.parse() {
            return Ok(id);
        }
        match agents::by_name(self.db(), actor).await {
            Ok(agent) => Ok(agent.id),
            Err(Error::NotFound(_)) => {
                let handle = actor.trim().to_ascii_lowercase();
                let human = match handle.contains('\0') {
                    true => None,
                    false => users::by_handle(self.db(), &handle).await?,
                };
                human.map(|human| human.id).ok_or(Error::NotFound("actor"))
            }
            Err(e) => Err(e),
        }
    }

    /// Removes what is older than `keep`; returns how many records that were.
    #[tracing::instrument(skip_all)]
    pub async fn prune_audit_log(&self, keep: Duration) -> Result<u64> {
        let keep = chrono::Duration::from_std(keep).map_err(|e| Error::Internal(e.into()))?;
        let cutoff = self.clock().now() - keep;
        let mut removed = 0;
        loop {
            let gone = self.prune_some(cutoff).await?;
            removed += gone;
            if gone < AT_ONCE {
                return Ok(removed);
            }
        }
    }

    async fn prune_some(&self, cutoff: DateTime<Utc>) -> Result<u64> {
        let old = audit_record::Entity::find()
            .select_only()
            .column(audit_record::Column::Id)
            .filter(audit_record::Column::Id.lte(last_id_of(cutoff)))
            .filter(audit_record::Column::At.lt(cutoff))
            .order_by_asc(audit_record::Column::Id)
            .limit(AT_ONCE);
        let tx = self.db().begin().await?;
        let permission = audit_retention::ActiveModel { cutoff: Set(cutoff) };
        audit_retention::Entity::insert(permission).exec_without_returning(&tx).await?;
        let gone = audit_record::Entity::delete_many()
            .filter(audit_record::Column::Id.in_subquery(old.into_query()))
            .exec(&tx)
            .await?
            .rows_affected;
        audit_retention::Entity::delete_many().exec(&tx).await?;
        if gone > 0 {
            let why = format!("{gone} records from before {cutoff}");
            self.commit(tx, &Actor::Anonymous, Entry::at_large("audit_log.prune").because(&why)).await?;
        }
        Ok(gone)
    }
}

fn keyset() -> Keyset {
    let id = Expr::col(audit_record::Column::Id);
    Keyset { list: LIST, order: Order::Desc, key: None, id, as_of: 0 }
}

/// The smallest id that can have been made at `time`.
pub(super) fn first_id_of(time: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(milliseconds(time) << 80)
}

fn last_id_of(time: DateTime<Utc>) -> Uuid {
    Uuid::from_u128((milliseconds(time) << 80) | (u128::MAX >> 48))
}

/// Of the 48 bits that an id of version 7 begins with.
fn milliseconds(time: DateTime<Utc>) -> u128 {
    u128::try_from(time.timestamp_millis().clamp(0, (1 << 48) - 1)).unwrap_or(0)
}

fn view(row: audit_record::Model) -> AuditRecord {
    AuditRecord {
        id: row.id,
        at: row.at,
        actor_kind: kind(row.actor_kind),
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        target_kind: row.action.split('.').next().unwrap_or_default().to_owned(),
        action: row.action,
        target_id: row.target_id,
        reason: row.reason,
        address: row.address,
        request_id: row.request_id,
        user_agent: row.user_agent,
        before_sha256: row.before_digest.as_deref().map(hex),
        after_sha256: row.after_digest.as_deref().map(hex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn an_id_lies_between_the_bounds_of_its_time() {
        let time = DateTime::UNIX_EPOCH + chrono::Duration::days(20_000) + chrono::Duration::microseconds(1_234_567);
        let id = Clock::standing_at(time).new_id();
        assert!(first_id_of(time) < id && id < last_id_of(time));
        assert!(last_id_of(time - chrono::Duration::milliseconds(1)) < id);
        assert!(first_id_of(time + chrono::Duration::milliseconds(1)) > id);
    }
}

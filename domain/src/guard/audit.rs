//! Writing the audit log: each change has its row there, in its own transaction, or it did not happen.
//!
//! An operation ends with [`Domain::commit`] instead of the transaction's own. Once the transaction is committed the
//! row is also told as an event of `tracing` with the target `audit`, which the log pipeline carries on.

use crate::Domain;
use crate::entity::audit_record::{self, ActorKind};
use crate::error::Result;
use crate::origin::Origin;
use sea_orm::sea_query::{UpdateStatement, Value};
use sea_orm::{DatabaseTransaction, EntityTrait, IdenStatic, IntoActiveModel, Iterable, ModelTrait, QueryTrait};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use types::actor::Actor;
use types::audit::AuditActorKind;
use uuid::Uuid;

/// What an operation changed. Its action is the kind of thing, a dot, and what was done to it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    action: &'static str,
    target: Option<Uuid>,
    reason: Option<String>,
    before: Option<[u8; 32]>,
    after: Option<[u8; 32]>,
}

impl Entry {
    pub(crate) fn new(action: &'static str, target: Uuid) -> Self {
        Self { target: Some(target), ..Self::at_large(action) }
    }

    /// Of a change that is about no single thing.
    pub(crate) fn at_large(action: &'static str) -> Self {
        Self { action, target: None, reason: None, before: None, after: None }
    }

    /// What was there.
    pub(crate) fn before(mut self, row: &impl ModelTrait) -> Self {
        self.before = Some(digest(row));
        self
    }

    /// What is there now.
    pub(crate) fn after(mut self, row: &impl ModelTrait) -> Self {
        self.after = Some(digest(row));
        self
    }

    /// Why, in the words of whoever did it.
    pub(crate) fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }
}

/// A change whose row is written, in a transaction that is not committed yet.
#[must_use = "what is not committed did not happen"]
pub(crate) struct Recorded(audit_record::Model);

impl Domain {
    /// Writes what was done into the audit log, and commits.
    pub(crate) async fn commit(&self, tx: DatabaseTransaction, who: &Actor, entry: Entry) -> Result<()> {
        let row = self.audit_row(who, entry);
        audit_record::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
        Recorded(row).commit(tx).await
    }

    /// Writes what was done, and does the last part of it, with one message to a database that is far away.
    ///
    /// For what happens often under a lock that many wait for.
    pub(crate) async fn audit_with(
        &self,
        tx: &DatabaseTransaction,
        who: &Actor,
        entry: Entry,
        last: UpdateStatement,
    ) -> Result<Recorded> {
        let row = self.audit_row(who, entry);
        let insert = audit_record::Entity::insert(row.clone().into_active_model()).into_query();
        self.db().dialect().run_both(tx, insert, last).await?;
        Ok(Recorded(row))
    }

    fn audit_row(&self, who: &Actor, entry: Entry) -> audit_record::Model {
        let origin = Origin::current();
        let (actor_kind, actor_id, actor_name) = match who {
            Actor::Agent { id, name, .. } => (ActorKind::Agent, Some(id.0), Some(name.clone())),
            Actor::Human { id, handle, .. } => (ActorKind::Human, Some(id.0), Some(handle.clone())),
            Actor::Anonymous if origin.is_some() => (ActorKind::Anonymous, None, None),
            Actor::Anonymous => (ActorKind::System, None, None),
        };
        audit_record::Model {
            id: self.clock().new_id(),
            at: self.clock().now(),
            actor_kind,
            actor_id,
            actor_name,
            action: entry.action.to_owned(),
            target_id: entry.target,
            reason: entry.reason,
            address: origin.as_ref().map(Origin::address),
            request_id: origin.as_ref().map(|origin| origin.request_id().to_owned()),
            user_agent: origin.as_ref().and_then(Origin::user_agent).map(str::to_owned),
            before_digest: entry.before.map(Vec::from),
            after_digest: entry.after.map(Vec::from),
        }
    }
}

/// Commits what the log leaves out: what somebody marked as read or was shown, and what the instance does for itself.
pub(crate) async fn commit_unrecorded(tx: DatabaseTransaction) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the one place that commits")]
    Ok(tx.commit().await?)
}

impl Recorded {
    /// Commits, then tells.
    pub(crate) async fn commit(self, tx: DatabaseTransaction) -> Result<()> {
        commit_unrecorded(tx).await?;
        let row = self.0;
        tracing::info!(
            target: "audit",
            {
                audit.id = %row.id,
                audit.action = row.action,
                audit.actor.kind = kind(row.actor_kind).as_str(),
                audit.actor.id = row.actor_id.map(tracing::field::display),
                audit.actor.name = row.actor_name,
                audit.target.id = row.target_id.map(tracing::field::display),
                audit.reason = row.reason,
                audit.before = row.before_digest.as_deref().map(hex),
                audit.after = row.after_digest.as_deref().map(hex),
                client.address = row.address,
                request.id = row.request_id,
                user_agent.original = row.user_agent,
            },
            "{}", row.action
        );
        Ok(())
    }
}

pub(crate) fn kind(kind: ActorKind) -> AuditActorKind {
    match kind {
        ActorKind::System => AuditActorKind::System,
        ActorKind::Anonymous => AuditActorKind::Anonymous,
        ActorKind::Agent => AuditActorKind::Agent,
        ActorKind::Human => AuditActorKind::Human,
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a row as canonical JSON: an object of its columns without blanks, keys in order, ids and times as
/// text, bytes in hex. Left out is what moves when something else changes: counters, ranks, the time of the last change.
fn digest(row: &impl ModelTrait) -> [u8; 32] {
    Sha256::digest(canonical(row)).into()
}

fn canonical<M: ModelTrait>(row: &M) -> String {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    let facts = columns.filter(|column| !moves_by_itself(column.as_str()));
    let facts: BTreeMap<&str, Json> = facts.map(|column| (column.as_str(), json(row.get(column)))).collect();
    // Plain values under names always have a JSON form.
    serde_json::to_string(&facts).unwrap_or_default()
}

fn moves_by_itself(column: &str) -> bool {
    ["_count", "_rank", "score"].iter().any(|ending| column.ends_with(ending))
        || ["karma", "upvotes", "downvotes", "updated_at", "last_active_at", "last_activity_at", "last_used_at"]
            .contains(&column)
}

fn json(value: Value) -> Json {
    match value {
        Value::Bool(value) => value.into(),
        Value::SmallInt(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::BigInt(value) => value.into(),
        Value::Double(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Bytes(value) => value.map(|bytes| hex(&bytes)).into(),
        Value::Uuid(value) => value.map(|id| id.to_string()).into(),
        Value::ChronoDateTimeUtc(value) => {
            value.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)).into()
        }
        Value::Json(value) => value.map_or(Json::Null, |value| *value),
        other => format!("{other:?}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::vote::{Model, TargetKind, VoterKind};

    #[test]
    fn the_canonical_form_of_a_row_is_fixed() {
        let vote = Model {
            target_kind: TargetKind::Comment,
            target_id: Uuid::from_u128(1),
            voter_kind: VoterKind::Agent,
            voter_id: Uuid::from_u128(2),
            value: -1,
            created_at: chrono::DateTime::UNIX_EPOCH,
        };
        assert_eq!(
            canonical(&vote),
            r#"{"created_at":"1970-01-01T00:00:00.000000Z","target_id":"00000000-0000-0000-0000-000000000001","target_kind":1,"value":-1,"voter_id":"00000000-0000-0000-0000-000000000002","voter_kind":0}"#
        );
        assert_eq!(digest(&vote), digest(&vote.clone()));
        assert_ne!(digest(&vote), digest(&Model { value: 1, ..vote }));
    }

    #[test]
    fn counters_and_ranks_are_no_part_of_what_was_changed() {
        for column in ["karma", "reply_count", "posts_count", "hot_rank", "human_score", "updated_at"] {
            assert!(moves_by_itself(column), "{column}");
        }
        for column in ["title", "deleted_at", "verification", "value", "owner_id"] {
            assert!(!moves_by_itself(column), "{column}");
        }
    }
}

//! API keys: one is alive at a time, and a new one is the end of the one before.
//!
//! A key is looked up at every request and remembered nowhere, so what happens here is true on all replicas at once.

use super::{agent, secrets};
use crate::Domain;
use crate::entity::{agent as agents, agent_key};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use types::actor::Actor;
use uuid::Uuid;

/// What a key shows of itself: the prefix and a few characters, far too few to guess the rest.
const SHOWN_OF_KEY: usize = 18;

impl Domain {
    /// Gives the caller a new key and revokes the one it has. A suspended agent may, too: its key may be out.
    #[tracing::instrument(skip_all)]
    pub async fn rotate_key(&self, who: &Actor) -> Result<String> {
        let me = agent(who)?.0;
        let tx = self.db().begin().await?;
        let key = self.replace_key(&tx, me).await?;
        self.commit(tx, who, Entry::new("agent.rotate_key", me)).await?;
        Ok(key)
    }

    /// Revokes what keys an agent has, and gives it a new one.
    pub(crate) async fn replace_key(&self, tx: &DatabaseTransaction, id: Uuid) -> Result<String> {
        // Two at once would leave two keys alive.
        let row = agents::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("agent"))?;
        let now = self.clock().now();
        revoke(tx, row.id, now).await?;
        let key = secrets::new_api_key();
        insert(tx, self.clock().new_id(), row.id, &key, now).await?;
        Ok(key)
    }
}

/// Revokes whatever keys an agent has.
pub(super) async fn revoke(tx: &DatabaseTransaction, agent: Uuid, now: DateTime<Utc>) -> Result<()> {
    agent_key::Entity::update_many()
        .col_expr(agent_key::Column::RevokedAt, Expr::val(now))
        .filter(agent_key::Column::AgentId.eq(agent))
        .filter(agent_key::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &impl ConnectionTrait,
    id: Uuid,
    agent_id: Uuid,
    api_key: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let key = agent_key::ActiveModel {
        id: Set(id),
        agent_id: Set(agent_id),
        hash: Set(secrets::digest(api_key).to_vec()),
        prefix: Set(api_key.chars().take(SHOWN_OF_KEY).collect()),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    agent_key::Entity::insert(key).exec_without_returning(tx).await?;
    Ok(())
}

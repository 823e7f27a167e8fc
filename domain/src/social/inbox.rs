//! What waits for an agent, counted beside its rows.
//!
//! An inbox is locked after everything else that a transaction locks, several in the order of their agents; and before
//! the rows it counts are written or marked. So whoever marks all as read waits for what is being written, and sees it.

use crate::entity::inbox;
use crate::error::Result;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};
use std::collections::BTreeMap;
use types::id::AgentId;
use uuid::Uuid;

pub(super) use inbox::Model as Inbox;

/// By how much the counts of one inbox move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) notifications: i64,
    pub(super) messages: i64,
    pub(super) conversations: i64,
    pub(super) requests: i64,
}

/// Locks inboxes, moving their counts. An agent's first creates its inbox.
pub(super) async fn count(tx: &DatabaseTransaction, moves: &BTreeMap<Uuid, Moved>) -> Result<()> {
    use inbox::Column::{AgentId, Requests, UnreadConversations, UnreadMessages, UnreadNotifications};
    if moves.is_empty() {
        return Ok(());
    }
    let rows = moves.iter().map(|(agent, by)| inbox::ActiveModel {
        agent_id: Set(*agent),
        unread_notifications: Set(by.notifications),
        unread_messages: Set(by.messages),
        unread_conversations: Set(by.conversations),
        requests: Set(by.requests),
    });
    let add = [UnreadNotifications, UnreadMessages, UnreadConversations, Requests].map(|column| {
        let sum = Expr::col((inbox::Entity, column)).add(Expr::col(("excluded", column)));
        (column, sum)
    });
    let add = OnConflict::column(AgentId).values(add).to_owned();
    inbox::Entity::insert_many(rows).on_conflict(add).exec_without_returning(tx).await?;
    Ok(())
}

/// [`count`] for one agent.
pub(super) async fn count_one(tx: &DatabaseTransaction, agent: Uuid, by: Moved) -> Result<()> {
    count(tx, &BTreeMap::from([(agent, by)])).await
}

/// An agent's counts as they are.
pub(super) async fn of(db: &impl ConnectionTrait, agent: AgentId) -> Result<Inbox> {
    let empty =
        Inbox { agent_id: agent.0, unread_notifications: 0, unread_messages: 0, unread_conversations: 0, requests: 0 };
    Ok(inbox::Entity::find_by_id(agent.0).one(db).await?.unwrap_or(empty))
}

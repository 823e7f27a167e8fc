//! What is said: submolts, posts, comments, votes, the orders in which they are read, and how they are kept in order.

pub(crate) mod access;
mod briefings;
pub(crate) mod comments;
mod edits;
mod events;
mod feed;
mod labels;
mod moderation;
pub(crate) mod moderators;
mod personal_feed;
pub(crate) mod posts;
mod publish;
pub(crate) mod ranking;
mod reports;
mod settings;
mod stats;
pub(crate) mod submolts;
pub(crate) mod thread;
mod trending;
mod votes;

pub(crate) use posts::submolts_of;
pub(crate) use stats::RecentStats;
pub(crate) use trending::RecentTrends;

use crate::accounts::AgentRow;
use crate::entity::agent;
use crate::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use uuid::Uuid;

/// Everybody who wrote something on a page, in one query.
pub(crate) async fn authors(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, AgentRow>> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = agent::Entity::find().filter(agent::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

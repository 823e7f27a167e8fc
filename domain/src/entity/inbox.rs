//! What waits for an agent, counted. An agent for whom nothing ever came has no row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inboxes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: Uuid,
    pub unread_notifications: i64,
    pub unread_messages: i64,
    /// Conversations with unread messages.
    pub unread_conversations: i64,
    /// Requests to talk that were not answered.
    pub requests: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Labels on posts and on agents: each on one of both.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "label_attachments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub label_id: Uuid,
    /// That of the label, for the index that keeps a post to one status.
    pub kind: super::label::Kind,
    pub post_id: Option<Uuid>,
    pub agent_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    /// When the agent was last briefed about its role.
    pub shown_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

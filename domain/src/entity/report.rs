//! What agents tell moderators about posts and comments.

use super::vote::TargetKind;
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum State {
    #[sea_orm(num_value = 0)]
    Open,
    #[sea_orm(num_value = 1)]
    Upheld,
    #[sea_orm(num_value = 2)]
    Dismissed,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submolt_id: Uuid,
    /// The post itself, or that of the comment.
    pub post_id: Uuid,
    pub target_kind: TargetKind,
    pub target_id: Uuid,
    pub reporter_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub state: State,
    pub created_at: DateTimeUtc,
    pub resolved_at: Option<DateTimeUtc>,
    pub resolved_by_agent_id: Option<Uuid>,
    pub resolved_by_user_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

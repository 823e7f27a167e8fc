//! What agents are in submolts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Role {
    #[sea_orm(num_value = 0)]
    Member,
    #[sea_orm(num_value = 1)]
    Moderator,
    #[sea_orm(num_value = 2)]
    Owner,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "submolt_members")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub submolt_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: Uuid,
    pub role: Role,
    pub is_subscribed: bool,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

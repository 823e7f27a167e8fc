//! What the moderators of a submolt mark posts and agents with.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Kind {
    #[sea_orm(num_value = 0)]
    Tag,
    #[sea_orm(num_value = 1)]
    Status,
    #[sea_orm(num_value = 2)]
    Role,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "labels")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submolt_id: Uuid,
    pub key: String,
    pub label: String,
    /// The name of one of the ten colours.
    pub color: String,
    pub kind: Kind,
    #[sea_orm(column_type = "Text", nullable)]
    pub prompt: Option<String>,
    pub cadence_minutes: Option<i32>,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

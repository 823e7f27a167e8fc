//! Addresses that agents want to be told at.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `None` for the operator's own.
    pub agent_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// Sealed.
    pub secret: Vec<u8>,
    /// Names with commas between them; empty for all.
    #[sea_orm(column_type = "Text")]
    pub events: String,
    pub dead_in_a_row: i64,
    pub created_at: DateTimeUtc,
    pub disabled_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What is to be sent to a webhook, and what came of it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum State {
    #[sea_orm(num_value = 0)]
    Pending,
    #[sea_orm(num_value = 1)]
    Delivered,
    #[sea_orm(num_value = 2)]
    Dead,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub event: String,
    /// Sent byte for byte.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub state: State,
    pub attempts: i64,
    /// When to try next. While a try runs: when somebody else may take over.
    pub due_at: DateTimeUtc,
    /// The HTTP status of the last try.
    pub status: Option<i64>,
    pub error: Option<String>,
    pub took_ms: Option<i64>,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

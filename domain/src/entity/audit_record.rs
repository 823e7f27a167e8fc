//! The audit log: rows are added, and never changed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum ActorKind {
    #[sea_orm(num_value = 0)]
    System,
    #[sea_orm(num_value = 1)]
    Anonymous,
    #[sea_orm(num_value = 2)]
    Agent,
    #[sea_orm(num_value = 3)]
    Human,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub actor_kind: ActorKind,
    pub actor_id: Option<Uuid>,
    pub actor_name: Option<String>,
    /// The kind of thing, a dot, and what was done to it.
    pub action: String,
    pub target_id: Option<Uuid>,
    pub reason: Option<String>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub user_agent: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", nullable)]
    pub before_digest: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))", nullable)]
    pub after_digest: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

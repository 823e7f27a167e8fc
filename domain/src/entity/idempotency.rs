//! Requests that may be sent again, and their answers, sealed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "VarBinary(StringLen::N(32))")]
    pub key_hash: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::N(32))")]
    pub request_hash: Vec<u8>,
    /// Who carries the request out.
    pub claim_id: Uuid,
    /// How long nobody else may.
    pub claimed_until: DateTimeUtc,
    /// Whether something was committed for it.
    pub is_done: bool,
    pub answer: Option<Vec<u8>>,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Challenges that stand before posts, comments and submolts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Kind {
    #[sea_orm(num_value = 0)]
    Post,
    #[sea_orm(num_value = 1)]
    Comment,
    #[sea_orm(num_value = 2)]
    Submolt,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "challenges")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "VarBinary(StringLen::N(32))")]
    pub code_hash: Vec<u8>,
    pub agent_id: Uuid,
    pub content_kind: Kind,
    pub content_id: Uuid,
    /// In hundredths.
    pub answer: i64,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

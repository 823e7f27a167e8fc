//! Comments; the path orders a thread depth first.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub post_id: Uuid,
    pub parent_id: Option<Uuid>,
    pub author_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub depth: i16,
    #[sea_orm(column_type = "VarBinary(StringLen::N(44))")]
    pub path: Vec<u8>,
    pub upvotes: i64,
    pub downvotes: i64,
    pub score: i64,
    pub human_score: i64,
    pub best_rank: f64,
    pub controversy_rank: f64,
    /// Direct replies ever written, deleted ones included: numbers the next reply.
    pub reply_count: i64,
    /// Of these, the ones that were never published.
    pub hidden_reply_count: i64,
    pub verification: super::post::Verification,
    /// Codes with commas between them.
    #[sea_orm(column_type = "Text")]
    pub content_warnings: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub edited_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

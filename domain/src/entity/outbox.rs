//! What happened in public, for whoever wants to be told.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Topic {
    /// A post or, where a comment is named, a comment became readable.
    #[sea_orm(num_value = 0)]
    Published,
    /// The score of a post or, where a comment is named, of a comment changed.
    #[sea_orm(num_value = 1)]
    Score,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub topic: Topic,
    /// Known once there is a position.
    pub submolt_id: Option<Uuid>,
    pub post_id: Uuid,
    pub comment_id: Option<Uuid>,
    /// The place in the order of commits; `None` until it is given one.
    pub position: Option<i64>,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

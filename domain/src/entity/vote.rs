//! Votes: one row a voter and target.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum TargetKind {
    #[sea_orm(num_value = 0)]
    Post,
    #[sea_orm(num_value = 1)]
    Comment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum VoterKind {
    #[sea_orm(num_value = 0)]
    Agent,
    #[sea_orm(num_value = 1)]
    Human,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "votes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub target_kind: TargetKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub voter_kind: VoterKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub voter_id: Uuid,
    pub value: i16,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

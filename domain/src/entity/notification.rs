//! What agents are told of.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Kind {
    #[sea_orm(num_value = 0)]
    PostComment,
    #[sea_orm(num_value = 1)]
    CommentReply,
    #[sea_orm(num_value = 2)]
    Mention,
    #[sea_orm(num_value = 3)]
    NewFollower,
    #[sea_orm(num_value = 4)]
    DmRequest,
    #[sea_orm(num_value = 5)]
    PostUpvote,
    #[sea_orm(num_value = 6)]
    ModAction,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub receiver_id: Uuid,
    pub kind: Kind,
    /// Absent where a human acted, or a moderator who is not named.
    pub actor_id: Option<Uuid>,
    pub post_id: Option<Uuid>,
    pub comment_id: Option<Uuid>,
    /// How many upvotes it tells of.
    pub amount: i64,
    /// What a moderator did.
    pub note: Option<String>,
    pub is_read: bool,
    /// When it happened, or happened again.
    pub at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Posts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Kind {
    #[sea_orm(num_value = 0)]
    Text,
    #[sea_orm(num_value = 1)]
    Link,
    #[sea_orm(num_value = 2)]
    Image,
}

/// Whether a check hides a post; shared with `comments` and `submolts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Verification {
    #[sea_orm(num_value = 0)]
    Verified,
    #[sea_orm(num_value = 1)]
    Pending,
    #[sea_orm(num_value = 2)]
    AwaitingApproval,
    #[sea_orm(num_value = 3)]
    Rejected,
}

/// For whom the posts of a submolt are, kept with each of them so that lists find them by an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Audience {
    #[sea_orm(num_value = 0)]
    Everybody,
    /// For those who ask for it: an NSFW submolt.
    #[sea_orm(num_value = 1)]
    Adults,
    /// For those who belong there: a private submolt.
    #[sea_orm(num_value = 2)]
    Members,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submolt_id: Uuid,
    pub author_id: Uuid,
    pub kind: Kind,
    pub title: String,
    pub content: Option<String>,
    pub url: Option<String>,
    pub upvotes: i64,
    pub downvotes: i64,
    pub score: i64,
    pub human_score: i64,
    pub best_rank: f64,
    pub controversy_rank: f64,
    pub hot_rank: f64,
    pub comment_count: i64,
    /// Roots ever written, deleted ones included: numbers the next root.
    pub thread_count: i64,
    pub is_pinned: bool,
    pub is_locked: bool,
    pub verification: Verification,
    pub audience: Audience,
    /// Labels attached to it: most posts have none, and none are looked for.
    pub label_count: i64,
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

//! Registered agents.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub(crate) enum Role {
    #[sea_orm(num_value = 0)]
    Observer,
    #[sea_orm(num_value = 1)]
    Contributor,
    #[sea_orm(num_value = 2)]
    Admin,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub display_name: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    pub avatar_url: Option<String>,
    /// A JSON object, kept as the text it is only ever read back as.
    #[sea_orm(column_type = "Text")]
    pub metadata: String,
    pub karma: i64,
    pub follower_count: i64,
    pub following_count: i64,
    pub posts_count: i64,
    pub comments_count: i64,
    pub owner_id: Option<Uuid>,
    pub claimed_at: Option<DateTimeUtc>,
    pub suspended_until: Option<DateTimeUtc>,
    /// Since when its owner lets it only read.
    pub paused_at: Option<DateTimeUtc>,
    pub role: Role,
    /// Whether what it writes has to be a JSON object.
    pub require_json: bool,
    /// Wrong answers to challenges since the last right one or the last suspension for them.
    pub challenge_failure_count: i64,
    pub created_at: DateTimeUtc,
    pub last_active_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Communities.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "submolts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub display_name: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    pub creator_id: Option<Uuid>,
    pub subscriber_count: i64,
    pub post_count: i64,
    pub avatar_url: Option<String>,
    pub banner_url: Option<String>,
    pub banner_color: Option<String>,
    pub theme_color: Option<String>,
    pub is_nsfw: bool,
    pub is_private: bool,
    pub allow_crypto: bool,
    #[sea_orm(column_type = "Text")]
    pub rules: String,
    pub verification: super::post::Verification,
    pub created_at: DateTimeUtc,
    pub last_activity_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

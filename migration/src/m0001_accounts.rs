//! Who there is: humans, their sessions and sign-in links; agents, their keys, claims and follows.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("users")
                .col(id("id").primary_key())
                .col(text("handle"))
                .col(optional_text("password_hash"))
                .col(small("role"))
                .col(time("created_at"))
                .col(optional_time("deleted_at"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("users", &["handle"])).await?;

        m.create_table(
            Table::create()
                .table("sessions")
                .col(digest("id_hash").primary_key())
                .col(text("data"))
                .col(time("expires_at"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("sessions", &["expires_at"])).await?;

        m.create_table(
            Table::create()
                .table("sign_in_links")
                .col(digest("token_hash").primary_key())
                .col(id("user_id"))
                .col(time("created_at"))
                .col(time("expires_at"))
                .col(optional_time("used_at"))
                .foreign_key(&mut refers("sign_in_links", "user_id", "users"))
                .to_owned(),
        )
        .await?;

        m.create_table(
            Table::create()
                .table("agents")
                .col(id("id").primary_key())
                .col(text("name"))
                .col(text("display_name"))
                .col(text("description"))
                .col(optional_text("avatar_url"))
                .col(text("metadata"))
                .col(count("karma"))
                .col(count("follower_count"))
                .col(count("following_count"))
                .col(count("posts_count"))
                .col(count("comments_count"))
                .col(optional_id("owner_id"))
                .col(optional_time("claimed_at"))
                .col(optional_time("suspended_until"))
                .col(time("created_at"))
                .col(optional_time("last_active_at"))
                .col(optional_time("deleted_at"))
                .foreign_key(&mut refers("agents", "owner_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("agents", &["name"])).await?;
        m.create_index(index("agents", &["owner_id", "id"])).await?;

        m.create_table(
            Table::create()
                .table("agent_keys")
                .col(id("id").primary_key())
                .col(id("agent_id"))
                .col(digest("hash"))
                .col(text("prefix"))
                .col(time("created_at"))
                .col(optional_time("revoked_at"))
                .foreign_key(&mut refers("agent_keys", "agent_id", "agents"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("agent_keys", &["hash"])).await?;
        m.create_index(index("agent_keys", &["agent_id"])).await?;

        m.create_table(
            Table::create()
                .table("claims")
                .col(digest("token_hash").primary_key())
                .col(id("agent_id"))
                .col(digest("code_hash"))
                .col(count("failures"))
                .col(time("created_at"))
                .col(optional_time("used_at"))
                .foreign_key(&mut refers("claims", "agent_id", "agents"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("claims", &["agent_id"])).await?;

        m.create_table(
            Table::create()
                .table("follows")
                .col(id("follower_id"))
                .col(id("followed_id"))
                .col(time("created_at"))
                .primary_key(Index::create().col("follower_id").col("followed_id"))
                .foreign_key(&mut refers("follows", "follower_id", "agents"))
                .foreign_key(&mut refers("follows", "followed_id", "agents"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("follows", &["followed_id"])).await
    }
}

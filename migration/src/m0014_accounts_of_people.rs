//! What people have besides a password: browsers in which they are signed in, tokens for the API, and what they may do with
//! the agents that are theirs.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("sign_ins")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(optional_text("user_agent"))
                .col(optional_text("network"))
                .col(time("created_at"))
                .col(time("last_seen_at"))
                .foreign_key(&mut refers("sign_ins", "user_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("sign_ins", &["user_id", "last_seen_at", "id"])).await?;
        m.create_index(index("sign_ins", &["last_seen_at"])).await?;

        m.create_table(
            Table::create()
                .table("user_tokens")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(text("label"))
                .col(digest("hash"))
                .col(text("prefix"))
                .col(time("created_at"))
                .col(time("expires_at"))
                .col(optional_time("last_used_at"))
                .col(optional_time("revoked_at"))
                .foreign_key(&mut refers("user_tokens", "user_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("user_tokens", &["hash"])).await?;
        m.create_index(index("user_tokens", &["user_id", "id"])).await?;
        // Who made an invite finds it again, and takes it along.
        m.create_index(index("invites", &["created_by", "id"])).await?;

        m.alter_table(Table::alter().table("agents").add_column(optional_time("paused_at")).to_owned()).await?;
        m.create_table(
            Table::create()
                .table("agent_offers")
                .col(id("agent_id").primary_key())
                .col(id("to_user_id"))
                .col(time("created_at"))
                .foreign_key(&mut refers("agent_offers", "agent_id", "agents"))
                .foreign_key(&mut refers("agent_offers", "to_user_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("agent_offers", &["to_user_id", "agent_id"])).await
    }
}

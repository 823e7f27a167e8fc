//! Pictures and what refers to them, developers' apps, the addresses of owners, and the order of karma.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("blobs")
                .col(digest("digest").primary_key())
                .col(count("size"))
                .col(small("kind"))
                // How many rows of other tables show it; one that nobody shows is removed.
                .col(count("refs"))
                .col(time("created_at"))
                .to_owned(),
        )
        .await?;
        let unused = Expr::col("refs").lte(0);
        m.create_index(index("blobs", &["refs"]).cond_where(unused).take()).await?;

        m.create_table(
            Table::create()
                .table("apps")
                .col(id("id").primary_key())
                .col(id("owner_id"))
                .col(text("name"))
                .col(digest("key_hash"))
                .col(text("key_prefix"))
                .col(time("created_at"))
                .col(optional_time("revoked_at"))
                .foreign_key(&mut refers("apps", "owner_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("apps", &["key_hash"])).await?;
        m.create_index(index("apps", &["owner_id", "id"])).await?;

        m.create_table(
            Table::create()
                .table("owner_emails")
                .col(id("user_id").primary_key())
                .col(text("email"))
                .col(id("agent_id"))
                .col(time("created_at"))
                .foreign_key(&mut refers("owner_emails", "user_id", "users"))
                .foreign_key(&mut refers("owner_emails", "agent_id", "agents"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("owner_emails", &["email"])).await?;

        let there = || Expr::col("deleted_at").is_null();
        m.create_index(index("agents", &["karma", "id"]).cond_where(there()).take()).await?;
        let pictured = Expr::col("avatar_url").is_not_null();
        m.create_index(index("agents", &["avatar_url"]).cond_where(pictured).take()).await
    }
}

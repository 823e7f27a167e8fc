//! What comes in: requests that may be sent again, and who may register.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("idempotency")
                .col(digest("key_hash").primary_key())
                .col(digest("request_hash"))
                .col(id("claim_id"))
                .col(time("claimed_until"))
                .col(flag("is_done"))
                .col(optional_bytes("answer"))
                .col(time("created_at"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("idempotency", &["created_at"])).await?;

        m.create_table(
            Table::create()
                .table("invites")
                .col(id("id").primary_key())
                .col(digest("code_hash"))
                .col(text("note"))
                .col(count("uses"))
                .col(count("most_uses"))
                .col(id("created_by"))
                .col(time("created_at"))
                .col(optional_time("expires_at"))
                .col(optional_time("revoked_at"))
                .foreign_key(&mut refers("invites", "created_by", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(unique("invites", &["code_hash"])).await
    }
}

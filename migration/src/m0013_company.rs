//! People whom a company's own sign-in vouches for, people who may not come in for a while, and finding who governs what by the
//! beginning of a name.

use crate::columns::*;
use crate::dialect;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.alter_table(Table::alter().table("users").add_column(optional_time("suspended_until")).to_owned()).await?;
        m.create_table(
            Table::create()
                .table("identities")
                .col(text("issuer"))
                .col(text("subject"))
                .col(id("user_id"))
                .col(time("created_at"))
                .primary_key(Index::create().col("issuer").col("subject"))
                .foreign_key(&mut refers("identities", "user_id", "users"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("identities", &["user_id"])).await?;
        // SQLite compares by bytes anyway, and its unique indexes serve.
        dialect::run(
            m,
            &[],
            &[
                r#"CREATE INDEX agents_name_bytes ON agents (name COLLATE "C", id)"#,
                r#"CREATE INDEX users_handle_bytes ON users (handle COLLATE "C", id)"#,
            ],
        )
        .await
    }
}

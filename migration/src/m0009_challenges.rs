//! What is known of texts when they are written: what to be careful about, and whether a challenge stands before them.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite takes no more.
        for (table, column) in [
            // Codes with commas between them.
            ("posts", text("content_warnings").default("").take()),
            ("comments", text("content_warnings").default("").take()),
            // Of the replies that are numbered, those that were never published.
            ("comments", count("hidden_reply_count")),
            ("submolts", small("verification").default(0).take()),
            // Wrong answers in a row.
            ("agents", count("challenge_failure_count")),
        ] {
            m.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }

        m.create_table(
            Table::create()
                .table("challenges")
                .col(digest("code_hash").primary_key())
                .col(id("agent_id"))
                .col(small("content_kind"))
                .col(id("content_id"))
                .col(count("answer"))
                .col(time("created_at"))
                .col(time("expires_at"))
                .col(optional_time("used_at"))
                .foreign_key(&mut refers("challenges", "agent_id", "agents"))
                .to_owned(),
        )
        .await?;
        m.create_index(index("challenges", &["expires_at"])).await
    }
}

//! A webhook that is no agent's: the operator's own.

use crate::dialect;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too: between two of its statements the tables are not there.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // SQLite changes a column by another table. The new deliveries refer to the new webhooks before the old tables
        // go, so that no row is ever without what it refers to; renaming a table renames it in references too.
        dialect::run(
            m,
            &[
                r#"CREATE TABLE "next_webhooks" (
                    "id" uuid_text NOT NULL PRIMARY KEY,
                    "agent_id" uuid_text,
                    "url" text NOT NULL,
                    "secret" blob NOT NULL,
                    "events" text NOT NULL,
                    "dead_in_a_row" integer NOT NULL DEFAULT 0,
                    "created_at" timestamp_with_timezone_text NOT NULL,
                    "disabled_at" timestamp_with_timezone_text,
                    "deleted_at" timestamp_with_timezone_text,
                    FOREIGN KEY ("agent_id") REFERENCES "agents" ("id"))"#,
                r#"CREATE TABLE "next_webhook_deliveries" (
                    "id" uuid_text NOT NULL PRIMARY KEY,
                    "webhook_id" uuid_text NOT NULL,
                    "event" text NOT NULL,
                    "body" text NOT NULL,
                    "state" smallint NOT NULL DEFAULT 0,
                    "attempts" integer NOT NULL DEFAULT 0,
                    "due_at" timestamp_with_timezone_text NOT NULL,
                    "status" integer,
                    "error" text,
                    "took_ms" integer,
                    "created_at" timestamp_with_timezone_text NOT NULL,
                    "ended_at" timestamp_with_timezone_text,
                    FOREIGN KEY ("webhook_id") REFERENCES "next_webhooks" ("id"))"#,
                r#"INSERT INTO "next_webhooks"
                   SELECT "id", "agent_id", "url", "secret", "events", "dead_in_a_row", "created_at", "disabled_at", "deleted_at"
                   FROM "webhooks""#,
                r#"INSERT INTO "next_webhook_deliveries"
                   SELECT "id", "webhook_id", "event", "body", "state", "attempts", "due_at", "status", "error", "took_ms",
                          "created_at", "ended_at"
                   FROM "webhook_deliveries""#,
                r#"DROP TABLE "webhook_deliveries""#,
                r#"DROP TABLE "webhooks""#,
                r#"ALTER TABLE "next_webhooks" RENAME TO "webhooks""#,
                r#"ALTER TABLE "next_webhook_deliveries" RENAME TO "webhook_deliveries""#,
                r#"CREATE INDEX "webhooks_agent_id_id" ON "webhooks" ("agent_id", "id")"#,
                r#"CREATE INDEX "webhook_deliveries_webhook_id_id" ON "webhook_deliveries" ("webhook_id", "id")"#,
                r#"CREATE INDEX "webhook_deliveries_due_at" ON "webhook_deliveries" ("due_at") WHERE "state" = 0"#,
                r#"CREATE INDEX "webhook_deliveries_ended_at" ON "webhook_deliveries" ("ended_at")"#,
            ],
            &[r#"ALTER TABLE "webhooks" ALTER COLUMN "agent_id" DROP NOT NULL"#],
        )
        .await
    }
}

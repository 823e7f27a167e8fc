//! Who is told of what: the outbox of public events, webhooks and their deliveries, and keys of the instance.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        outbox(m).await?;
        webhooks(m).await?;
        m.create_table(
            Table::create()
                .table("instance_keys")
                .col(text("name").primary_key())
                .col(digest("key"))
                .col(time("created_at"))
                .to_owned(),
        )
        .await
    }
}

async fn outbox(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    // No foreign keys: a vote writes a row here, and must not take a lock for it.
    m.create_table(
        Table::create()
            .table("outbox")
            .col(numbered("id").primary_key())
            .col(small("topic"))
            .col(optional_id("submolt_id"))
            .col(id("post_id"))
            .col(optional_id("comment_id"))
            .col(optional_number("position"))
            .col(time("created_at"))
            .to_owned(),
    )
    .await?;
    m.create_index(unique("outbox", &["position"])).await?;
    m.create_index(index("outbox", &["submolt_id", "position"])).await?;
    let waiting = Expr::col("position").is_null();
    m.create_index(index("outbox", &["id"]).cond_where(waiting).take()).await?;

    m.create_table(
        Table::create()
            .table("outbox_head")
            .col(small("id").primary_key())
            .col(count("position"))
            .col(count("removed"))
            .to_owned(),
    )
    .await?;
    m.execute(Query::insert().into_table("outbox_head").columns(["id"]).values_panic([0.into()]).to_owned()).await
}

async fn webhooks(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("webhooks")
            .col(id("id").primary_key())
            .col(id("agent_id"))
            .col(text("url"))
            .col(bytes("secret"))
            // Names with commas between them; empty for all.
            .col(text("events"))
            .col(count("dead_in_a_row"))
            .col(time("created_at"))
            .col(optional_time("disabled_at"))
            .col(optional_time("deleted_at"))
            .foreign_key(&mut refers("webhooks", "agent_id", "agents"))
            .to_owned(),
    )
    .await?;
    m.create_index(index("webhooks", &["agent_id", "id"])).await?;

    m.create_table(
        Table::create()
            .table("webhook_deliveries")
            .col(id("id").primary_key())
            .col(id("webhook_id"))
            .col(text("event"))
            .col(text("body"))
            .col(small("state").default(0))
            .col(count("attempts"))
            .col(time("due_at"))
            .col(optional_number("status"))
            .col(optional_text("error"))
            .col(optional_number("took_ms"))
            .col(time("created_at"))
            .col(optional_time("ended_at"))
            .foreign_key(&mut refers("webhook_deliveries", "webhook_id", "webhooks"))
            .to_owned(),
    )
    .await?;
    m.create_index(index("webhook_deliveries", &["webhook_id", "id"])).await?;
    let pending = Expr::col("state").eq(0);
    m.create_index(index("webhook_deliveries", &["due_at"]).cond_where(pending).take()).await?;
    m.create_index(index("webhook_deliveries", &["ended_at"])).await
}

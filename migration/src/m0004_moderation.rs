//! Order in the forum: who may read what, pins, reports, labels.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        add(m, "submolts", text("rules").default("")).await?;
        let moderators = index("submolt_members", &["submolt_id", "role"]).cond_where(Expr::col("role").gt(0)).take();
        m.create_index(moderators).await?;
        posts(m).await?;
        reports(m).await?;
        labels(m).await
    }
}

/// SQLite takes one column a statement.
async fn add(m: &SchemaManager<'_>, table: &'static str, column: &mut ColumnDef) -> Result<(), DbErr> {
    m.alter_table(Table::alter().table(table).add_column(column.take()).to_owned()).await
}

async fn posts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    // For whom a post is follows from its submolt. No submolt could be private or NSFW before: all are for everybody.
    add(m, "posts", small("audience").default(0)).await?;
    add(m, "posts", &mut count("label_count")).await?;

    // Lists over all submolts begin at the audience: what is for few is never walked over by the others.
    let shown = || Expr::col("deleted_at").is_null().and(Expr::col("verification").eq(0));
    for (old, new) in [
        (&["id"][..], &["audience", "id"][..]),
        (&["hot_rank", "id"], &["audience", "hot_rank", "id"]),
        (&["score", "id"], &["audience", "score", "id"]),
        (&["best_rank", "id"], &["audience", "best_rank", "id"]),
        (&["controversy_rank", "id"], &["audience", "controversy_rank", "id"]),
    ] {
        m.create_index(index("posts", new).cond_where(shown()).take()).await?;
        let old = format!("posts_{}", old.join("_"));
        m.drop_index(Index::drop().name(old).table("posts").to_owned()).await?;
    }
    let pinned = index("posts", &["submolt_id"]).name("posts_pinned").cond_where(Expr::cust("is_pinned")).take();
    m.create_index(pinned).await?;
    // Replies to one comment by age; by rank there is an index already.
    m.create_index(index("comments", &["parent_id", "id"])).await
}

async fn reports(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("reports")
            .col(id("id").primary_key())
            .col(id("submolt_id"))
            .col(id("post_id"))
            .col(small("target_kind"))
            .col(id("target_id"))
            .col(id("reporter_id"))
            .col(text("reason"))
            .col(small("state").default(0))
            .col(time("created_at"))
            .col(optional_time("resolved_at"))
            .col(optional_id("resolved_by_agent_id"))
            .col(optional_id("resolved_by_user_id"))
            .foreign_key(&mut refers("reports", "submolt_id", "submolts"))
            .foreign_key(&mut refers("reports", "post_id", "posts"))
            .foreign_key(&mut refers("reports", "reporter_id", "agents"))
            .foreign_key(&mut refers("reports", "resolved_by_agent_id", "agents"))
            .foreign_key(&mut refers("reports", "resolved_by_user_id", "users"))
            .to_owned(),
    )
    .await?;
    let open = || Expr::col("state").eq(0);
    let once = unique("reports", &["target_kind", "target_id", "reporter_id"]).cond_where(open()).take();
    m.create_index(once).await?;
    m.create_index(index("reports", &["submolt_id", "id"]).cond_where(open()).take()).await?;
    m.create_index(index("reports", &["id"]).cond_where(open()).take()).await
}

async fn labels(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("labels")
            .col(id("id").primary_key())
            .col(id("submolt_id"))
            .col(text("key"))
            .col(text("label"))
            .col(text("color"))
            .col(small("kind"))
            .col(optional_text("prompt"))
            .col(ColumnDef::new("cadence_minutes").integer())
            .col(time("created_at"))
            .foreign_key(&mut refers("labels", "submolt_id", "submolts"))
            .to_owned(),
    )
    .await?;
    m.create_index(unique("labels", &["submolt_id", "key"])).await?;

    m.create_table(
        Table::create()
            .table("label_attachments")
            .col(id("id").primary_key())
            .col(id("label_id"))
            .col(small("kind"))
            .col(optional_id("post_id"))
            .col(optional_id("agent_id"))
            .col(time("created_at"))
            .col(optional_time("shown_at"))
            .check(Expr::cust("(post_id IS NULL) <> (agent_id IS NULL)"))
            .foreign_key(&mut refers("label_attachments", "label_id", "labels"))
            .foreign_key(&mut refers("label_attachments", "post_id", "posts"))
            .foreign_key(&mut refers("label_attachments", "agent_id", "agents"))
            .to_owned(),
    )
    .await?;
    // Empty columns are never equal to each other: each index holds one kind of target only.
    m.create_index(unique("label_attachments", &["label_id", "post_id"])).await?;
    m.create_index(unique("label_attachments", &["label_id", "agent_id"])).await?;
    let mut one_status = unique("label_attachments", &["post_id"]).name("label_attachments_one_status").take();
    m.create_index(one_status.cond_where(Expr::col("kind").eq(1)).take()).await?;
    m.create_index(index("label_attachments", &["post_id", "id"])).await?;
    m.create_index(index("label_attachments", &["agent_id", "id"])).await
}

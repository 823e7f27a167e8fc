//! What is said: submolts and their members, posts, comments and votes.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The counters and ranks that votes move, alike for posts and comments.
fn voted(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(count("upvotes"))
        .col(count("downvotes"))
        .col(count("score"))
        .col(count("human_score"))
        .col(rank("best_rank"))
        .col(rank("controversy_rank"))
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        submolts(m).await?;
        posts(m).await?;
        comments(m).await?;
        votes(m).await
    }
}

async fn submolts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("submolts")
            .col(id("id").primary_key())
            .col(text("name"))
            .col(text("display_name"))
            .col(text("description"))
            .col(optional_id("creator_id"))
            .col(count("subscriber_count"))
            .col(count("post_count"))
            .col(optional_text("avatar_url"))
            .col(optional_text("banner_url"))
            .col(optional_text("banner_color"))
            .col(optional_text("theme_color"))
            .col(flag("is_nsfw"))
            .col(flag("is_private"))
            .col(flag("allow_crypto"))
            .col(time("created_at"))
            .col(time("last_activity_at"))
            .foreign_key(&mut refers("submolts", "creator_id", "agents"))
            .to_owned(),
    )
    .await?;
    m.create_index(unique("submolts", &["name"])).await?;
    m.create_index(index("submolts", &["subscriber_count", "id"])).await?;
    m.create_index(index("submolts", &["last_activity_at", "id"])).await?;

    m.create_table(
        Table::create()
            .table("submolt_members")
            .col(id("submolt_id"))
            .col(id("agent_id"))
            .col(small("role"))
            .col(flag("is_subscribed"))
            .col(time("created_at"))
            .primary_key(Index::create().col("submolt_id").col("agent_id"))
            .foreign_key(&mut refers("submolt_members", "submolt_id", "submolts"))
            .foreign_key(&mut refers("submolt_members", "agent_id", "agents"))
            .to_owned(),
    )
    .await?;
    m.create_index(index("submolt_members", &["agent_id"])).await
}

async fn posts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("posts")
        .col(id("id").primary_key())
        .col(id("submolt_id"))
        .col(id("author_id"))
        .col(small("kind"))
        .col(text("title"))
        .col(optional_text("content"))
        .col(optional_text("url"))
        .to_owned();
    voted(&mut table)
        .col(rank("hot_rank"))
        .col(count("comment_count"))
        .col(count("thread_count"))
        .col(flag("is_pinned"))
        .col(flag("is_locked"))
        .col(small("verification").default(0))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(optional_time("edited_at"))
        .col(optional_time("deleted_at"))
        .foreign_key(&mut refers("posts", "submolt_id", "submolts"))
        .foreign_key(&mut refers("posts", "author_id", "agents"));
    m.create_table(table).await?;

    // Lists show what is neither deleted nor waiting for a challenge, and so do their indexes.
    let shown = || Expr::col("deleted_at").is_null().and(Expr::col("verification").eq(0));
    for columns in [
        &["id"][..],
        &["hot_rank", "id"],
        &["score", "id"],
        &["best_rank", "id"],
        &["controversy_rank", "id"],
        &["created_at"],
        &["submolt_id", "id"],
        &["submolt_id", "hot_rank", "id"],
        &["submolt_id", "score", "id"],
        &["submolt_id", "best_rank", "id"],
        &["submolt_id", "controversy_rank", "id"],
        &["author_id", "id"],
        &["author_id", "hot_rank", "id"],
        &["author_id", "score", "id"],
    ] {
        m.create_index(index("posts", columns).cond_where(shown()).take()).await?;
    }
    Ok(())
}

async fn comments(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("comments")
        .col(id("id").primary_key())
        .col(id("post_id"))
        .col(optional_id("parent_id"))
        .col(id("author_id"))
        .col(text("content"))
        .col(small("depth"))
        // Four bytes a level, each the number of the reply under its parent: a subtree is one range.
        .col(ColumnDef::new("path").var_binary(44).not_null())
        .to_owned();
    voted(&mut table)
        .col(count("reply_count"))
        .col(small("verification").default(0))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(optional_time("edited_at"))
        .col(optional_time("deleted_at"))
        .foreign_key(&mut refers("comments", "post_id", "posts"))
        .foreign_key(&mut refers("comments", "parent_id", "comments"))
        .foreign_key(&mut refers("comments", "author_id", "agents"));
    m.create_table(table).await?;

    m.create_index(unique("comments", &["post_id", "path"])).await?;
    for columns in [
        &["post_id", "depth", "id"][..],
        &["post_id", "depth", "best_rank", "id"],
        &["post_id", "depth", "score", "id"],
        &["post_id", "depth", "controversy_rank", "id"],
        &["parent_id", "best_rank", "id"],
        &["author_id", "id"],
    ] {
        m.create_index(index("comments", columns)).await?;
    }
    Ok(())
}

async fn votes(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("votes")
            .col(small("target_kind"))
            .col(id("target_id"))
            .col(small("voter_kind"))
            .col(id("voter_id"))
            .col(small("value").check(Expr::col("value").is_in([-1, 1])))
            .col(time("created_at"))
            .primary_key(Index::create().col("target_kind").col("target_id").col("voter_kind").col("voter_id"))
            .to_owned(),
    )
    .await?;
    m.create_index(index("votes", &["voter_kind", "voter_id"])).await
}

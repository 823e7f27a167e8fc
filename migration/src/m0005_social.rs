//! What agents have with each other: notifications, what waits for whom, direct messages, blocks.

use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The kinds of notification of which there is one a post, or one a follower.
const NEW_FOLLOWER: i16 = 3;
const POST_UPVOTE: i16 = 5;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        blocks(m).await?;
        inboxes(m).await?;
        notifications(m).await?;
        conversations(m).await?;
        messages(m).await
    }
}

async fn blocks(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("blocks")
            .col(id("blocker_id"))
            .col(id("blocked_id"))
            .col(time("created_at"))
            .primary_key(Index::create().col("blocker_id").col("blocked_id"))
            .foreign_key(&mut refers("blocks", "blocker_id", "agents"))
            .foreign_key(&mut refers("blocks", "blocked_id", "agents"))
            .to_owned(),
    )
    .await
}

async fn inboxes(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("inboxes")
            .col(id("agent_id").primary_key())
            .col(count("unread_notifications"))
            .col(count("unread_messages"))
            .col(count("unread_conversations"))
            .col(count("requests"))
            .foreign_key(&mut refers("inboxes", "agent_id", "agents"))
            .to_owned(),
    )
    .await
}

async fn notifications(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("notifications")
            .col(id("id").primary_key())
            .col(id("receiver_id"))
            .col(small("kind"))
            .col(optional_id("actor_id"))
            .col(optional_id("post_id"))
            .col(optional_id("comment_id"))
            .col(count("amount"))
            .col(optional_text("note"))
            .col(flag("is_read"))
            .col(time("at"))
            .foreign_key(&mut refers("notifications", "receiver_id", "agents"))
            .foreign_key(&mut refers("notifications", "actor_id", "agents"))
            .foreign_key(&mut refers("notifications", "post_id", "posts"))
            .foreign_key(&mut refers("notifications", "comment_id", "comments"))
            .to_owned(),
    )
    .await?;
    let unread = || Expr::col("is_read").eq(false);
    let of_kind = |kind: i16| Expr::col("kind").eq(kind);
    m.create_index(index("notifications", &["receiver_id", "at", "id"])).await?;
    m.create_index(
        index("notifications", &["receiver_id", "at", "id"]).name("notifications_unread").cond_where(unread()).take(),
    )
    .await?;
    m.create_index(
        index("notifications", &["receiver_id", "post_id"])
            .name("notifications_unread_of_post")
            .cond_where(unread())
            .take(),
    )
    .await?;
    m.create_index(unique("notifications", &["receiver_id", "post_id"]).cond_where(of_kind(POST_UPVOTE)).take())
        .await?;
    m.create_index(unique("notifications", &["receiver_id", "actor_id"]).cond_where(of_kind(NEW_FOLLOWER)).take()).await
}

/// A conversation has two rows, one a side: each holds what that side has not read.
async fn conversations(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("conversations")
            .col(id("agent_id"))
            .col(id("other_id"))
            .col(id("id"))
            .col(flag("is_initiator"))
            .col(small("state"))
            .col(count("unread"))
            .col(text("preview"))
            .col(time("last_message_at"))
            .col(time("created_at"))
            .primary_key(Index::create().col("agent_id").col("other_id"))
            .foreign_key(&mut refers("conversations", "agent_id", "agents"))
            .foreign_key(&mut refers("conversations", "other_id", "agents"))
            .to_owned(),
    )
    .await?;
    m.create_index(unique("conversations", &["id", "agent_id"])).await?;
    m.create_index(index("conversations", &["agent_id", "state", "last_message_at", "id"])).await?;
    let asked = Expr::col("state").eq(0).and(Expr::col("is_initiator").eq(false));
    m.create_index(
        index("conversations", &["agent_id", "last_message_at", "id"])
            .name("conversations_requests")
            .cond_where(asked)
            .take(),
    )
    .await?;
    m.create_index(
        index("conversations", &["agent_id", "last_message_at", "id"])
            .name("conversations_unread")
            .cond_where(Expr::col("unread").gt(0))
            .take(),
    )
    .await
}

async fn messages(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Who writes in a conversation has a row of it.
    let side = ForeignKey::create()
        .name("messages_conversation_id_sender_id_fkey")
        .from("messages", ("conversation_id", "sender_id"))
        .to("conversations", ("id", "agent_id"))
        .take();
    m.create_table(
        Table::create()
            .table("messages")
            .col(id("id").primary_key())
            .col(id("conversation_id"))
            .col(id("sender_id"))
            .col(text("content"))
            .col(flag("needs_human_input"))
            .col(text("content_warnings"))
            .col(time("created_at"))
            .foreign_key(&mut side.clone())
            .to_owned(),
    )
    .await?;
    m.create_index(index("messages", &["conversation_id", "id"])).await
}

//! Comments: a thread of two.

use super::{Someone, named};
use crate::ledger::{Ledger, holds, same};
use anyhow::Context;
use moltbook_cli::api::types::Post;
use serde_json::Value;

/// Comments as Bob, answers as Ada.
pub async fn comments(ada: &Someone, bob: &Someone, post: &str, ledger: &mut Ledger) {
    ledger
        .step("comments, replies and sees the thread", async {
            bob.terminal.sees(&["comment", post, "And at night?"], &["Comment posted!"])?;
            let thread: Value = ada.client.get(&format!("/posts/{post}/comments?sort=best&limit=35")).await?;
            let root = thread["comments"][0]["id"].as_str().context("no comment in the thread")?.to_owned();
            ada.terminal.sees(&["reply-comment", post, &root, "--content", "At night too."], &["Comment posted!"])?;
            for sort in ["best", "new", "old", "top", "controversial"] {
                let shown = bob
                    .terminal
                    .sees(&["comments", post, "--sort", sort], &["And at night?", "At night too.", &root])?;
                holds("the reply stands under its parent", shown.contains(&format!("↳ {}", ada.name)))?;
            }
            let post: Post = named(&ada.client, &format!("/posts/{post}"), "post").await?;
            same("the number of comments", post.comment_count, Some(2))
        })
        .await;
    ledger
        .step("a comment on nothing is refused", async {
            bob.terminal.is_refused(&["comment", "0198c0de-0000-7000-8000-000000000000", "Hello?"], "not found")
        })
        .await;
}

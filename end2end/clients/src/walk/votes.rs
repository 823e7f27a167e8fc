//! Votes on a post and a comment, and the karma they bring.

use super::{Someone, named};
use crate::ledger::{Ledger, same};
use anyhow::Context;
use moltbook_cli::api::types::{Agent, Post};
use serde_json::Value;

/// Votes as Bob on what Ada wrote.
pub async fn votes(ada: &Someone, bob: &Someone, post: &str, ledger: &mut Ledger) {
    ledger
        .step("votes on the post; a second vote takes it back; the other changes it", async {
            let path = format!("/posts/{post}");
            for (command, says, up, down) in [
                ("upvote", "Upvoted!", 1, 0),
                ("upvote", "Upvoted!", 0, 0),
                ("downvote", "Downvoted", 0, 1),
                ("upvote", "Upvoted!", 1, 0),
            ] {
                bob.terminal.sees(&[command, post], &[says])?;
                let now: Post = named(&ada.client, &path, "post").await?;
                same(
                    "votes up, down and the score",
                    (now.upvotes, now.downvotes, now.score),
                    (up, down, Some(up - down)),
                )?;
            }
            Ok(())
        })
        .await;
    ledger.step("its own post gets no vote from it", async { ada.terminal.is_refused(&["upvote", post], "own") }).await;
    ledger
        .step("votes on a comment, and karma follows", async {
            let thread: Value = ada.client.get(&format!("/posts/{post}/comments")).await?;
            let reply = thread["comments"][0]["replies"][0]["id"].as_str().context("no reply")?.to_owned();
            bob.terminal.sees(&["upvote-comment", &reply], &["Comment upvoted!"])?;
            bob.terminal.sees(&["comments", post], &["(⬆ 1)"])?;
            let karma: Agent = named(&bob.client, &format!("/agents/profile?name={}", ada.name), "agent").await?;
            same("karma of one vote on a post and one on a comment", karma.karma, Some(2))?;
            bob.terminal.sees(&["view-profile", &ada.name], &["Karma:        2"]).map(drop)
        })
        .await;
}

//! Feeds of a submolt and of an agent, and what deletion does to them.

use super::Someone;
use crate::ledger::{Ledger, holds, same};
use anyhow::Context;
use moltbook_cli::api::types::{FeedResponse, SubmoltFeedResponse};

/// Reads feeds as Bob.
pub async fn feeds(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) {
    ledger
        .step("a submolt's feed is parsed", async {
            let feed: SubmoltFeedResponse =
                bob.client.get(&format!("/submolts/{submolt}/feed?sort=hot&limit=25")).await?;
            same("its posts", feed.posts.len(), 2)
        })
        .await;
    ledger
        .step("the personal feed is empty, then holds what it subscribed to, then whom it follows", async {
            bob.terminal.sees(&["feed"], &["No posts in your feed yet."])?;
            bob.terminal.sees(&["subscribe", submolt], &["Subscribed to"])?;
            let feed: FeedResponse = bob.client.get("/feed?sort=new&limit=25").await?;
            same("posts of the subscription", feed.posts.len(), 2)?;
            bob.terminal.sees(&["follow", &ada.name], &["Now following"])?;
            bob.terminal.sees(
                &["feed", "--sort", "new", "--filter", "following"],
                &["Your Feed", "The tide is a clock", "[Following]"],
            )?;
            let feed: FeedResponse = bob.client.get("/feed?sort=hot&limit=25").await?;
            same("posts of both", feed.posts.len(), 3)
        })
        .await;
}

/// Deletes one of the posts.
pub async fn deletion(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) {
    ledger
        .step("deletes its post; nobody else can", async {
            let feed: SubmoltFeedResponse =
                ada.client.get(&format!("/submolts/{submolt}/feed?sort=new&limit=25")).await?;
            let doomed = feed.posts.into_iter().find(|post| post.title == "Low water").context("no post to delete")?.id;
            bob.terminal.is_refused(&["delete-post", &doomed], "API Error")?;
            ada.terminal.sees(&["delete-post", &doomed], &["Post deleted successfully!"])?;
            let feed: SubmoltFeedResponse =
                ada.client.get(&format!("/submolts/{submolt}/feed?sort=new&limit=25")).await?;
            holds("the deleted post left the feed", feed.posts.iter().all(|post| post.id != doomed))
        })
        .await;
}

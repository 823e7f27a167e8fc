//! Posts: written, listed in every order, paged through, read.

use super::{Someone, named};
use crate::ledger::{Ledger, holds, same};
use anyhow::Context;
use moltbook_cli::api::types::{FeedResponse, Post, PostResponse};
use serde_json::json;

/// Posts as Ada and reads as Bob; returns the id of a post in `general`.
pub async fn posts(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) -> Option<String> {
    let title = format!("The tide is a clock, says {}", ada.name);
    let post = ledger
        .step("posts", async {
            let body = json!({ "submolt_name": "general", "title": title, "content": "Twice a day.\n\n*Every* day." });
            let answer: PostResponse = ada.client.post("/posts", &body).await?;
            holds("no challenge is due", answer.verification_required != Some(true))?;
            let post = answer.post.context("no post in the answer")?;
            same("the title", post.title.as_str(), title.as_str())?;
            same("the author", post.author.name.as_str(), ada.name.as_str())?;
            same("the submolt", post.submolt.map(|submolt| submolt.name), Some("general".to_owned()))?;
            same("the votes", (post.upvotes, post.downvotes, post.score), (0, 0, Some(0)))?;
            Ok(post.id)
        })
        .await?;
    ledger
        .step("posts by the command line, a text and a link", async {
            let typed = ["post", "--title", "Low water", "--content", "At noon.", "--submolt", submolt];
            ada.terminal.sees(&typed, &["Post created successfully!", "Post ID: "])?;
            let typed = ["post", "A tide table", submolt, "", "https://tides.example/today?a=1&b=2"];
            ada.terminal.sees(&typed, &["Post created successfully!"])?;
            ada.terminal.sees(
                &["submolt", submolt, "--sort", "new"],
                &["Low water", "A tide table", "https://tides.example/today?a=1&b=2"],
            )
        })
        .await;
    ledger
        .step("the global feed holds the post, in every order", async {
            for sort in ["new", "hot", "top", "rising", "best"] {
                let feed: FeedResponse = bob.client.get(&format!("/posts?sort={sort}&limit=100")).await?;
                holds(sort, feed.success && feed.posts.iter().any(|found| found.id == post))?;
                bob.terminal
                    .sees(&["global", "--sort", sort, "--limit", "100"], &["Global Feed", &title, &ada.name, &post])?;
            }
            Ok(())
        })
        .await;
    ledger
        .step("pages by the cursor it is given, without a gap or a repeat", async {
            let whole: FeedResponse = bob.client.get("/posts?sort=new&limit=100").await?;
            let mut paged = Vec::new();
            let mut path = "/posts?sort=new&limit=2".to_owned();
            loop {
                let page: FeedResponse = bob.client.get(&path).await?;
                paged.extend(page.posts.into_iter().map(|post| post.id));
                match page.next_cursor.filter(|_| page.has_more == Some(true) && paged.len() < 100) {
                    Some(cursor) => path = format!("/posts?sort=new&limit=2&cursor={cursor}"),
                    None => break,
                }
            }
            same("the pages together", paged, whole.posts.into_iter().map(|post| post.id).collect())
        })
        .await;
    ledger
        .step("reads the post, and an unknown one is not found", async {
            let found: Post = named(&bob.client, &format!("/posts/{post}"), "post").await?;
            same("the content", found.content.as_deref(), Some("Twice a day.\n\n*Every* day."))?;
            same("the type", found.post_type.as_deref(), Some("text"))?;
            bob.terminal.sees(&["view-post", &post], &[&title, "Twice a day.", "just now"])?;
            bob.terminal.is_refused(&["view-post", "0198c0de-0000-7000-8000-000000000000"], "not found")
        })
        .await;
    ledger
        .step("lists the posts of an agent", async {
            bob.terminal.sees(&["posts", "--author", &ada.name], &["Posts by", &title, "Low water"])?;
            bob.terminal.sees(&["posts"], &["No posts found."])
        })
        .await;
    Some(post)
}

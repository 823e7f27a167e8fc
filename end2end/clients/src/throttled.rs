//! A server with its default limits: a new agent's second post is refused, in words the client understands.

use crate::ledger::{Ledger, holds};
use crate::shell::{Terminal, client};
use crate::walk::register;
use anyhow::{Result, bail};
use moltbook_cli::api::client::MoltbookClient;
use moltbook_cli::api::error::ApiError;
use moltbook_cli::api::types::PostResponse;
use serde_json::json;

/// Runs into the limit on posts.
pub async fn walk(url: &str, ledger: &mut Ledger) {
    println!("moltbook-cli against the default limits");
    let Some(agent) =
        ledger.step("registers under the default limits", register(url, "hasty", "Posts too often.")).await
    else {
        ledger.give_up("no agent");
        return;
    };
    let client = client(url, &agent.api_key, &agent.name);
    ledger.step("a refused post does not use up the slot", misspelt(&client)).await;
    ledger.step("the first post is accepted", first(&client)).await;
    ledger.step("the second is refused, with the time to wait", second(&client)).await;
    let terminal = Terminal::new(url, &agent.api_key, &agent.name);
    ledger
        .step("the command line says the same", async {
            terminal.is_refused(&["post", "Third"], "Rate limited. ⏳ Retry after")
        })
        .await;
    ledger.step("reading goes on", async { terminal.sees(&["global", "--sort", "new"], &["First"]) }).await;
}

async fn misspelt(client: &MoltbookClient) -> Result<()> {
    let body = json!({ "submolt_name": "no-such-place", "title": "Lost", "content": "Lost." });
    match client.post::<PostResponse>("/posts", &body).await {
        Err(ApiError::MoltbookError(..)) => Ok(()),
        other => bail!("the client saw {other:?}"),
    }
}

async fn first(client: &MoltbookClient) -> Result<()> {
    let body = json!({ "submolt_name": "general", "title": "First", "content": "Within the limit." });
    let answer: PostResponse = client.post("/posts", &body).await?;
    holds("the post is in the answer", answer.success && answer.post.is_some())
}

async fn second(client: &MoltbookClient) -> Result<()> {
    let body = json!({ "submolt_name": "general", "title": "Second", "content": "Too soon." });
    match client.post::<PostResponse>("/posts", &body).await {
        // New agents wait two hours; the server may be a few seconds into them.
        Err(ApiError::RateLimited(wait)) => {
            holds("the wait is two hours", matches!(wait.as_str(), "120 minutes" | "119 minutes"))
        }
        other => bail!("the client saw {other:?}"),
    }
}

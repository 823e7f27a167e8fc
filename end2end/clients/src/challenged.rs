//! A server that asks new agents to prove themselves: the client shows the challenge, and its answer counts.

use crate::ledger::{Ledger, holds, same};
use crate::shell::{Terminal, client};
use crate::walk::register;
use anyhow::Result;
use moltbook_cli::api::client::MoltbookClient;
use moltbook_cli::api::types::{FeedResponse, VerificationChallenge};
use serde_json::{Value, json};

/// Posts, sees the challenge, answers wrongly, and stays unseen.
///
/// Solving the word problem is for minds; that a right answer publishes is tested where the answer is known.
pub async fn walk(url: &str, ledger: &mut Ledger) {
    println!("moltbook-cli against a server with challenges");
    let agent = ledger.step("registers", register(url, "newcomer", "Has to prove itself.")).await;
    let Some(agent) = agent else { return ledger.give_up("no agent") };
    let client = client(url, &agent.api_key, &agent.name);
    let terminal = Terminal::new(url, &agent.api_key, &agent.name);
    ledger
        .step("the command line shows the challenge", async {
            let text = "Nobody sees this yet.";
            terminal.sees(
                &["post", "Waiting", "general", text],
                &["Verification Required", "Challenge:", "moltbook verify --code"],
            )
        })
        .await;
    ledger.step("a wrong answer publishes nothing", wrong(&client, &terminal)).await;
}

async fn wrong(client: &MoltbookClient, terminal: &Terminal) -> Result<()> {
    let body = json!({ "submolt_name": "general", "title": "Unproven", "content": "Still waiting." });
    let answer: Value = client.post("/posts", &body).await?;
    same("a check is due", answer["verification_required"].as_bool(), Some(true))?;
    let challenge: VerificationChallenge = serde_json::from_value(answer["post"]["verification"].clone())?;
    holds("it has instructions", !challenge.instructions.is_empty() && !challenge.challenge.is_empty())?;
    terminal.sees(
        &["verify", "--code", &challenge.code, "--solution", "1234567.89"],
        &["Verification Failed", "Incorrect answer"],
    )?;
    let feed: FeedResponse = client.get("/posts?sort=new").await?;
    holds("the list does not hold it", feed.posts.iter().all(|post| post.title != "Unproven"))
}

//! Everything an agent does in this release, by the client's typed models and by its command line.

mod accounts;
mod comments;
mod feeds;
mod moderation;
mod pictures;
mod posts;
mod search;
mod social;
mod submolts;
mod votes;

use crate::ledger::{Ledger, holds, same};
use crate::shell::{Terminal, client};
use anyhow::{Context, Result, bail};
use moltbook_cli::api::client::MoltbookClient;
use moltbook_cli::api::error::ApiError;
use moltbook_cli::api::types::{FeedResponse, RegisteredAgent, RegistrationResponse};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Registers an agent through the client.
pub async fn register(url: &str, name: &str, description: &str) -> Result<RegisteredAgent> {
    let body = json!({ "name": name, "description": description });
    let answer: RegistrationResponse = client(url, "", "").post_unauth("/agents/register", &body).await?;
    let agent = answer.agent;
    holds("registration is a success", answer.success)?;
    same("the name", agent.name.as_str(), name)?;
    holds("the key looks like one", agent.api_key.starts_with("moltbook_sk_"))?;
    holds("the claim link is on this server", agent.claim_url.starts_with(&format!("{url}/claim/moltbook_claim_")))?;
    holds(
        "the code has a word and four characters",
        agent.verification_code.split_once('-').is_some_and(|(_, code)| code.len() == 4),
    )?;
    Ok(agent)
}

/// One agent of the walk: its client and its terminal.
struct Someone {
    name: String,
    client: MoltbookClient,
    terminal: Terminal,
}

async fn someone(url: &str, name: &str, description: &str) -> Result<Someone> {
    let agent = register(url, name, description).await?;
    Ok(Someone {
        client: client(url, &agent.api_key, name),
        terminal: Terminal::new(url, &agent.api_key, name),
        name: agent.name,
    })
}

/// Walks through everything.
pub async fn walk(url: &str, ledger: &mut Ledger) {
    println!("moltbook-cli 0.7.13 against {url}");
    // Names are unique per run, so that the walk can be repeated against one server.
    let run = std::process::id();
    let names = (format!("ada-{run}"), format!("bob-{run}"), format!("cleo-{run}"));
    let Some(ada) = ledger.step("registers an agent", someone(url, &names.0, "Walks through everything.")).await else {
        return ledger.give_up("no agent");
    };
    let Some(bob) = ledger.step("registers a second agent", someone(url, &names.1, "Answers and votes.")).await else {
        return ledger.give_up("no second agent");
    };
    let Some(cleo) = ledger.step("registers a third agent", someone(url, &names.2, "Sells shells.")).await else {
        return ledger.give_up("no third agent");
    };
    ledger.step("a name that is taken is refused", taken(url, &ada.name)).await;
    ledger.step("a wrong key is refused", wrong_key(url)).await;
    accounts::profiles(&ada, &bob, ledger).await;
    let submolt = format!("reef-{run}");
    submolts::submolts(&ada, &bob, &submolt, ledger).await;
    let Some(post) = posts::posts(&ada, &bob, &submolt, ledger).await else {
        return ledger.give_up("no post");
    };
    comments::comments(&ada, &bob, &post, ledger).await;
    votes::votes(&ada, &bob, &post, ledger).await;
    feeds::feeds(&ada, &bob, &submolt, ledger).await;
    search::search(&ada, &bob, &submolt, ledger).await;
    social::notifications(&ada, &bob, &post, ledger).await;
    social::messages(&ada, &bob, ledger).await;
    social::rejection(&ada, &cleo, ledger).await;
    moderation::moderation(&ada, &bob, &submolt, ledger).await;
    pictures::pictures(&ada, &bob, &submolt, ledger).await;
    feeds::deletion(&ada, &bob, &submolt, ledger).await;
}

async fn taken(url: &str, name: &str) -> Result<()> {
    let body = json!({ "name": name, "description": "A copy." });
    match client(url, "", "").post_unauth::<RegistrationResponse>("/agents/register", &body).await {
        Err(ApiError::MoltbookError(error, hint)) => {
            holds("the error and the hint say something", !error.is_empty() && !hint.is_empty())
        }
        other => bail!("the client saw {other:?}"),
    }
}

async fn wrong_key(url: &str) -> Result<()> {
    let key = format!("moltbook_sk_{}", "x".repeat(43));
    match client(url, &key, "nobody").get::<FeedResponse>("/posts").await {
        Err(ApiError::MoltbookError(error, _)) => holds("the error says something", !error.is_empty()),
        other => bail!("the client saw {other:?}"),
    }
}

/// Reads an answer and parses the part of it that the client parses.
async fn named<T: DeserializeOwned>(client: &MoltbookClient, path: &str, part: &str) -> Result<T> {
    let answer: Value = client.get(path).await?;
    let part = answer.get(part).with_context(|| format!("{path} answers without {part}: {answer}"))?;
    Ok(serde_json::from_value(part.clone())?)
}

//! Who one is: registration, status, profiles, followers.

use super::{Someone, named};
use crate::ledger::{Ledger, holds, same};
use anyhow::Result;
use moltbook_cli::api::types::{Agent, StatusResponse};
use serde_json::{Value, json};

/// Reads and changes profiles.
pub async fn profiles(ada: &Someone, bob: &Someone, ledger: &mut Ledger) {
    ledger.step("reads its status", status(ada)).await;
    ledger.step("reads its own profile", me(ada, "Walks through everything.")).await;
    ledger.step("changes its description", change_description(ada, "Walked \u{1f980} & found <b>it</b>.")).await;
    ledger.step("reads another's profile", profile(bob, &ada.name)).await;
    ledger
        .step("the command line shows status and profiles", async {
            ada.terminal.sees(&["status"], &[&ada.name, "Pending Claim"])?;
            ada.terminal.sees(&["profile"], &["Your Profile", &ada.name, "Karma:", "Unclaimed", "found <b>it</b>"])?;
            bob.terminal.sees(&["view-profile", &ada.name], &[&ada.name, "Followers:", "Joined:"])?;
            bob.terminal.is_refused(&["view-profile", "nobody-of-that-name"], "not found")
        })
        .await;
    ledger
        .step("the command line changes the profile", async {
            bob.terminal.sees(&["update-profile", "Votes, mostly."], &["Profile updated!"])?;
            bob.terminal.sees(&["profile"], &["Votes, mostly."])
        })
        .await;
    ledger
        .step("follows and unfollows", async {
            bob.terminal.sees(&["follow", &ada.name], &["Now following"])?;
            let agent: Agent = named(&ada.client, "/agents/me", "agent").await?;
            same("the followers", agent.follower_count, Some(1))?;
            bob.terminal.sees(&["unfollow", &ada.name], &["Unfollowed"])?;
            let agent: Agent = named(&ada.client, "/agents/me", "agent").await?;
            same("the followers afterwards", agent.follower_count, Some(0))
        })
        .await;
}

async fn status(ada: &Someone) -> Result<()> {
    let status: StatusResponse = ada.client.get("/agents/status").await?;
    same("the status", status.status.as_deref(), Some("pending_claim"))?;
    same("the agent", status.agent.map(|agent| agent.name), Some(ada.name.clone()))?;
    holds("it says what to do next", status.message.is_some() && status.next_step.is_some())
}

async fn me(ada: &Someone, description: &str) -> Result<Agent> {
    let agent: Agent = named(&ada.client, "/agents/me", "agent").await?;
    same("the name", agent.name.as_str(), ada.name.as_str())?;
    same("the description", agent.description.as_deref(), Some(description))?;
    same("claimed", agent.is_claimed, Some(false))?;
    same("active", agent.is_active, Some(true))?;
    holds(
        "karma and followers are there",
        agent.karma.is_some() && agent.follower_count.is_some() && agent.following_count.is_some(),
    )?;
    Ok(agent)
}

async fn change_description(ada: &Someone, description: &str) -> Result<()> {
    let answer: Value = ada.client.patch("/agents/me", &json!({ "description": description })).await?;
    same("success", answer["success"].as_bool(), Some(true))?;
    me(ada, description).await.map(drop)
}

async fn profile(bob: &Someone, name: &str) -> Result<()> {
    let agent: Agent = named(&bob.client, &format!("/agents/profile?name={name}"), "agent").await?;
    same("the name", agent.name.as_str(), name)?;
    holds("nobody owns it", agent.owner.is_none())
}

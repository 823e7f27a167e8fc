//! Governing a submolt: settings, moderators, pins, labels and roles, reports.

use super::Someone;
use crate::ledger::{Ledger, holds, same};
use anyhow::{Context, Result};
use moltbook_cli::api::types::{
    HomeResponse, LabelAttachResponse, LabelsResponse, RolesResponse, SubmoltFeedResponse, SubmoltResponse,
};
use serde_json::{Value, json};

/// Ada, who founded `submolt`, governs it with Bob.
pub async fn moderation(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) {
    let Some(post) = &ledger.step("has a post in its submolt", some_post(ada, submolt)).await else { return };
    ledger
        .step("changes the settings of its submolt; others cannot", async {
            let settings = [
                "submolt-settings",
                submolt,
                "--description",
                "Where crabs meet at low water.",
                "--theme-color",
                "#0a7e8c",
            ];
            bob.terminal.is_refused(&settings, "API Error")?;
            ada.terminal.sees(&settings, &["settings updated!"])?;
            ada.terminal.sees(&["submolt-info", submolt], &["Your Role: owner", "Where crabs meet at low water."])
        })
        .await;
    ledger
        .step("makes a moderator, who pins; then unmakes it", async {
            bob.terminal.is_refused(&["submolt-mod-add", submolt, &bob.name], "API Error")?;
            ada.terminal.sees(&["submolt-mod-add", submolt, &bob.name], &["as a moderator"])?;
            ada.terminal.sees(&["submolt-mods", submolt], &[&ada.name, "(owner)", &bob.name, "(moderator)"])?;
            let mine: SubmoltResponse = bob.client.get(&format!("/submolts/{submolt}")).await?;
            same("the role", mine.your_role.as_deref(), Some("moderator"))?;
            bob.terminal.is_refused(&["submolt-mod-add", submolt, &bob.name, "--role", "owner"], "API Error")?;
            bob.terminal.sees(&["pin-post", post], &["Post pinned successfully!"])?;
            let feed: SubmoltFeedResponse =
                ada.client.get(&format!("/submolts/{submolt}/feed?sort=hot&limit=25")).await?;
            let first = feed.posts.first().context("an empty feed")?;
            same("the first post", (first.id.as_str(), first.is_pinned), (post, Some(true)))?;
            bob.terminal.sees(&["unpin-post", post], &["Post unpinned"])?;
            ada.terminal.sees(&["submolt-mod-remove", submolt, &bob.name], &["from moderators"])?;
            bob.terminal.is_refused(&["pin-post", post], "API Error")
        })
        .await;
    labels(ada, bob, submolt, post, ledger).await;
    ledger
        .step("reports a post, once", async {
            bob.terminal.sees(&["report", post, "--reason", "spam"], &["reported (reason: spam)"])?;
            holds(
                "again is no second report",
                bob.client.post::<Value>(&format!("/posts/{post}/report"), &json!({ "reason": "spam" })).await.is_err(),
            )
        })
        .await;
}

async fn labels(ada: &Someone, bob: &Someone, submolt: &str, post: &str, ledger: &mut Ledger) {
    ledger
        .step("defines a tag, a status and a role", async {
            ada.terminal.sees(&["labels", submolt], &["No labels defined"])?;
            for (key, label, color, kind) in
                [("field-notes", "Field notes", "teal", "tag"), ("open", "Open", "emerald", "status")]
            {
                let define =
                    ["label-define", submolt, "--key", key, "--label", label, "--color", color, "--kind", kind];
                bob.terminal.is_refused(&define, "API Error")?;
                ada.terminal.sees(&define, &["defined in"])?;
            }
            let role = ["--key", "keeper", "--label", "Keeper", "--color", "amber", "--kind", "role"];
            let prompt = ["--prompt", "Greet whoever is new.", "--cadence", "60"];
            ada.terminal
                .sees(&[&["label-define", submolt][..], &role, &prompt].concat(), &["Label 'Keeper' (role) defined"])?;
            ada.terminal.sees(&["labels", submolt], &["Field notes", "Open", "Keeper", "Greet whoever is new."])
        })
        .await;
    ledger
        .step("attaches a tag to a post and takes it off", async {
            let tag = definition(ada, submolt, "field-notes").await?;
            let attach = ["label-attach", "--definition", &tag, "--target-type", "post", "--target", post];
            ada.terminal.sees(&attach, &["Label attached"])?;
            let answer: Value = bob.client.get(&format!("/posts/{post}")).await?;
            same("the labels of the post", answer["post"]["labels"].as_array().map(Vec::len), Some(1))?;
            let attachment = text(&answer, "/post/labels/0/attachment_id")?;
            ada.terminal.sees(&["label-revoke", &attachment], &["revoked"])
        })
        .await;
    ledger
        .step("gives a role, whose holder is briefed at home", async {
            let role = definition(ada, submolt, "keeper").await?;
            let answer: Value = bob.client.get("/agents/me").await?;
            let holder = text(&answer, "/agent/id")?;
            let body = json!({ "label_definition_id": role, "target_type": "agent", "target_id": holder, "placement": "metadata" });
            let given: LabelAttachResponse = ada.client.post("/labels/attach", &body).await?;
            holds("the attachment has an id", given.attachment.is_some_and(|a| a.id.is_some()))?;
            let roles: RolesResponse = ada.client.get(&format!("/submolts/{submolt}/roles")).await?;
            let holders: Vec<String> = roles
                .roles
                .unwrap_or_default()
                .into_iter()
                .flat_map(|role| role.holders.unwrap_or_default())
                .filter_map(|holder| holder.agent.map(|agent| agent.name))
                .collect();
            same("the holders", holders, vec![bob.name.clone()])?;
            ada.terminal.sees(&["roles", submolt], &["Keeper", &bob.name])?;
            let home: HomeResponse = bob.client.get("/home").await?;
            let briefings = home.check_in.and_then(|check_in| check_in.briefings).unwrap_or_default();
            let prompts: Vec<Option<String>> = briefings.into_iter().map(|briefing| briefing.prompt).collect();
            same("the briefing", prompts, vec![Some("Greet whoever is new.".to_owned())])
        })
        .await;
}

async fn some_post(ada: &Someone, submolt: &str) -> Result<String> {
    let feed: SubmoltFeedResponse = ada.client.get(&format!("/submolts/{submolt}/feed?sort=new&limit=25")).await?;
    Ok(feed.posts.into_iter().next_back().context("an empty feed")?.id)
}

async fn definition(of: &Someone, submolt: &str, key: &str) -> Result<String> {
    let list: LabelsResponse = of.client.get(&format!("/submolts/{submolt}/labels")).await?;
    let found = list.labels.unwrap_or_default().into_iter().find(|label| label.key == key);
    Ok(found.with_context(|| format!("no label {key}"))?.id)
}

fn text(answer: &Value, pointer: &str) -> Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no text at {pointer} of {answer}"))?.to_owned())
}

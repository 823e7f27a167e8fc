//! Submolts: founded, listed, subscribed to.

use super::{Someone, named};
use crate::ledger::{Ledger, holds, same};
use moltbook_cli::api::types::{Submolt, SubmoltResponse, SubmoltsResponse};

/// Founds `name` as Ada and uses it as Bob.
pub async fn submolts(ada: &Someone, bob: &Someone, name: &str, ledger: &mut Ledger) {
    ledger
        .step("founds a submolt", async {
            let said = ada.terminal.sees(
                &["create-submolt", name, "The Reef", "--description", "Where crabs meet."],
                &["created successfully"],
            )?;
            let found: SubmoltResponse = ada.client.get(&format!("/submolts/{name}")).await?;
            same("the display name", found.submolt.display_name.as_str(), "The Reef")?;
            same("the description", found.submolt.description.as_deref(), Some("Where crabs meet."))?;
            same("the founder's role", found.your_role.as_deref(), Some("owner"))?;
            same("the founder", found.submolt.created_by.map(|agent| agent.name), Some(ada.name.clone()))?;
            Ok(said)
        })
        .await;
    ledger
        .step("a submolt cannot be founded twice", async {
            bob.terminal.is_refused(&["create-submolt", name, "Mine"], "API Error")
        })
        .await;
    ledger
        .step("lists submolts and finds its own", async {
            let list: SubmoltsResponse = bob.client.get("/submolts?sort=new&limit=100").await?;
            let names: Vec<String> = list.submolts.into_iter().map(|submolt| submolt.name).collect();
            holds("both are listed", names.iter().any(|n| n == name) && names.iter().any(|n| n == "general"))?;
            // The client's own default order is `hot`, which no server documents.
            bob.terminal.sees(&["submolts"], &["Available Submolts", "(m/general)"])?;
            bob.terminal
                .sees(&["submolts", "--sort", "new", "--limit", "100"], &["The Reef", name, "Where crabs meet."])
        })
        .await;
    ledger
        .step("subscribes, sees it, unsubscribes", async {
            bob.terminal.sees(&["subscribe", name], &["Subscribed to"])?;
            let after: Submolt = named(&bob.client, &format!("/submolts/{name}"), "submolt").await?;
            bob.terminal.sees(&["unsubscribe", name], &["Unsubscribed from"])?;
            let last: Submolt = named(&bob.client, &format!("/submolts/{name}"), "submolt").await?;
            same(
                "what the subscription added",
                after.subscriber_count.zip(last.subscriber_count).map(|(a, l)| a - l),
                Some(1),
            )?;
            bob.terminal.sees(&["submolt-info", name], &["The Reef", "Crypto Posts: Not Allowed", "just now"])
        })
        .await;
}

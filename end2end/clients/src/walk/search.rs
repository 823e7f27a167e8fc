//! Finding what was written, and who writes.

use super::Someone;
use crate::ledger::{Ledger, same};
use moltbook_cli::api::types::SearchResponse;

/// Looks for what the walk has written so far.
pub async fn search(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) {
    ledger
        .step("finds a post by its title, first", async {
            let title = format!("The tide is a clock, says {}", ada.name);
            let query = format!("/search?q={}&type=posts&limit=20", title.replace(' ', "%20").replace(',', "%2C"));
            let found: SearchResponse = bob.client.get(&query).await?;
            let first = found.results.into_iter().next().and_then(|result| result.title).unwrap_or_default();
            same("the first title", first.replace("⟦HL⟧", "").replace("⟦/HL⟧", ""), title)?;
            bob.terminal.sees(&["search", "tide clock"], &["Search Results for", "tide"])
        })
        .await;
    ledger
        .step("finds agents and submolts by their names", async {
            let found: SearchResponse = bob.client.get(&format!("/search?q={}&type=agents", ada.name)).await?;
            same(
                "the agent",
                found.results.first().map(|result| result.result_type.clone()),
                Some("agent".to_owned()),
            )?;
            let found: SearchResponse = bob.client.get(&format!("/search?q={submolt}&type=submolts")).await?;
            same(
                "the submolt",
                found.results.first().map(|result| result.result_type.clone()),
                Some("submolt".to_owned()),
            )
        })
        .await;
    ledger
        .step("finds nothing politely", async { bob.terminal.sees(&["search", "qqzzxxyyww"], &["No results found."]) })
        .await;
}

//! Pictures of agents and submolts, and an owner's address.

use super::{Someone, named};
use crate::ledger::{Ledger, holds};
use anyhow::{Context, Result};
use moltbook_cli::api::types::{Agent, Submolt};
use std::path::Path;
use tempfile::TempDir;

/// A picture of one pixel: the smallest PNG that every decoder takes.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 6,
    0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0x60, 0x60, 0xf8,
    0x0f, 0, 0x01, 0x04, 0x01, 0, 0x5f, 0xe5, 0xc3, 0x4b, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Uploads pictures and takes one away.
pub async fn pictures(ada: &Someone, bob: &Someone, submolt: &str, ledger: &mut Ledger) {
    let Some((_folder, picture, text)) = ledger.step("has a picture", async { files() }).await else { return };
    ledger
        .step("uploads an avatar and removes it", async {
            ada.terminal.sees(&["upload-avatar", &picture], &["Avatar uploaded successfully!"])?;
            let agent: Agent = named(&ada.client, "/agents/me", "agent").await?;
            holds("it has a picture", agent.avatar_url.is_some_and(|url| url.contains("/media/")))?;
            ada.terminal.sees(&["remove-avatar"], &["Avatar removed"])?;
            let agent: Agent = named(&ada.client, "/agents/me", "agent").await?;
            holds("it has none", agent.avatar_url.is_none())
        })
        .await;
    ledger
        .step("what is no picture is refused, whatever its name", async {
            ada.terminal.is_refused(&["upload-avatar", &text], "API Error")
        })
        .await;
    ledger
        .step("uploads pictures of its submolt; others cannot", async {
            bob.terminal.is_refused(&["upload-submolt-avatar", submolt, &picture], "API Error")?;
            ada.terminal.sees(&["upload-submolt-avatar", submolt, &picture], &["Avatar uploaded"])?;
            ada.terminal.sees(&["upload-submolt-banner", submolt, &picture], &["Banner uploaded"])?;
            named::<Submolt>(&bob.client, &format!("/submolts/{submolt}"), "submolt").await.map(drop)
        })
        .await;
    ledger
        .step("an agent without a human has no owner's address", async {
            ada.terminal.is_refused(&["setup-owner-email", "ada@example.org"], "API Error")
        })
        .await;
}

/// A picture, and a text that is called one.
fn files() -> Result<(TempDir, String, String)> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| -> Result<String> { Ok(folder.path().join(name).to_str().context("no UTF-8")?.to_owned()) };
    let (picture, text) = (path("pixel.png")?, path("text.png")?);
    std::fs::write(Path::new(&picture), PIXEL)?;
    std::fs::write(Path::new(&text), "This is no picture.")?;
    Ok((folder, picture, text))
}

//! Dependencies against the rules of `deny.toml`, a flood of registrations, then the security suite of the browser.

/// Registrations by the hundred, with invented addresses.
mod flood;

use anyhow::Result;
use rigs::process::root;
use rigs::report::Report;
use rigs::server::Binary;
use std::process::Command;

/// Where `scripts/setup.sh test` puts cargo-deny.
const DENY: &str = "target/tools/bin/cargo-deny";

/// Runs the flood alone.
pub async fn run_flood(binary: &Binary) -> Result<()> {
    let mut report = Report::new("flood");
    flood::run(binary, &mut report).await?;
    report.conclude()
}

/// Runs all; each prints for itself.
pub async fn run(binary: &Binary) -> Result<()> {
    let mut report = Report::new("security");
    let rules = succeeds(Command::new(root().join(DENY)).args(["--offline", "check", "bans", "licenses", "sources"]))?;
    report.hold("cargo deny: bans, licences, sources (S16)", word(rules), "clean", rules);
    // The database of advisories is on the network; without one the answer is "unknown", not "bad".
    if succeeds(Command::new("timeout").arg("60").arg(root().join(DENY)).args(["fetch", "db"]))? {
        let advisories = succeeds(Command::new(root().join(DENY)).args(["check", "--disable-fetch", "advisories"]))?;
        report.hold("cargo deny: advisories (S16)", word(advisories), "clean", advisories);
    } else {
        report.note("cargo deny: advisories (S16)", "not checked, their database cannot be reached");
    }
    flood::run(binary, &mut report).await?;
    let suite = succeeds(
        Command::new("npx")
            .args(["playwright", "test", "security", "--project=wasm"])
            .current_dir(root().join("end2end"))
            .env("SERVER_BIN", binary.path()?),
    )?;
    report.hold("hostile text, forged forms, sessions, replays (S2, S7, S13)", word(suite), "all pass", suite);
    report.conclude()
}

fn succeeds(command: &mut Command) -> Result<bool> {
    Ok(command
        .current_dir(command.get_current_dir().map_or_else(root, std::path::Path::to_path_buf))
        .status()?
        .success())
}

fn word(clean: bool) -> &'static str {
    if clean { "clean" } else { "FINDINGS" }
}

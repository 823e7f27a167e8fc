//! The published client for Python, as a process: `end2end/python/walk.py` tells its steps by itself.

use crate::ledger::Ledger;
use anyhow::{Result, bail};
use rigs::process::root;
use std::process::Command;

/// Where `scripts/setup.sh test` puts the packages from PyPI.
const PACKAGES: &str = "target/tools/python";

/// Runs the walk of `moltbook-sdk`; all its steps count as one here.
pub async fn walk(url: &str, ledger: &mut Ledger) {
    ledger.step("moltbook-sdk walks through all that its models fit", async { run(url) }).await;
}

fn run(url: &str) -> Result<()> {
    let status = Command::new("python3")
        .arg(root().join("end2end/python/walk.py"))
        .env("PYTHONPATH", root().join(PACKAGES))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MOLTBOOK_BASE_URL", format!("{url}/api/v1"))
        .status()?;
    if !status.success() {
        bail!("it said above what failed");
    }
    Ok(())
}

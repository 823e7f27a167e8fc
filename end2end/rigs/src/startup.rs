//! How fast the server starts, how much memory it holds when idle, and how big its binary is.

use anyhow::Result;
use rigs::report::Report;
use rigs::server::{Binary, Setup, sqlite_url};
use rigs::stats::median;

const STARTS: usize = 9;

/// Starts the server again and again on a database that is already migrated.
pub async fn run(binary: &Binary) -> Result<()> {
    let mut report = Report::new("start");
    let folder = tempfile::tempdir()?;
    let setup = Setup::new(binary).database(sqlite_url(&folder.path().join("moltbook.db")));
    let first = setup.start().await?;
    report.note("first start, with migrations, to ready", format!("{} ms", first.ready_after.as_millis()));
    drop(first);

    let (mut ready, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = setup.start().await?;
        ready.push(server.ready_after.as_secs_f64() * 1e3);
        // Idle, not untouched: a first page makes what is made lazily.
        reqwest::get(&server.url).await?.error_for_status()?.bytes().await?;
        memory.push(server.process.resident_bytes()? as f64 / f64::from(1 << 20));
    }
    let (ready, memory) = (median(&ready), median(&memory));
    report.hold("start to ready", format!("{ready:.0} ms"), "≤ 250 ms (L9, later)", ready <= 250.0);
    report.hold("memory, idle", format!("{memory:.1} MB"), "≤ 30 MB (L9, later)", memory <= 30.0);
    let size = std::fs::metadata(binary.path()?)?.len() as f64 / f64::from(1 << 20);
    report.note("size of the release binary", format!("{size:.1} MB"));
    report.keep("ready_ms", ready);
    report.keep("idle_mb", memory);
    report.keep("binary_mb", size);
    report.finish()
}

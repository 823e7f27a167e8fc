//! The server is asked to stop under light load: it answers what it has begun, then ends.

use super::load;
use anyhow::Result;
use rigs::api::Api;
use rigs::report::Report;
use rigs::server::{Binary, Setup};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const WORKERS: usize = 8;
const DRAIN: Duration = Duration::from_secs(10);

/// Stops a server with SIGTERM.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let mut server = Setup::new(binary).without_limits().start().await?;
    let api = Api::new(&server.url)?;
    let author = api.register("author").await?;
    let mut agents = Vec::new();
    for n in 0..WORKERS {
        agents.push(api.register(&format!("worker-{n}")).await?);
    }
    let posts = vec![api.post(&author, "Before the end").await?];
    let over = AtomicBool::new(false);
    let (outcome, ended) = tokio::join!(load::run(&api, &agents, &posts, &over), async {
        sleep(Duration::from_secs(1)).await;
        let asked = Instant::now();
        let ended = match server.process.terminate() {
            Ok(()) => server.process.wait(DRAIN + Duration::from_secs(5)).await,
            Err(error) => Err(error),
        };
        over.store(true, Ordering::Relaxed);
        ended.map(|status| (asked, asked.elapsed(), status))
    });
    let (asked, took, status) = ended?;
    let begun: Vec<_> = outcome.records.iter().filter(|record| record.sent < asked).collect();
    let failed = begun.iter().filter(|record| !matches!(record.status, Ok(200..=299))).count();
    report.hold(
        "SIGTERM: requests begun before it that failed",
        format!("{failed} of {}", begun.len()),
        "0",
        failed == 0,
    );
    let errors = outcome.records.iter().filter(|record| matches!(record.status, Ok(500..))).count();
    report.hold("SIGTERM: answers of 5xx", errors.to_string(), "0", errors == 0);
    report.hold("SIGTERM: time to drain and end", format!("{} ms", took.as_millis()), "≤ 10,000 ms", took <= DRAIN);
    report.hold("SIGTERM: exit status", status.to_string(), "0", status.success());
    Ok(())
}

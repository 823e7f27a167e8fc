//! What the server needs is taken away under load, callers are slow or come all at once, and the server is stopped.

/// Thousands of agents come at once.
pub mod herd;
/// What readers and writers did meanwhile.
mod load;
/// PostgreSQL crashes and comes back.
mod outage;
/// Redis is killed, started again, frozen.
mod redis;
/// Three servers count together.
mod replicas;
/// Callers that send and read as slowly as they can.
mod slow;
/// The server is asked to stop.
mod stop;

use anyhow::Result;
use rigs::report::Report;
use rigs::server::Binary;

/// Runs all of it.
pub async fn run(binary: &Binary) -> Result<()> {
    let mut report = Report::new("chaos");
    outage::run(binary, &mut report).await?;
    stop::run(binary, &mut report).await?;
    callers(binary, &herd::Options::default(), &mut report).await?;
    report.conclude()
}

/// Runs what is about callers and their limits.
pub async fn run_callers(binary: &Binary, options: &herd::Options) -> Result<()> {
    let mut report = Report::new("callers");
    callers(binary, options, &mut report).await?;
    report.conclude()
}

async fn callers(binary: &Binary, options: &herd::Options, report: &mut Report) -> Result<()> {
    redis::run(binary, report).await?;
    replicas::run(binary, report).await?;
    slow::run(binary, report).await?;
    herd::run(binary, options, report).await
}

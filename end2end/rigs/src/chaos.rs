//! The database taken away under load, and the server stopped under load.

/// What readers and writers did meanwhile.
mod load;
/// PostgreSQL crashes and comes back.
mod outage;
/// The server is asked to stop.
mod stop;

use anyhow::Result;
use rigs::report::Report;
use rigs::server::Binary;

/// Runs both.
pub async fn run(binary: &Binary) -> Result<()> {
    let mut report = Report::new("chaos");
    outage::run(binary, &mut report).await?;
    stop::run(binary, &mut report).await?;
    report.conclude()
}

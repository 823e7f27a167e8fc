//! Listening to events: many listeners at once, and a replica that dies meanwhile.

/// A replica is killed while others write and listen.
mod crash;
/// Thousands of listeners.
mod fanout;
/// One listener.
mod listener;

use anyhow::Result;
use rigs::report::Report;
use rigs::server::Binary;

/// How much.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Listeners of the one server
    #[arg(long, default_value_t = Self::default().listeners)]
    listeners: usize,
    /// Events a second that they hear
    #[arg(long, default_value_t = Self::default().rate)]
    rate: u32,
    /// For how many seconds
    #[arg(long, default_value_t = Self::default().seconds)]
    seconds: u32,
    /// Writes around the death of a replica
    #[arg(long, default_value_t = Self::default().writes)]
    writes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { listeners: 2_000, rate: 100, seconds: 20, writes: 10_000 }
    }
}

/// Both.
pub async fn run(binary: &Binary, options: &Options) -> Result<()> {
    let crowd = fanout(binary, options).await;
    crash(binary, options).await.and(crowd)
}

/// Many listeners.
pub async fn fanout(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("events");
    fanout::run(binary, options, &mut report).await?;
    report.conclude()
}

/// A replica that dies.
pub async fn crash(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("events-crash");
    crash::run(binary, options, &mut report).await?;
    report.conclude()
}

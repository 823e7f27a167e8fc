//! The binary: read the settings, then do what was asked for.

use anyhow::Result;
use domain::Clock;
use server::config::{Cli, Command};
use server::{api, bench_data, demo, serve, telemetry};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command, config } = Cli::load();
    let result = match command.unwrap_or_default() {
        Command::Serve => match telemetry::init(&config.telemetry) {
            Ok(telemetry) => serve::serve(config, telemetry).await,
            Err(e) => Err(e),
        },
        Command::Demo => Box::pin(demo::fill(&config)).await,
        Command::BenchData(amount) => bench_data::fill(&config, &amount, Clock::system()).await,
        Command::Openapi => print_document(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_document() -> Result<()> {
    println!("{:#}", api::document());
    Ok(())
}

//! Drives published clients of the Moltbook API, `moltbook-cli` and `moltbook-sdk`, unchanged, against this server.
//!
//! `clients` runs the whole walk. `clients moltbook …` is the client's own command line with another base
//! address; the walk starts it as a process, because what it prints is what its user sees.

/// The short run against a server that asks for proofs.
mod challenged;
/// Passed and failed steps.
mod ledger;
/// The client for Python.
mod python;
/// The client's command line as a process.
mod shell;
/// The short run against a server with its default limits.
mod throttled;
/// The walk through everything an agent does.
mod walk;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use ledger::Ledger;
use rigs::server::{Binary, Setup};
use std::process::ExitCode;

/// Drives real clients of the agent API against this server.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    binary: Binary,
    /// A server that already runs with its limits off; without it one is started.
    #[arg(long, env = "MOLTBOOK_URL")]
    url: Option<String>,
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Subcommand)]
enum Mode {
    /// The client's own command line, pointed at MOLTBOOK_URL with the key MOLTBOOK_KEY.
    Moltbook {
        /// The key to use.
        #[arg(long, env = "MOLTBOOK_KEY")]
        key: String,
        /// The name of the key's agent.
        #[arg(long, env = "MOLTBOOK_NAME")]
        name: String,
        /// What a user of the client types after `moltbook`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        typed: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything passed.
async fn run(arguments: Arguments) -> Result<bool> {
    if let Some(Mode::Moltbook { key, name, typed }) = arguments.mode {
        let Some(url) = arguments.url else { bail!("set MOLTBOOK_URL") };
        shell::become_the_client(&url, key, name, typed).await?;
        return Ok(true);
    }
    let mut ledger = Ledger::default();
    match &arguments.url {
        Some(url) => {
            walk::walk(url, &mut ledger).await;
            python::walk(url, &mut ledger).await;
        }
        None => {
            // Agents of a minute ago may write to each other here.
            let server = Setup::new(&arguments.binary).without_limits().env("DM_MIN_AGE", "0").start().await?;
            walk::walk(&server.url, &mut ledger).await;
            python::walk(&server.url, &mut ledger).await;
            drop(server);
            let server = Setup::new(&arguments.binary).start().await?;
            throttled::walk(&server.url, &mut ledger).await;
            drop(server);
            let server = Setup::new(&arguments.binary).without_limits().env("VERIFICATION", "all").start().await?;
            challenged::walk(&server.url, &mut ledger).await;
        }
    }
    Ok(ledger.conclude())
}

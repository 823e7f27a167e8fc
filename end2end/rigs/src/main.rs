//! Load and fault rigs: each starts its own servers and databases on loopback, holds what it finds against the
//! targets, and keeps the figures in `target/rigs`.

/// Requests a second and latencies, beside the floors of this machine.
mod bench;
/// What the server needs is taken away under load, and callers behave badly.
mod chaos;
/// The description of the API held against the server.
mod contract;
/// Many who listen to events, and a replica that dies meanwhile.
mod events;
/// A bare axum JSON route: what this machine can do at most.
mod floor;
/// Dependencies, a flood of registrations, and the security suite of the browser.
mod security;
/// A steady mixed load for a long time.
mod soak;
/// A server with a database to attack.
mod stand;
/// How fast the server starts, and how big it is.
mod startup;
/// Parallel votes, and whether every counter still agrees.
mod votes;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use rigs::server::Binary;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Load and fault rigs.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    binary: Binary,
    #[command(subcommand)]
    rig: Rig,
}

#[derive(Subcommand)]
enum Rig {
    /// Requests a second, page depth, the demo world; on SQLite and PostgreSQL (L2, L3); listeners to events (L13)
    Bench(bench::Options),
    /// Distinct, identical and toggling votes of 1,000 agents at once; on SQLite and PostgreSQL (R1)
    Votes(votes::Options),
    /// PostgreSQL gone for 7 s under load, SIGTERM under load, the votes and the callers (R1, R4, R6, R10, R11, L11)
    Chaos(votes::Options),
    /// Redis lost, three servers that count together, slow callers, a herd of agents (R6, R10, R11, L11)
    Callers(chaos::herd::Options),
    /// Registrations by the hundred, with invented addresses (S3)
    Flood,
    /// Generated calls of everything that the API describes, as everybody; on SQLite and PostgreSQL (S1)
    Contract(contract::Options),
    /// Half an hour of everything at a steady rate: memory, failures, latency (L12)
    Soak(soak::Options),
    /// 2,000 listeners, 100 events a second (L13), and a replica killed under listeners
    Events(events::Options),
    /// Start-up time, idle memory, size of the binary
    Start,
    /// Dependencies, the flood and the security suite (S2, S3, S7, S13, S16)
    Security,
    /// Serve the bare route that `bench` compares with
    #[command(hide = true)]
    Floor {
        /// Where to listen.
        port: u16,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { binary, rig }: Arguments) -> Result<()> {
    let work = async {
        match rig {
            Rig::Bench(options) => {
                let events = events::fanout(&binary, &events::Options::default()).await;
                bench::run(&binary, &options).await.and(events)
            }
            Rig::Votes(options) => votes::run(&binary, &options).await,
            Rig::Chaos(options) => {
                let votes = votes::run(&binary, &options).await;
                let events = events::crash(&binary, &events::Options::default()).await;
                chaos::run(&binary).await.and(events).and(votes)
            }
            Rig::Callers(options) => chaos::run_callers(&binary, &options).await,
            Rig::Flood => security::run_flood(&binary).await,
            Rig::Contract(options) => contract::run(&binary, &options).await,
            Rig::Soak(options) => soak::run(&binary, &options).await,
            Rig::Events(options) => events::run(&binary, &options).await,
            Rig::Start => startup::run(&binary).await,
            Rig::Security => security::run(&binary).await,
            Rig::Floor { port } => floor::serve(port).await,
        }
    };
    let mut terminated = signal(SignalKind::terminate())?;
    // Whatever ends the work, its servers and clusters are dropped and thereby stopped.
    tokio::select! {
        done = Box::pin(work) => done,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminated.recv() => bail!("terminated"),
    }
}

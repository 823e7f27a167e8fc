//! The project's own build steps: what `make` needs and plain cargo cannot do.

mod assets;
mod command;
mod compress;
mod front;
mod project;
mod purity;
mod site;
mod size;
mod style;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

/// Build steps of this workspace, run as `cargo xtask <STEP>`.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Build the whole site: wasm, styles, static files and the server, laid out as cargo-leptos lays it out.
    Site {
        /// Optimise, minify and write `.br` and `.gz` beside each file.
        #[arg(long)]
        release: bool,
        /// Leave out the server binary.
        #[arg(long)]
        front_only: bool,
    },
    /// Check that no database, async runtime or OpenAPI code reaches the browser.
    Purity,
    /// Check what the browser downloads against the budgets; needs a release site.
    Size,
}

fn main() -> ExitCode {
    match run(&Cli::parse().step) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Its causes on one line; a trace through this program would help nobody.
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(step: &Step) -> anyhow::Result<()> {
    let project = Project::load()?;
    match *step {
        Step::Site { release, front_only } => site::build(&project, release, front_only),
        Step::Purity => purity::check(&project),
        Step::Size => size::check(&project),
    }
}

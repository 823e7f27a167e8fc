//! The description of the API held against the server: Schemathesis makes calls from `/api/openapi.json`, good and bad
//! ones, as nobody, as an agent and as an administrator, and checks every answer (S1).

use crate::stand::Engine;
use anyhow::{Context, Result, bail};
use reqwest::redirect::Policy;
use rigs::api::Api;
use rigs::process::root;
use rigs::report::Report;
use rigs::server::{Binary, Server};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Where `scripts/setup.sh test` puts the packages from PyPI.
const PACKAGES: &str = "target/tools/python";
/// An agent that does one of these is nobody afterwards; nobody does them all the same.
const SUICIDAL: [(&str, &str); 2] = [("DELETE", "/api/v1/agents/me"), ("POST", "/api/v1/agents/me/rotate-key")];

/// What Python up to 3.12 now and then says of itself where its threads compile at the same time (python/cpython#106905).
const FALL: &str = "AST constructor recursion depth mismatch";

/// How much to try.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Generated calls of each operation, as each caller
    #[arg(long, default_value_t = 8)]
    examples: u32,
    /// Calls that have to come together
    #[arg(long, default_value_t = 10_000)]
    calls: u64,
    /// The same seed makes the same calls
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only on this database: sqlite or postgres
    #[arg(long)]
    only: Option<String>,
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
enum Caller {
    Nobody,
    Agent,
    Administrator,
}

/// Calls everything as everybody, on both databases.
pub async fn run(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("contract");
    let mut calls = 0;
    for engine in Engine::named(options.only.as_deref()) {
        let (setup, _cluster) = engine.empty(binary)?;
        let server = setup.env("DM_MIN_AGE", "0").start().await?;
        let api = Api::new(&server.url)?;
        for caller in [Caller::Nobody, Caller::Agent, Caller::Administrator] {
            let key = match caller {
                Caller::Nobody => None,
                Caller::Agent => Some(api.register("contract-agent").await?.key),
                Caller::Administrator => {
                    let agent = api.register("contract-admin").await?;
                    make_administrator(&server, &agent.name).await?;
                    Some(agent.key)
                }
            };
            let found = match call(&server, key.as_deref(), options)? {
                Outcome::Fell => call(&server, key.as_deref(), options)?,
                done => done,
            };
            let Outcome::Ended(found) = found else { bail!("Schemathesis fell twice: {FALL}") };
            calls += found.calls;
            report.hold(
                format!("{}, {caller:?}: failures in {} calls", engine.name(), found.calls),
                found.failures.to_string(),
                "0",
                found.failures == 0,
            );
        }
    }
    report.hold("calls in all (S1)", calls.to_string(), &format!("≥ {}", options.calls), calls >= options.calls);
    report.keep("calls", calls);
    report.conclude()
}

/// Does what a person does who runs an instance: opens the link that the server printed, and promotes an agent.
async fn make_administrator(server: &Server, agent: &str) -> Result<()> {
    let printed = server.printed();
    let token = printed.split("/login/link/").nth(1).and_then(|rest| rest.split_whitespace().next());
    let token = token.context("the server printed no link for its first administrator")?;
    let http = reqwest::Client::builder().redirect(Policy::none()).build()?;
    let sign_in = http.post(format!("{}/_fn/redeem_link", server.url)).header("origin", &server.url);
    let form = format!("token={token}&password=a+long+password");
    let sign_in = sign_in.header("content-type", "application/x-www-form-urlencoded").body(form).send().await?;
    let cookies = sign_in.headers().get_all("set-cookie").iter();
    let cookies: Vec<_> = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next()).collect();
    let promote = http.patch(format!("{}/api/v1/admin/agents/{agent}", server.url)).header("origin", &server.url);
    let promote = promote.header("cookie", cookies.join("; ")).json(&json!({"role": "admin"}));
    promote.send().await?.error_for_status().context("the first administrator could not promote an agent")?;
    Ok(())
}

/// What came of all calls of one caller.
enum Outcome {
    Ended(Found),
    /// The generator of calls fell by itself, and said nothing against the server.
    Fell,
}

struct Found {
    calls: u64,
    failures: u64,
}

fn call(server: &Server, key: Option<&str>, options: &Options) -> Result<Outcome> {
    let results = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(root().join(PACKAGES).join("bin/schemathesis"));
    command
        .env("PYTHONPATH", root().join(PACKAGES))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(std::env::temp_dir())
        .arg("--config-file")
        .arg(root().join("end2end/python/schemathesis.toml"))
        .args(["--no-color", "run"])
        .arg(format!("{}/api/openapi.json", server.url))
        .args(["--checks", "all", "--continue-on-failure", "--workers", "1", "--generation-database", "none"])
        .args(["--seed", &options.seed.to_string(), "--max-examples", &options.examples.to_string()])
        // A stream has no end to wait for.
        .args(["--exclude-name", "GET /api/v1/events"])
        .args(["--report", "json", "--report-json-path"])
        .arg(results.path());
    if let Some(key) = key {
        command.args(["--header", &format!("Authorization: Bearer {key}")]);
        for (method, path) in SUICIDAL {
            command.args(["--exclude-name", &format!("{method} {path}")]);
        }
    }
    let done = command.output().context("Schemathesis is not installed: scripts/setup.sh test")?;
    let printed = String::from_utf8_lossy(&done.stdout);
    let Ok(found) = read(results.path()) else {
        bail!("Schemathesis wrote no report: {printed}{}", String::from_utf8_lossy(&done.stderr));
    };
    if found.failures == 0 && printed.contains(FALL) {
        return Ok(Outcome::Fell);
    }
    if found.failures > 0 || !done.status.success() {
        println!("{printed}\nthe server printed:\n{}", server.printed());
    }
    Ok(Outcome::Ended(Found { failures: found.failures.max(u64::from(!done.status.success())), ..found }))
}

fn read(results: &Path) -> Result<Found> {
    let report: Value = serde_json::from_str(&std::fs::read_to_string(results)?)?;
    let count = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).context("not the report that is known");
    Ok(Found { calls: count("/test_cases/generated")?, failures: count("/test_cases/unique_failures")? })
}

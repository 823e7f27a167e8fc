//! The load generator `wrk`: one run, its figures, and whether every answer was a success.

use crate::process::output;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::io::Write;
use std::process::Command;

/// Goes through the paths in turn, each thread from another place, and prints its figures as one line of JSON.
const SCRIPT: &str = r#"
local started = 0
function setup(thread) thread:set("offset", started * 7919); started = started + 1 end
function init(args) at = offset end
function request()
  at = at + 1
  local key = keys[at % math.max(#keys, 1) + 1]
  return wrk.format("GET", paths[at % #paths + 1], key and { Authorization = "Bearer " .. key })
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"bad_status":%d,"socket":%d,"timeout":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write, e.timeout))
end
"#;

/// How the load is made.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Threads of wrk.
    pub threads: u32,
    /// Keep-alive connections.
    pub connections: u32,
    /// Seconds.
    pub seconds: u32,
}

#[derive(Deserialize)]
struct Printed {
    requests: u64,
    microseconds: u64,
    p50: u64,
    p99: u64,
    bad_status: u64,
    socket: u64,
    timeout: u64,
}

/// The figures of one run.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Requests a second.
    pub per_second: f64,
    /// Milliseconds below which half of the answers came.
    pub p50: f64,
    /// Milliseconds below which 99 of 100 answers came.
    pub p99: f64,
    /// Answers with an error status, broken connections, time-outs.
    pub bad: u64,
}

impl Load {
    /// Asks the server at `url` for the paths in turn, as the agents with these keys in turn.
    pub fn run(self, url: &str, paths: &[String], keys: &[String]) -> Result<Figures> {
        let mut script = tempfile::Builder::new().suffix(".lua").tempfile()?;
        // Written out rather than read by Lua: a thread of wrk has no arguments before `init`.
        let quoted = |all: &[String]| all.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(",");
        writeln!(script, "paths = {{{}}}\nkeys = {{{}}}\n{SCRIPT}", quoted(paths), quoted(keys))?;
        let printed = output(
            Command::new("wrk")
                .args([
                    format!("-t{}", self.threads),
                    format!("-c{}", self.connections),
                    format!("-d{}s", self.seconds),
                ])
                .args(["--timeout", "10s", "-s"])
                .arg(script.path())
                .arg(url),
        )?;
        let line = printed.lines().find_map(|line| line.strip_prefix("RESULT ")).context("wrk printed no result")?;
        let p: Printed = serde_json::from_str(line)?;
        Ok(Figures {
            per_second: p.requests as f64 / (p.microseconds as f64 / 1e6),
            p50: p.p50 as f64 / 1e3,
            p99: p.p99 as f64 / 1e3,
            bad: p.bad_status + p.socket + p.timeout,
        })
    }
}

//! What the machine can do at most: a bare axum JSON route, and the one indexed query by pgbench.

use super::{Measured, Options};
use anyhow::{Context, Result};
use rigs::postgres::Cluster;
use rigs::process::{Process, free_port, output, until};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The first page of the hottest posts, as the lists of the server need it.
const QUERY: &str = "SELECT * FROM posts WHERE audience = 0 AND deleted_at IS NULL AND verification = 0 ORDER BY hot_rank DESC, id DESC LIMIT 26;";

/// Measures the bare route, in a process of its own as the server is.
pub async fn bare_route(options: &Options) -> Result<Measured> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    let process = Process::spawn(command.args(["floor", &port.to_string()]).stdin(Stdio::null()))?;
    let url = format!("http://127.0.0.1:{port}/");
    until("the bare route answers", Duration::from_secs(10), async || reqwest::get(&url).await.is_ok()).await?;
    let measured = options.measure(&url, &["/".to_owned()]);
    drop(process);
    measured
}

/// Measures the query with prepared statements and as many connections as the load has.
pub fn indexed_query(cluster: &Cluster, database: &str, options: &Options) -> Result<f64> {
    let mut script = tempfile::NamedTempFile::new()?;
    writeln!(script, "{QUERY}")?;
    let printed = output(
        Command::new("pgbench")
            .args([
                "--no-vacuum",
                "--protocol=prepared",
                "--client=32",
                "--jobs=2",
                &format!("--time={}", options.seconds),
                "--file",
            ])
            .arg(script.path())
            .arg(cluster.url(database)),
    )?;
    let line = printed.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench printed no rate")?;
    Ok(line.split_whitespace().next().context("no figure")?.parse()?)
}

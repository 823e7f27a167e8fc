//! A Redis of one's own, which can be killed, started again on the same port, and frozen.

use crate::process::{Process, free_port, until};
use anyhow::{Context, Result};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const READY_AT_MOST: Duration = Duration::from_secs(10);

/// A server that keeps nothing on disk; dropping it kills it.
pub struct Redis {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts one on a free port of the loopback interface.
    pub async fn start() -> Result<Self> {
        let mut redis = Self { process: None, port: free_port()?, folder: tempfile::tempdir()? };
        redis.restart().await?;
        Ok(redis)
    }

    /// Its URL, for `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills it without a word.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it, empty, where it was.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(self.folder.path()).stdout(Stdio::null());
        self.process = Some(Process::spawn(&mut command)?);
        let address = ("127.0.0.1", self.port);
        until("Redis listens", READY_AT_MOST, async || tokio::net::TcpStream::connect(address).await.is_ok()).await?;
        Ok(())
    }

    /// Stops it in the middle of whatever it does; its connections stay open.
    pub fn freeze(&self) -> Result<()> {
        self.signal("STOP")
    }

    /// Lets it go on.
    pub fn thaw(&self) -> Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, name: &str) -> Result<()> {
        self.process.as_ref().context("Redis does not run")?.signal(name)
    }
}

//! Child processes that end with their owner, free ports, and waiting for a condition.

use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(10);

/// A running program; dropping it kills it.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts `command`.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it already ended, and how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to end, as a service manager does.
    pub fn terminate(&self) -> Result<()> {
        self.signal("TERM")
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) -> Result<()> {
        run(Command::new("kill").args([format!("-{name}"), self.id().to_string()]))
    }

    /// Waits until it has ended.
    pub async fn wait(&mut self, at_most: Duration) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if start.elapsed() > at_most {
                bail!("process {} still runs after {at_most:?}", self.id());
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The memory it holds now, in bytes.
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing can be done about a process that is already gone.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command to its end; its output is shown only when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Runs a command to its end and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    if !done.status.success() {
        bail!("{command:?} failed: {}\n{printed}{}", done.status, String::from_utf8_lossy(&done.stderr));
    }
    Ok(printed)
}

/// A port of the loopback interface that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Looks again and again until `holds` is true.
pub async fn until(what: &str, at_most: Duration, mut holds: impl AsyncFnMut() -> bool) -> Result<Duration> {
    let start = Instant::now();
    while !holds().await {
        if start.elapsed() > at_most {
            bail!("waited {at_most:?} in vain: {what}");
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(start.elapsed())
}

/// The top folder of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

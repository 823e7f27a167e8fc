//! The server under test: the released binary as a process of its own, on free ports, with a folder of its own.

use crate::process::{Process, free_port, root, until};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take until it is ready; a first start also migrates.
const READY_AT_MOST: Duration = Duration::from_secs(60);

/// Which binary is the server.
#[derive(Clone, Debug, clap::Args)]
pub struct Binary {
    /// The server binary; relative paths are looked up from here, then from the top of the project.
    #[arg(long, env = "SERVER_BIN", default_value = "target/release/server")]
    server_bin: PathBuf,
}

impl Binary {
    /// Where the binary is.
    pub fn path(&self) -> Result<PathBuf> {
        let here = std::env::current_dir()?.join(&self.server_bin);
        let top = root().join(&self.server_bin);
        match [here, top].into_iter().find(|path| path.is_file()) {
            Some(path) => Ok(path),
            None => bail!("no server binary at {}; build it or set SERVER_BIN", self.server_bin.display()),
        }
    }

    /// Runs a subcommand of the server to its end; what it prints goes where our own output goes.
    pub fn run(&self, args: &[&str]) -> Result<()> {
        let status = self.command()?.args(args).status()?;
        if !status.success() {
            bail!("server {} failed: {status}", args.join(" "));
        }
        Ok(())
    }

    /// What a subcommand of the server prints.
    pub fn output(&self, args: &[&str]) -> Result<String> {
        crate::process::output(self.command()?.args(args))
    }

    /// A command with nothing of our environment: a setting left there must not reach the server.
    fn command(&self) -> Result<Command> {
        let mut command = Command::new(self.path()?);
        command.env_clear().current_dir(root());
        Ok(command)
    }

    /// Every setting whose name starts with `LIMIT_`, as the server's own help lists them.
    fn limit_settings(&self) -> Result<Vec<String>> {
        let help = self.output(&["--help"])?;
        let mut names: Vec<String> = help
            .split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            .filter(|word| word.starts_with("LIMIT_"))
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// How to start a server.
#[derive(Clone, Debug)]
pub struct Setup {
    binary: Binary,
    database: Option<String>,
    limits: bool,
    env: Vec<(String, String)>,
}

impl Setup {
    /// The defaults: an empty SQLite database in a temporary folder, limits in force.
    pub fn new(binary: &Binary) -> Self {
        Self { binary: binary.clone(), database: None, limits: true, env: Vec::new() }
    }

    /// Uses this database.
    pub fn database(mut self, url: impl Into<String>) -> Self {
        self.database = Some(url.into());
        self
    }

    /// Turns every limit off.
    pub fn without_limits(mut self) -> Self {
        self.limits = false;
        self
    }

    /// Sets one more setting.
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Starts the server and waits until it says it is ready.
    pub async fn start(&self) -> Result<Server> {
        let folder = tempfile::tempdir()?;
        let (port, ops_port) = (free_port()?, free_port()?);
        let url = format!("http://127.0.0.1:{port}");
        let log = folder.path().join("server.log");
        let database = match &self.database {
            Some(database) => database.clone(),
            None => sqlite_url(&folder.path().join("moltbook.db")),
        };
        let mut command = self.binary.command()?;
        command
            .env("ADDR", format!("127.0.0.1:{port}"))
            .env("OPS_ADDR", format!("127.0.0.1:{ops_port}"))
            .env("PUBLIC_URL", &url)
            .env("SITE_ROOT", root().join("target/site"))
            .env("DATABASE_URL", database)
            .env("LOG", "warn");
        if !self.limits {
            for name in self.binary.limit_settings()? {
                command.env(name, "0");
            }
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let started = Instant::now();
        let process = Process::spawn(&mut command)?;
        let mut server = Server {
            process,
            url,
            ops: format!("http://127.0.0.1:{ops_port}"),
            ready_after: Duration::ZERO,
            log,
            _folder: folder,
        };
        server.wait_until_ready().await.with_context(|| format!("the server printed:\n{}", server.printed()))?;
        server.ready_after = started.elapsed();
        Ok(server)
    }
}

/// A running server; dropping it kills it.
pub struct Server {
    /// The process, for its memory and its end.
    pub process: Process,
    /// Where the site and the API are, without a slash at the end.
    pub url: String,
    /// Where health and metrics are.
    pub ops: String,
    /// How long it took from start to ready.
    pub ready_after: Duration,
    log: PathBuf,
    _folder: TempDir,
}

impl Server {
    async fn wait_until_ready(&mut self) -> Result<()> {
        let http = reqwest::Client::new();
        let ready = format!("{}/readyz", self.ops);
        let process = &mut self.process;
        let mut gone = None;
        until("the server is ready", READY_AT_MOST, async || {
            gone = process.ended().ok().flatten();
            gone.is_some() || http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success())
        })
        .await?;
        match gone {
            Some(status) => bail!("the server ended by itself: {status}"),
            None => Ok(()),
        }
    }

    /// Everything it printed so far.
    pub fn printed(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// The address of a SQLite database in a file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

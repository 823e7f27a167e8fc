//! A PostgreSQL cluster of one's own: made in a folder, listening on a free loopback port, gone with its owner.

use crate::process::{free_port, output, run};
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Where Debian keeps the server programs, newest last; they are not on the PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A cluster; dropping it stops it.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    _temporary: Option<TempDir>,
}

impl Cluster {
    /// A new cluster in a temporary folder.
    pub fn temporary() -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("moltbook-pg-").tempdir()?;
        let folder = temporary.path().join("cluster");
        let mut cluster = Self::open(&folder)?;
        cluster._temporary = Some(temporary);
        Ok(cluster)
    }

    /// The cluster in `folder`, made if it is not there, and started.
    pub fn open(folder: &Path) -> Result<Self> {
        let programs = programs()?;
        std::fs::create_dir_all(folder)?;
        // PostgreSQL refuses to run as root, so its own user must own the folder and reach it.
        if is_root()? {
            run(Command::new("chown").arg("postgres").arg(folder))?;
            let mut above = folder.parent();
            while let Some(dir) =
                above.filter(|dir| dir.starts_with(std::env::temp_dir()) && *dir != std::env::temp_dir())
            {
                run(Command::new("chmod").arg("a+rx").arg(dir))?;
                above = dir.parent();
            }
        }
        let cluster = Self { folder: folder.to_path_buf(), programs, port: free_port()?, _temporary: None };
        if !folder.join("PG_VERSION").exists() {
            let initdb = ["--username=moltbook", "--auth=trust", "--encoding=UTF8", "--no-locale", "--pgdata"];
            run(cluster.command("initdb")?.args(initdb).arg(folder))?;
        }
        if folder.join("postmaster.pid").exists() {
            // Left behind by a rig that was killed; if it is not even running, there is nothing to stop.
            drop(cluster.stop("fast"));
        }
        cluster.start()?;
        Ok(cluster)
    }

    /// A server program, run as a user that PostgreSQL accepts.
    fn command(&self, program: &str) -> Result<Command> {
        let program = self.programs.join(program);
        let mut command = if is_root()? {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        Ok(command)
    }

    /// Starts the cluster and waits until it answers.
    pub fn start(&self) -> Result<()> {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c shared_buffers=512MB",
            self.port
        );
        run(self
            .command("pg_ctl")?
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(&self.folder)
            .arg("--log")
            .arg(self.log_file())
            .args(["-o", &options]))
    }

    /// Stops the cluster as a crash does: no shutdown checkpoint, recovery at the next start.
    pub fn crash(&self) -> Result<()> {
        self.stop("immediate")
    }

    fn stop(&self, mode: &str) -> Result<()> {
        run(self.command("pg_ctl")?.args(["stop", "--wait", "--silent", "--mode", mode, "--pgdata"]).arg(&self.folder))
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// A reader of what the cluster logs from now on.
    pub fn log(&self) -> Result<File> {
        let mut log = File::open(self.log_file())?;
        log.seek(SeekFrom::End(0))?;
        Ok(log)
    }

    /// Makes a database, unless it is there; returns its URL.
    pub fn database(&self, name: &str) -> Result<String> {
        let there = self.query("postgres", &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"))?;
        if there.trim() == "0" {
            self.query("postgres", &format!("CREATE DATABASE {name}"))?;
        }
        Ok(self.url(name))
    }

    /// The URL of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://moltbook@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs one statement; returns the bare values.
    pub fn query(&self, database: &str, sql: &str) -> Result<String> {
        output(Command::new("psql").args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--dbname",
            &self.url(database),
            "--command",
            sql,
        ]))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop("fast") {
            eprintln!("the cluster in {} did not stop: {error:#}", self.folder.display());
        }
    }
}

/// Whether PostgreSQL's user may enter the folder.
pub fn can_reach(folder: &Path) -> Result<bool> {
    if !is_root()? {
        return Ok(true);
    }
    let mut test = Command::new("setpriv");
    test.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", "test", "-x"]).arg(folder);
    Ok(test.current_dir("/").status()?.success())
}

fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn programs() -> Result<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(DEBIAN)
        .map(|dir| dir.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.retain(|bin| bin.join("initdb").is_file());
    versions.sort();
    if let Some(bin) = versions.pop() {
        return Ok(bin);
    }
    let found =
        output(Command::new("pg_config").arg("--bindir")).context("PostgreSQL's server programs are not installed")?;
    Ok(PathBuf::from(found.trim()))
}

//! The real binary in a process of its own, with a database of its own and free ports.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Long enough for a loaded machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    process: Child,
    log: Receiver<String>,
    pub url: String,
    pub ops: String,
    /// The URL of its database.
    pub database: String,
    /// Empty without `API_ADDR`.
    pub api: String,
    _data: TempDir,
}

/// A server that has ended.
pub struct Ended {
    pub status: ExitStatus,
    /// From the signal to the end.
    pub took: Duration,
    /// The log lines since the last one that was waited for.
    pub log: Vec<Value>,
}

/// The binary with these variables and no others.
pub fn command(env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().envs(env.iter().copied());
    command
}

impl Server {
    /// Starts a server and waits until it serves.
    pub fn start(env: &[(&str, &str)]) -> Self {
        let data = TempDir::new().unwrap();
        let database = format!("sqlite://{}", data.path().join("moltbook.db").display());
        let mut process = command(&[
            ("ADDR", "127.0.0.1:0"),
            ("OPS_ADDR", "127.0.0.1:0"),
            ("DATABASE_URL", &database),
            ("SITE_ROOT", &data.path().to_string_lossy()),
            ("LOG_FORMAT", "json"),
        ])
        .envs(env.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();

        let (lines, log) = mpsc::channel();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let mut server =
            Self { process, log, url: String::new(), ops: String::new(), database, api: String::new(), _data: data };
        let ready = server.wait_for(|line| line["message"].as_str().is_some_and(|text| text.contains(" serves ")));
        server.url = format!("http://{}", ready["addr"].as_str().unwrap());
        server.ops = format!("http://{}", ready["ops_addr"].as_str().unwrap());
        server.api = ready["api_addr"].as_str().map(|addr| format!("http://{addr}")).unwrap_or_default();
        server
    }

    /// The next log line for which `wanted` holds.
    pub fn wait_for(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.log.recv_timeout(left).expect("the server said something else, or nothing");
            match serde_json::from_str(&line) {
                Ok(line) if wanted(&line) => return line,
                _ => {}
            }
        }
    }

    /// The log lines since the last one that was waited for, as they are.
    pub fn lines(&self) -> Vec<String> {
        self.log.try_iter().collect()
    }

    /// Asks the server to stop, and does not wait.
    pub fn interrupt(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Asks the server to stop, and waits until it has.
    pub fn stop(self) -> Ended {
        self.interrupt();
        self.ended()
    }

    /// Waits until the server has ended by itself.
    pub fn ended(mut self) -> Ended {
        let since = Instant::now();
        // Its standard error closes when it ends; what remains is the rest of the log.
        let log = std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok());
        let log = log.filter_map(|line| serde_json::from_str(&line).ok()).collect();
        let status = self.process.wait().unwrap();
        Ended { status, took: since.elapsed(), log }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Has ended already unless its test failed.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Runs the binary to its end; returns its exit code and what it printed, on standard output and standard error.
pub fn run(args: &[&str], env: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let mut process = command(env).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut printed = (String::new(), String::new());
    process.stdout.take().unwrap().read_to_string(&mut printed.0).unwrap();
    process.stderr.take().unwrap().read_to_string(&mut printed.1).unwrap();
    (process.wait().unwrap().code(), printed.0, printed.1)
}

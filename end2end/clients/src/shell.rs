//! The client's command line: its own argument parser and its own functions, with another base address.

use anyhow::{Context, Result, bail};
use clap::Parser;
use moltbook_cli::api::client::MoltbookClient;
use moltbook_cli::cli::{self, Cli};
use std::process::Command;

/// The client as its users would build it, pointed at `url`.
pub fn client(url: &str, key: &str, name: &str) -> MoltbookClient {
    MoltbookClient::new(key.to_owned(), name.to_owned(), false).with_base_url(format!("{url}/api/v1"))
}

/// Does what the client's `main` does after it has read its configuration.
pub async fn become_the_client(url: &str, key: String, name: String, typed: Vec<String>) -> Result<()> {
    let cli = Cli::try_parse_from(std::iter::once("moltbook".to_owned()).chain(typed))?;
    let client = client(url, &key, &name);
    // The client's futures are large; they live on the heap.
    Box::pin(cli::execute(cli.command, &client)).await?;
    Ok(())
}

/// A terminal in which an agent's user types commands.
pub struct Terminal {
    url: String,
    key: String,
    name: String,
}

impl Terminal {
    /// The terminal of the agent `name`.
    pub fn new(url: &str, key: &str, name: &str) -> Self {
        Self { url: url.to_owned(), key: key.to_owned(), name: name.to_owned() }
    }

    fn run(&self, typed: &[&str]) -> Result<(bool, String)> {
        let done = Command::new(std::env::current_exe()?)
            .args(["moltbook", "--"])
            .args(typed)
            .env("MOLTBOOK_URL", &self.url)
            .env("MOLTBOOK_KEY", &self.key)
            .env("MOLTBOOK_NAME", &self.name)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "200")
            .output()?;
        let mut shown = String::from_utf8(done.stdout).context("the client printed no UTF-8")?;
        shown.push_str(&String::from_utf8_lossy(&done.stderr));
        Ok((done.status.success(), shown))
    }

    /// Types a command that succeeds; every one of `shows` has to be on the screen.
    pub fn sees(&self, typed: &[&str], shows: &[&str]) -> Result<String> {
        let (succeeded, shown) = self.run(typed)?;
        let line = typed.join(" ");
        if !succeeded {
            bail!("`moltbook {line}` failed:\n{shown}");
        }
        for text in shows {
            if !shown.contains(text) {
                bail!("`moltbook {line}` does not show {text:?}:\n{shown}");
            }
        }
        Ok(shown)
    }

    /// Types a command that fails, and reads why.
    pub fn is_refused(&self, typed: &[&str], why: &str) -> Result<()> {
        let (succeeded, shown) = self.run(typed)?;
        let line = typed.join(" ");
        if succeeded {
            bail!("`moltbook {line}` succeeded:\n{shown}");
        }
        if !shown.to_lowercase().contains(&why.to_lowercase()) {
            bail!("`moltbook {line}` does not say {why:?}:\n{shown}");
        }
        Ok(())
    }
}

//! One listener: an open stream, cut into events.

use anyhow::{Result, bail};
use std::collections::VecDeque;

/// An event as it came, its data not looked into.
#[derive(Debug)]
pub struct Heard {
    /// Its id; rises from event to event.
    pub id: i64,
    /// `post`, `comment`, `score` or `gap`.
    pub name: String,
    /// JSON.
    pub data: String,
}

/// An open stream.
pub struct Listener {
    response: reqwest::Response,
    /// What came and is no whole event yet.
    rest: String,
    ready: VecDeque<Heard>,
}

impl Listener {
    /// Listens to the server at `url`, from now on or after an event.
    pub async fn open(http: &reqwest::Client, url: &str, after: Option<i64>) -> Result<Self> {
        let mut request = http.get(format!("{url}/api/v1/events"));
        if let Some(id) = after {
            request = request.header("last-event-id", id.to_string());
        }
        let response = request.send().await?;
        if response.status() != 200 {
            bail!("/events answered {}", response.status());
        }
        let mut listener = Self { response, rest: String::new(), ready: VecDeque::new() };
        // The greeting: from here on nothing is missed.
        listener.read().await?;
        Ok(listener)
    }

    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Result<Option<Heard>> {
        loop {
            if let Some(heard) = self.ready.pop_front() {
                return Ok(Some(heard));
            }
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    async fn read(&mut self) -> Result<bool> {
        let Some(chunk) = self.response.chunk().await? else { return Ok(false) };
        self.rest.push_str(std::str::from_utf8(&chunk)?);
        let Some(end) = self.rest.rfind("\n\n") else { return Ok(true) };
        let rest = self.rest.split_off(end + 2);
        for block in std::mem::replace(&mut self.rest, rest).split("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            if let (Some(id), Some(name), Some(data)) = (field("id"), field("event"), field("data")) {
                self.ready.push_back(Heard { id: id.parse()?, name: name.to_owned(), data: data.to_owned() });
            }
        }
        Ok(true)
    }
}

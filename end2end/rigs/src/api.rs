//! A plain client of the agent API: knows paths and fields, hides nothing of an answer.

use anyhow::{Context, Result, bail};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The longest any answer may take; what takes longer counts as a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of one server.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    site: String,
}

/// A registered agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, `null` if it is no JSON.
    pub body: Value,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// The body of a success, an error otherwise.
    pub fn ok(self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("answered {}: {}", self.status, self.body);
        }
        Ok(self.body)
    }
}

impl Api {
    /// A client of the server at `url`.
    pub fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).pool_max_idle_per_host(2_000).build()?;
        Ok(Self { http, base: format!("{url}/api/v1"), site: url.to_owned() })
    }

    /// Sends one request.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let start = Instant::now();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status, headers, body, took: start.elapsed() })
    }

    /// The OpenAPI document.
    pub async fn document(&self) -> Result<Value> {
        let answer = self.http.get(format!("{}/api/openapi.json", self.site)).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }

    /// Opens a page of the site, as an anonymous browser does.
    pub async fn page(&self, path: &str) -> reqwest::Result<Answer> {
        let start = Instant::now();
        let answer = self.http.get(format!("{}{path}", self.site)).header("accept", "text/html").send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        answer.bytes().await?;
        Ok(Answer { status, headers, body: Value::Null, took: start.elapsed() })
    }

    /// Sends a form as a page of the site does, but asks for no page.
    pub async fn form(&self, path: &str, fields: &'static str) -> reqwest::Result<Answer> {
        let start = Instant::now();
        let request = self.http.post(format!("{}{path}", self.site)).header("origin", &self.site);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(fields);
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        answer.bytes().await?;
        Ok(Answer { status, headers, body: Value::Null, took: start.elapsed() })
    }

    /// Reads something, as `key` or anonymously.
    pub async fn get(&self, path: &str, key: Option<&str>) -> Result<Value> {
        self.call(Method::GET, path, key, None).await?.ok().with_context(|| format!("GET {path}"))
    }

    /// Registers an agent.
    pub async fn register(&self, name: &str) -> Result<Agent> {
        let body = json!({ "name": name, "description": "An agent of a test rig." });
        let answer = self.call(Method::POST, "/agents/register", None, Some(&body)).await?.ok()?;
        Ok(Agent { name: name.to_owned(), key: text(&answer, "/agent/api_key")? })
    }

    /// Posts in `general`; returns the post's id.
    pub async fn post(&self, author: &Agent, title: &str) -> Result<String> {
        let body = json!({ "submolt_name": "general", "title": title, "content": "Written by a test rig." });
        text(&self.call(Method::POST, "/posts", Some(&author.key), Some(&body)).await?.ok()?, "/post/id")
    }

    /// Comments; returns the comment's id.
    pub async fn comment(&self, author: &Agent, post: &str, content: &str) -> Result<String> {
        self.say(author, post, &json!({ "content": content })).await
    }

    /// Replies to a comment; returns the reply's id.
    pub async fn reply(&self, author: &Agent, post: &str, parent: &str, content: &str) -> Result<String> {
        self.say(author, post, &json!({ "content": content, "parent_id": parent })).await
    }

    async fn say(&self, author: &Agent, post: &str, body: &Value) -> Result<String> {
        let path = format!("/posts/{post}/comments");
        text(&self.call(Method::POST, &path, Some(&author.key), Some(body)).await?.ok()?, "/comment/id")
    }
}

/// The text at a JSON pointer.
pub fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no text at {pointer} of {value}"))?.to_owned())
}

/// The whole number at a JSON pointer.
pub fn number(value: &Value, pointer: &str) -> Result<i64> {
    value.pointer(pointer).and_then(Value::as_i64).with_context(|| format!("no number at {pointer} of {value}"))
}

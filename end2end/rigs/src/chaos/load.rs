//! Readers and writers that go on until they are told to stop, and remember each answer.

use futures::future::join_all;
use reqwest::Method;
use rigs::api::{Agent, Answer, Api, text};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two requests of one worker: a load, not a flood.
const PAUSE: Duration = Duration::from_millis(5);

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A public list; it may come from a cache.
    PublicRead,
    /// Something only the database knows.
    KeyedRead,
    /// The home page.
    Page,
    /// A post, a comment or a vote.
    Write,
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Record {
    /// What was asked.
    pub kind: Kind,
    /// When.
    pub sent: Instant,
    /// How long it took.
    pub took: Duration,
    /// The status, or why there was none.
    pub status: Result<u16, String>,
    /// Whether the answer said when to try again.
    pub retry_after: bool,
}

/// A write the server said it had done.
#[derive(Clone, Debug)]
pub enum Acknowledged {
    /// The post of this id.
    Post(String),
    /// The comment of this id.
    Comment(String),
    /// The vote of this agent (by its place in the list) on the post of this id.
    Vote(usize, String),
}

/// What came of the load.
#[derive(Default)]
pub struct Outcome {
    /// Every request.
    pub records: Vec<Record>,
    /// Every acknowledged write.
    pub acknowledged: Vec<Acknowledged>,
}

/// Loads the server until `over`. `posts` are there to vote and comment on.
pub async fn run(api: &Api, agents: &[Agent], posts: &[String], over: &AtomicBool) -> Outcome {
    let workers = agents.iter().enumerate().map(|(n, agent)| worker(api, n, agent, posts, over));
    let mut all = Outcome::default();
    for outcome in join_all(workers).await {
        all.records.extend(outcome.records);
        all.acknowledged.extend(outcome.acknowledged);
    }
    all
}

async fn worker(api: &Api, n: usize, agent: &Agent, posts: &[String], over: &AtomicBool) -> Outcome {
    let mut outcome = Outcome::default();
    let key = Some(agent.key.as_str());
    let mut round = 0;
    while !over.load(Ordering::Relaxed) {
        round += 1;
        // Every agent votes once on every post at most, so that an acknowledged vote has one meaning.
        let post = posts.get(round - 1).or_else(|| posts.first()).map(String::as_str).unwrap_or_default();
        let limit = 1 + round % 50;
        let sent = Instant::now();
        let (kind, answer) = match round % 6 {
            0 => (Kind::PublicRead, api.call(Method::GET, &format!("/posts?sort=new&limit={limit}"), None, None).await),
            1 => (Kind::KeyedRead, api.call(Method::GET, "/agents/me", key, None).await),
            2 => (Kind::Page, api.page("/").await),
            3 => {
                let body = json!({ "submolt_name": "general", "title": format!("Post {round} of {n}"), "content": "Under load." });
                let answer = api.call(Method::POST, "/posts", key, Some(&body)).await;
                outcome.acknowledged.extend(acknowledged(&answer, "/post/id").map(Acknowledged::Post));
                (Kind::Write, answer)
            }
            4 => {
                let body = json!({ "content": format!("Comment {round} of {n}") });
                let answer = api.call(Method::POST, &format!("/posts/{post}/comments"), key, Some(&body)).await;
                outcome.acknowledged.extend(acknowledged(&answer, "/comment/id").map(Acknowledged::Comment));
                (Kind::Write, answer)
            }
            _ => {
                let answer =
                    api.call(Method::PUT, &format!("/posts/{post}/vote"), key, Some(&json!({ "value": 1 }))).await;
                if answer.as_ref().is_ok_and(|answer| answer.status == 200) {
                    outcome.acknowledged.push(Acknowledged::Vote(n, post.to_owned()));
                }
                (Kind::Write, answer)
            }
        };
        outcome.records.push(Record {
            kind,
            sent,
            took: sent.elapsed(),
            retry_after: answer.as_ref().is_ok_and(|answer| answer.headers.contains_key("retry-after")),
            status: answer.map(|answer| answer.status).map_err(|error| format!("{:#}", anyhow::Error::from(error))),
        });
        tokio::time::sleep(PAUSE).await;
    }
    outcome
}

fn acknowledged(answer: &reqwest::Result<Answer>, pointer: &str) -> Option<String> {
    let answer = answer.as_ref().ok().filter(|answer| answer.status == 201)?;
    text(&answer.body, pointer).ok()
}

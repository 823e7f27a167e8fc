//! Thousands of agents wake up at once: each reads its feed and comments.

use anyhow::Result;
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use rigs::api::{Agent, Answer, Api};
use rigs::postgres::Cluster;
use rigs::report::Report;
use rigs::server::{Binary, Setup};
use rigs::stats::percentile;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// All have come after this time.
const COMING: Duration = Duration::from_secs(10);
const NORMAL_AGAIN: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);
const AT_ONCE: usize = 32;
const PROBES: usize = 50;

/// How large the herd is.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Agents in the herd
    #[arg(long, default_value_t = 10_000)]
    herd: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { herd: 10_000 }
    }
}

/// Runs it.
pub async fn run(binary: &Binary, options: &Options, report: &mut Report) -> Result<()> {
    let cluster = Cluster::temporary()?;
    let server = Setup::new(binary)
        .database(cluster.database("moltbook")?)
        .env("LIMIT_REGISTER_PER_HOUR", "0")
        .env("LIMIT_REGISTER_TOTAL_PER_HOUR", "0")
        .env("LIMIT_WRITES_PER_MINUTE", "0")
        .env("LIMIT_READS_PER_MINUTE", "0")
        .env("LIMIT_POST_INTERVAL", "0")
        .env("LIMIT_POST_INTERVAL_NEW", "0")
        .start()
        .await?;
    let api = Api::new(&server.url)?;
    let agents: Vec<Agent> = stream::iter(0..options.herd)
        .map(|n| {
            let api = &api;
            async move { api.register(&format!("herd-{n}")).await }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let (Some(author), Some(witness)) = (agents.first(), agents.last()) else { return Ok(()) };
    let mut posts = Vec::new();
    for n in 0..100 {
        posts.push(api.post(author, &format!("Number {n}")).await?);
    }
    let mut before = Vec::new();
    for _ in 0..PROBES {
        before.push(probe(&api, witness).await);
    }
    let usual = percentile(&before, 0.99);

    let started = Instant::now();
    let herd = agents.iter().enumerate().map(|(n, agent)| {
        let (api, post) = (&api, &posts[n % posts.len()]);
        let at = COMING.mul_f64(n as f64 / agents.len() as f64);
        async move {
            sleep(at.saturating_sub(started.elapsed())).await;
            let feed = api.call(Method::GET, "/feed?sort=new", Some(&agent.key), None).await;
            let body = json!({ "content": "So many of us." });
            let path = format!("/posts/{post}/comments");
            [feed, api.call(Method::POST, &path, Some(&agent.key), Some(&body)).await]
        }
    });
    let back = async {
        sleep(COMING).await;
        let since = Instant::now();
        let mut good = 0;
        while good < 3 && since.elapsed() < PATIENCE {
            good = if probe(&api, witness).await <= (2.0 * usual).max(50.0) { good + 1 } else { 0 };
            sleep(Duration::from_millis(50)).await;
        }
        since.elapsed()
    };
    let (answers, back) = tokio::join!(futures::future::join_all(herd), back);
    let answers: Vec<_> = answers.into_iter().flatten().collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for answer in &answers {
        *counts.entry(described(answer)).or_default() += 1;
    }
    let wrong = answers.iter().filter(|answer| !is_fair(answer)).count();
    report.hold(
        format!("herd of {}: answers other than 2xx, or 429 and 503 with Retry-After (L11)", agents.len()),
        format!("{wrong} of {}", answers.len()),
        "0",
        wrong == 0,
    );
    report.note("herd: answers, by status", format!("{counts:?}"));
    let took: Vec<f64> = answers.iter().flatten().map(|answer| answer.took.as_secs_f64() * 1e3).collect();
    report.note("herd: p50 and p99", format!("{:.0} and {:.0} ms", percentile(&took, 0.5), percentile(&took, 0.99)));
    report.hold(
        "herd: answers as fast as before, after the last came (L11)",
        format!("{} ms", back.as_millis()),
        "≤ 5,000 ms",
        back <= NORMAL_AGAIN,
    );
    Ok(())
}

/// How long a plain read takes, in milliseconds; for ever if it fails.
async fn probe(api: &Api, who: &Agent) -> f64 {
    match api.call(Method::GET, "/agents/me", Some(&who.key), None).await {
        Ok(answer) if answer.status == 200 => answer.took.as_secs_f64() * 1e3,
        _ => f64::INFINITY,
    }
}

fn is_fair(answer: &reqwest::Result<Answer>) -> bool {
    let Ok(answer) = answer else { return false };
    match answer.status {
        200..=299 => true,
        429 | 503 => answer.headers.contains_key("retry-after"),
        _ => false,
    }
}

fn described(answer: &reqwest::Result<Answer>) -> String {
    match answer {
        Ok(answer) => answer.status.to_string(),
        Err(error) => format!("{:#}", anyhow::anyhow!("{error}")),
    }
}

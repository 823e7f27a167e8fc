//! PostgreSQL crashes under load, stays away for seven seconds, and comes back.

use super::load::{self, Acknowledged, Kind, Record};
use anyhow::{Context, Result};
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use rigs::api::{Agent, Api, number};
use rigs::postgres::Cluster;
use rigs::report::Report;
use rigs::server::{Binary, Server, Setup};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const AWAY: Duration = Duration::from_secs(7);
const BEFORE: Duration = Duration::from_secs(2);
const AFTERWARDS: Duration = Duration::from_secs(5);
const WORKERS: usize = 12;
const POSTS: usize = 300;
/// What was found out within this time counts as known.
const NOTICED: Duration = Duration::from_secs(1);
const GENTLY: usize = 16;

/// When the database went and came.
struct Times {
    gone: Instant,
    called_back: Instant,
    back: Instant,
}

/// Runs the outage.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let cluster = Arc::new(Cluster::temporary()?);
    let server = Setup::new(binary).without_limits().database(cluster.database("moltbook")?).start().await?;
    outage(&server, &cluster, report).await.with_context(|| format!("the server printed:\n{}", server.printed()))
}

async fn outage(server: &Server, cluster: &Arc<Cluster>, report: &mut Report) -> Result<()> {
    let api = Api::new(&server.url)?;
    let author = api.register("author").await?;
    let agents: Vec<Agent> = stream::iter(0..WORKERS)
        .then(|n| {
            let api = &api;
            async move { api.register(&format!("worker-{n}")).await }
        })
        .try_collect()
        .await?;
    let posts: Vec<String> = stream::iter(0..POSTS)
        .map(|n| {
            let (api, author) = (&api, &author);
            async move { api.post(author, &format!("Number {n}")).await }
        })
        .buffered(GENTLY)
        .try_collect()
        .await?;

    let over = AtomicBool::new(false);
    let (outcome, probes, times) =
        tokio::join!(load::run(&api, &agents, &posts, &over), probe(&server.ops, &over), async {
            let times = away_and_back(cluster).await;
            if times.is_ok() {
                sleep(AFTERWARDS).await;
            }
            over.store(true, Ordering::Relaxed);
            times
        });
    let times = times?;
    judge_answers(&outcome.records, &times, report);
    judge_probes(&probes, &times, report);
    lost(&api, &agents, &outcome.acknowledged, report).await?;
    drift(&api, &agents, &posts, report).await
}

async fn away_and_back(cluster: &Arc<Cluster>) -> Result<Times> {
    sleep(BEFORE).await;
    off_the_runtime(cluster, Cluster::crash).await?;
    let gone = Instant::now();
    sleep(AWAY).await;
    let called_back = Instant::now();
    off_the_runtime(cluster, Cluster::start).await?;
    Ok(Times { gone, called_back, back: Instant::now() })
}

/// The load goes on while a command of the cluster runs.
async fn off_the_runtime(cluster: &Arc<Cluster>, act: fn(&Cluster) -> Result<()>) -> Result<()> {
    let cluster = Arc::clone(cluster);
    tokio::task::spawn_blocking(move || act(&cluster)).await?
}

/// Asks for health and readiness until it is over.
async fn probe(ops: &str, over: &AtomicBool) -> Vec<(Instant, &'static str, Option<u16>)> {
    let http = reqwest::Client::new();
    let mut found = Vec::new();
    while !over.load(Ordering::Relaxed) {
        for path in ["/healthz", "/readyz"] {
            let sent = Instant::now();
            let answer = http.get(format!("{ops}{path}")).timeout(Duration::from_secs(2)).send().await;
            found.push((sent, path, answer.ok().map(|answer| answer.status().as_u16())));
        }
        sleep(Duration::from_millis(100)).await;
    }
    found
}

fn judge_answers(records: &[Record], times: &Times, report: &mut Report) {
    let before = records.iter().filter(|r| r.sent < times.gone - Duration::from_millis(500));
    let failed_before = before.clone().filter(|r| !succeeded(r)).count();
    report.hold(
        "answers before the outage that failed",
        format!("{failed_before} of {}", before.count()),
        "0",
        failed_before == 0,
    );

    let during: Vec<&Record> = records.iter().filter(|r| r.sent >= times.gone && r.sent < times.called_back).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for record in &during {
        *counts.entry(format!("{:?} {}", record.kind, described(record))).or_default() += 1;
    }
    // A public list may be answered from memory; everything else must say that it cannot.
    let wrong = during
        .iter()
        .filter(|r| {
            let said_so = r.status == Ok(503) && r.retry_after;
            let from_memory = matches!(r.kind, Kind::PublicRead | Kind::Page) && succeeded(r);
            !said_so && !from_memory
        })
        .count();
    report.hold(
        "answers during the outage other than 503 with Retry-After",
        format!("{wrong} of {}", during.len()),
        "0",
        wrong == 0,
    );
    report.note("answers during the outage, by kind", format!("{counts:?}"));
    let slowest = during.iter().map(|r| r.took).max().unwrap_or_default();
    report.hold(
        "slowest answer during the outage",
        format!("{} ms", slowest.as_millis()),
        "≤ 1,000 ms",
        slowest <= Duration::from_secs(1),
    );

    let ever_bad = records.iter().filter(|r| matches!(r.status, Ok(401 | 500) | Err(_))).count();
    report.hold("401, 500 or no answer, whole run", ever_bad.to_string(), "0", ever_bad == 0);
    let slowest = records.iter().map(|r| r.took).max().unwrap_or_default();
    report.hold(
        "slowest answer, whole run",
        format!("{} ms", slowest.as_millis()),
        "≤ 3,000 ms",
        slowest <= Duration::from_secs(3),
    );

    let last_bad = records.iter().filter(|r| !succeeded(r)).map(|r| r.sent).max();
    let back = last_bad.map_or(Duration::ZERO, |at| at.saturating_duration_since(times.back));
    report.hold(
        "last failure after the database answered again",
        format!("{} ms", back.as_millis()),
        "≤ 2,000 ms",
        back <= Duration::from_secs(2),
    );
    report
        .note("the database itself took", format!("{} ms to come back", (times.back - times.called_back).as_millis()));
    report.keep("back_ms", u64::try_from(back.as_millis()).unwrap_or(u64::MAX));
}

fn succeeded(record: &Record) -> bool {
    matches!(record.status, Ok(200..=299))
}

fn described(record: &Record) -> String {
    match &record.status {
        Ok(status) if record.retry_after => format!("{status}+Retry-After"),
        Ok(status) => status.to_string(),
        Err(error) => error.clone(),
    }
}

fn judge_probes(probes: &[(Instant, &'static str, Option<u16>)], times: &Times, report: &mut Report) {
    let sick = probes.iter().filter(|(_, path, status)| *path == "/healthz" && *status != Some(200)).count();
    report.hold("/healthz other than 200, whole run", sick.to_string(), "0", sick == 0);
    let known = times.gone + NOTICED..times.called_back;
    let wrong =
        probes.iter().filter(|(at, path, status)| *path == "/readyz" && known.contains(at) && *status != Some(503));
    let wrong = wrong.count();
    report.hold("/readyz other than 503, from 1 s into the outage", wrong.to_string(), "0", wrong == 0);
    let late = probes
        .iter()
        .filter(|(at, path, status)| *path == "/readyz" && *at > times.back && *status != Some(200))
        .map(|(at, ..)| *at - times.back)
        .max()
        .unwrap_or_default();
    report.hold("/readyz 200 again", format!("{} ms", late.as_millis()), "≤ 2,000 ms", late <= Duration::from_secs(2));
}

/// Looks for every write that was acknowledged.
async fn lost(api: &Api, agents: &[Agent], acknowledged: &[Acknowledged], report: &mut Report) -> Result<()> {
    let missing: Vec<bool> = stream::iter(acknowledged)
        .map(|write| async move {
            match write {
                Acknowledged::Post(id) => {
                    Ok(api.call(Method::GET, &format!("/posts/{id}"), None, None).await?.status != 200)
                }
                Acknowledged::Comment(id) => {
                    Ok(api.call(Method::GET, &format!("/comments/{id}"), None, None).await?.status != 200)
                }
                Acknowledged::Vote(agent, post) => {
                    let key = agents.get(*agent).map(|agent| agent.key.as_str());
                    anyhow::Ok(number(&api.get(&format!("/posts/{post}"), key).await?, "/post/user_vote")? != 1)
                }
            }
        })
        .buffer_unordered(GENTLY)
        .try_collect()
        .await?;
    let lost = missing.iter().filter(|missing| **missing).count();
    report.hold("acknowledged writes that are lost", format!("{lost} of {}", acknowledged.len()), "0", lost == 0);
    let ids: BTreeSet<&str> = acknowledged
        .iter()
        .filter_map(|write| match write {
            Acknowledged::Post(id) | Acknowledged::Comment(id) => Some(id.as_str()),
            Acknowledged::Vote(..) => None,
        })
        .collect();
    report.note("posts and comments written under load", ids.len().to_string());
    Ok(())
}

/// Holds the counters of every post against the votes on it.
async fn drift(api: &Api, agents: &[Agent], posts: &[String], report: &mut Report) -> Result<()> {
    let off: Vec<i64> = stream::iter(posts)
        .map(|post| async move {
            let path = format!("/posts/{post}");
            let (mut votes, mut score, mut counted) = (0, 0, 0);
            for agent in agents {
                let answer = api.get(&path, Some(&agent.key)).await?;
                votes += number(&answer, "/post/user_vote")?;
                score = number(&answer, "/post/score")?;
                counted = number(&answer, "/post/upvotes")? - number(&answer, "/post/downvotes")?;
            }
            anyhow::Ok((score - votes).abs() + (counted - votes).abs())
        })
        .buffer_unordered(GENTLY)
        .try_collect()
        .await?;
    let drift: i64 = off.iter().sum();
    report.hold("drift of scores against votes", drift.to_string(), "0", drift == 0);
    Ok(())
}

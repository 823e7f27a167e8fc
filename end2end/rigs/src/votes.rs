//! Parallel votes: distinct ones, identical ones and a mix that toggles, then every counter against every vote.

use crate::stand::Engine;
use anyhow::{Context, Result, bail};
use futures::future::join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use rigs::api::{Agent, Answer, Api, number};
use rigs::report::Report;
use rigs::server::Binary;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many vote.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Agents that vote at once
    #[arg(long, default_value_t = 1_000)]
    agents: usize,
    /// Votes of each agent in the mix
    #[arg(long, default_value_t = 10)]
    mix: usize,
}

const IDENTICAL: usize = 50;
/// Requests that only prepare or check run this many at once.
const GENTLY: usize = 64;
/// Public answers may be a second old.
const SETTLED_WITHIN: Duration = Duration::from_secs(5);

/// Votes on both databases.
pub async fn run(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("votes");
    for engine in Engine::ALL {
        let (setup, cluster) = engine.empty(binary)?;
        let server = setup.start().await?;
        let api = Api::new(&server.url)?;
        on(engine, &api, options, &mut report)
            .await
            .with_context(|| format!("{}; the server printed:\n{}", engine.name(), server.printed()))?;
        // The server first: it would complain about a cluster that is gone.
        drop(server);
        drop(cluster);
    }
    report.conclude()
}

/// What is voted on: a path below the API's base.
type Target = String;

async fn on(engine: Engine, api: &Api, options: &Options, report: &mut Report) -> Result<()> {
    let name = engine.name();
    let author = api.register("author").await?;
    let start = Instant::now();
    let voters: Vec<Agent> = stream::iter(0..options.agents)
        .map(|n| async move { api.register(&format!("voter-{n}")).await })
        .buffered(GENTLY)
        .try_collect()
        .await?;
    let registered = voters.len() as f64 / start.elapsed().as_secs_f64();
    report.note(format!("{name}: agents registered"), format!("{} ({registered:.0}/s)", voters.len()));

    let mut targets = Vec::new();
    for n in 0..4 {
        let post = api.post(&author, &format!("Vote on me, {n}")).await?;
        let comment = api.comment(&author, &post, "And on me.").await?;
        targets.push(format!("/posts/{post}"));
        targets.push(format!("/comments/{comment}"));
    }
    let one = || async { Ok::<_, anyhow::Error>(format!("/posts/{}", api.post(&author, "For one test").await?)) };

    let distinct = one().await?;
    let start = Instant::now();
    let answers = join_all(voters.iter().map(|voter| set(api, voter, &distinct, 1))).await;
    let rate = voters.len() as f64 / start.elapsed().as_secs_f64();
    let statuses = count(&answers);
    report.hold(
        format!("{name}: {} agents, a vote each on one post", voters.len()),
        format!("{statuses:?} ({rate:.0}/s)"),
        "only 200",
        only_200(&statuses),
    );
    held(api, &author, &distinct, (voters.len() as i64, 0), &format!("{name}: score after distinct votes"), report)
        .await?;

    let voter = voters.first().context("no voter")?;
    let same = one().await?;
    let statuses = count(&join_all((0..IDENTICAL).map(|_| set(api, voter, &same, 1))).await);
    report.hold(
        format!("{name}: {IDENTICAL} × PUT value 1 by one agent"),
        format!("{statuses:?}"),
        "only 200",
        only_200(&statuses),
    );
    held(api, &author, &same, (1, 0), &format!("{name}: score after identical votes"), report).await?;

    let toggled = one().await?;
    let statuses = count(&join_all((0..IDENTICAL).map(|_| toggle(api, voter, &toggled, "upvote"))).await);
    report.hold(
        format!("{name}: {IDENTICAL} × POST upvote by one agent"),
        format!("{statuses:?}"),
        "only 200",
        only_200(&statuses),
    );
    // An even number of toggles undoes itself.
    held(api, &author, &toggled, (0, 0), &format!("{name}: score after identical toggles"), report).await?;

    let start = Instant::now();
    let answers =
        join_all(voters.iter().enumerate().map(|(n, voter)| mix(api, voter, n as u64, &targets, options.mix)))
            .await
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
    let rate = answers.len() as f64 / start.elapsed().as_secs_f64();
    let statuses = count(&answers);
    report.hold(
        format!("{name}: {} mixed votes on {} targets", answers.len(), targets.len()),
        format!("{statuses:?} ({rate:.0}/s)"),
        "only 200",
        only_200(&statuses),
    );

    targets.extend([distinct, same, toggled]);
    drift(name, api, &author, &voters, &targets, report).await
}

async fn set(api: &Api, voter: &Agent, target: &Target, value: i64) -> Result<u16> {
    status(api.call(Method::PUT, &format!("{target}/vote"), Some(&voter.key), Some(&json!({ "value": value }))).await)
}

async fn toggle(api: &Api, voter: &Agent, target: &Target, direction: &str) -> Result<u16> {
    status(api.call(Method::POST, &format!("{target}/{direction}"), Some(&voter.key), Some(&json!({}))).await)
}

async fn mix(api: &Api, voter: &Agent, seed: u64, targets: &[Target], votes: usize) -> Vec<Result<u16>> {
    let mut done = Vec::new();
    let mut state = seed;
    for _ in 0..votes {
        state = scramble(state.wrapping_add(1));
        let Some(target) = targets.get(state as usize % targets.len()) else { break };
        done.push(match (state >> 32) % 6 {
            0 => set(api, voter, target, 1).await,
            1 => set(api, voter, target, -1).await,
            2 => set(api, voter, target, 0).await,
            3 => toggle(api, voter, target, "upvote").await,
            4 => toggle(api, voter, target, "downvote").await,
            _ => status(api.call(Method::DELETE, &format!("{target}/vote"), Some(&voter.key), None).await),
        });
    }
    done
}

/// The finaliser of SplitMix64: the same mix in every run.
fn scramble(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

fn status(answer: reqwest::Result<Answer>) -> Result<u16> {
    Ok(answer?.status)
}

fn count(answers: &[Result<u16>]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let key = answer.as_ref().map_or_else(|error| format!("{error:#}"), u16::to_string);
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn only_200(statuses: &BTreeMap<String, usize>) -> bool {
    statuses.keys().all(|status| status == "200")
}

/// Score, votes up and votes down of a target, as the author sees it.
async fn counters(api: &Api, author: &Agent, target: &Target) -> Result<(i64, i64, i64)> {
    let answer = api.get(target, Some(&author.key)).await?;
    let root = if target.starts_with("/posts/") { "/post" } else { "/comment" };
    Ok((
        number(&answer, &format!("{root}/score"))?,
        number(&answer, &format!("{root}/upvotes"))?,
        number(&answer, &format!("{root}/downvotes"))?,
    ))
}

async fn held(
    api: &Api,
    author: &Agent,
    target: &Target,
    (up, down): (i64, i64),
    what: &str,
    report: &mut Report,
) -> Result<()> {
    let found = counters(api, author, target).await?;
    let expected = (up - down, up, down);
    report.hold(
        what,
        format!("{} ({} up, {} down)", found.0, found.1, found.2),
        &expected.0.to_string(),
        found == expected,
    );
    Ok(())
}

/// Reads every vote as its voter sees it and holds every counter against the sum.
async fn drift(
    name: &str,
    api: &Api,
    author: &Agent,
    voters: &[Agent],
    targets: &[Target],
    report: &mut Report,
) -> Result<()> {
    let (mut drift, mut rows, mut karma) = (0, 0, 0);
    for target in targets {
        let root = if target.starts_with("/posts/") { "/post" } else { "/comment" };
        let votes: Vec<i64> = stream::iter(voters)
            .map(|voter| async move { number(&api.get(target, Some(&voter.key)).await?, &format!("{root}/user_vote")) })
            .buffer_unordered(GENTLY)
            .try_collect()
            .await?;
        let up = votes.iter().filter(|vote| **vote == 1).count() as i64;
        let down = votes.iter().filter(|vote| **vote == -1).count() as i64;
        let found = counters(api, author, target).await?;
        let off = (found.0 - (up - down)).abs() + (found.1 - up).abs() + (found.2 - down).abs();
        if off > 0 {
            eprintln!("  {name}: {target} has {found:?}, but its votes are {up} up and {down} down");
        }
        drift += off;
        rows += up + down;
        karma += up - down;
    }
    report.hold(format!("{name}: drift of score, votes up and down, all targets"), drift.to_string(), "0", drift == 0);

    let profile = format!("/agents/profile?name={}", author.name);
    let found = number(&api.get(&profile, Some(&author.key)).await?, "/agent/karma")?;
    report.hold(format!("{name}: author's karma"), found.to_string(), &karma.to_string(), found == karma);

    let mut found = 0;
    let settled = rigs::process::until("the statistics settle", SETTLED_WITHIN, async || {
        found = match api.get("/stats", None).await {
            Ok(stats) => number(&stats, "/votes").unwrap_or(-1),
            Err(_) => -1,
        };
        found == rows
    })
    .await;
    report.hold(format!("{name}: rows in the table of votes"), found.to_string(), &rows.to_string(), settled.is_ok());
    if voters.is_empty() {
        bail!("nobody voted");
    }
    Ok(())
}

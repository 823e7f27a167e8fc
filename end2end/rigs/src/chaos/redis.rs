//! Redis is killed, started again and frozen, while agents read and write and others try to get in.

use super::load::{self, Record};
use anyhow::{Context, Result};
use reqwest::Method;
use rigs::api::{Agent, Answer, Api};
use rigs::redis::Redis;
use rigs::report::Report;
use rigs::server::{Binary, Server, Setup};
use rigs::stats::percentile;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const WORKERS: usize = 8;
const POSTS: usize = 50;
const CALM: Duration = Duration::from_secs(5);
const KILLED: Duration = Duration::from_secs(3);
const FROZEN: Duration = Duration::from_secs(5);
/// What was found out within this time counts as known.
const NOTICED: Duration = Duration::from_secs(1);

/// A time in which one thing was the matter.
struct Phase {
    name: &'static str,
    from: Instant,
    to: Instant,
}

impl Phase {
    fn holds(&self, at: Instant) -> bool {
        (self.from..self.to).contains(&at)
    }
}

/// Runs it.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let mut redis = Redis::start().await?;
    // Limits that count every request and refuse none.
    let mut setup = Setup::new(binary).env("REDIS_URL", redis.url());
    for (limit, much) in [
        ("READS_PER_MINUTE", "1000000"),
        ("WRITES_PER_MINUTE", "1000000"),
        ("POST_INTERVAL", "1ms"),
        ("POST_INTERVAL_NEW", "1ms"),
        ("COMMENT_INTERVAL", "1ms"),
        ("COMMENT_INTERVAL_NEW", "1ms"),
        ("COMMENTS_PER_DAY", "1000000"),
        ("COMMENTS_PER_DAY_NEW", "1000000"),
        ("REGISTER_PER_HOUR", "1000000"),
        ("REGISTER_TOTAL_PER_HOUR", "1000000"),
        ("LOGIN_PER_HOUR", "1000000"),
    ] {
        setup = setup.env(&format!("LIMIT_{limit}"), much);
    }
    let server = setup.start().await?;
    loss(&server, &mut redis, report).await.with_context(|| format!("the server printed:\n{}", server.printed()))
}

async fn loss(server: &Server, redis: &mut Redis, report: &mut Report) -> Result<()> {
    let api = Api::new(&server.url)?;
    let author = api.register("author").await?;
    let mut agents: Vec<Agent> = Vec::new();
    for n in 0..WORKERS {
        agents.push(api.register(&format!("worker-{n}")).await?);
    }
    let mut posts = Vec::new();
    for n in 0..POSTS {
        posts.push(api.post(&author, &format!("Number {n}")).await?);
    }
    let over = AtomicBool::new(false);
    let (outcome, doors, phases) = tokio::join!(load::run(&api, &agents, &posts, &over), knock(&api, &over), async {
        let phases = lose(redis).await;
        over.store(true, Ordering::Relaxed);
        phases
    });
    let phases = phases?;
    judge(&outcome.records, &phases, report);
    judge_doors(&doors, &phases, report);
    Ok(())
}

async fn lose(redis: &mut Redis) -> Result<Vec<Phase>> {
    let mut phases = Vec::new();
    let mut since = Instant::now();
    let mut end = |name, phases: &mut Vec<Phase>| {
        phases.push(Phase { name, from: since, to: Instant::now() });
        since = Instant::now();
    };
    sleep(CALM).await;
    end("calm", &mut phases);
    redis.kill();
    sleep(KILLED).await;
    end("killed", &mut phases);
    redis.restart().await?;
    sleep(CALM).await;
    end("started again", &mut phases);
    redis.freeze()?;
    sleep(FROZEN).await;
    end("frozen", &mut phases);
    redis.thaw()?;
    sleep(CALM).await;
    end("thawed", &mut phases);
    Ok(phases)
}

/// Registers and signs in, again and again.
async fn knock(api: &Api, over: &AtomicBool) -> Vec<(Instant, Result<Answer, reqwest::Error>)> {
    let mut answers = Vec::new();
    let mut n = 0;
    while !over.load(Ordering::Relaxed) {
        n += 1;
        let sent = Instant::now();
        let body = json!({ "name": format!("knocks-{n}") });
        answers.push((sent, api.call(Method::POST, "/agents/register", None, Some(&body)).await));
        let sent = Instant::now();
        answers.push((sent, api.form("/_fn/sign_in", "handle=nobody&password=wrong-password").await));
        sleep(Duration::from_millis(100)).await;
    }
    answers
}

fn judge(records: &[Record], phases: &[Phase], report: &mut Report) {
    let failed = records.iter().filter(|record| !matches!(record.status, Ok(200..=299))).count();
    report.hold(
        "Redis lost: reads and writes that failed (R6)",
        format!("{failed} of {}", records.len()),
        "0",
        failed == 0,
    );
    let p99 = |phase: &Phase| {
        let took = records.iter().filter(|record| phase.holds(record.sent)).map(|record| record.took);
        percentile(&took.map(|took| took.as_secs_f64() * 1e3).collect::<Vec<_>>(), 0.99)
    };
    let Some((calm, others)) = phases.split_first() else { return };
    let usual = p99(calm);
    report.note("Redis there: p99", format!("{usual:.1} ms"));
    for phase in others {
        let figure = p99(phase);
        report.hold(
            format!("Redis {}: p99 (R6)", phase.name),
            format!("{figure:.1} ms, {:.2} ×", figure / usual),
            "≤ 2 ×",
            figure <= 2.0 * usual,
        );
    }
    let slowest = records.iter().map(|record| record.took).max().unwrap_or_default();
    report.note("Redis lost: slowest answer", format!("{} ms", slowest.as_millis()));
}

fn judge_doors(doors: &[(Instant, Result<Answer, reqwest::Error>)], phases: &[Phase], report: &mut Report) {
    let shut = |answer: &Answer| answer.status == 503 && answer.headers.contains_key("retry-after");
    let is_lost = |at: Instant| {
        let lost = phases.iter().filter(|phase| ["killed", "frozen"].contains(&phase.name));
        lost.clone().any(|phase| (phase.from + NOTICED..phase.to).contains(&at))
    };
    let during: Vec<_> = doors.iter().filter(|(at, _)| is_lost(*at)).collect();
    let open = during.iter().filter(|(_, answer)| !answer.as_ref().is_ok_and(shut)).count();
    report.hold(
        "Redis lost: registering and signing in other than 503 with Retry-After (R6)",
        format!("{open} of {}", during.len()),
        "0",
        open == 0,
    );
    let strange =
        doors.iter().filter(|(_, answer)| !answer.as_ref().is_ok_and(|answer| answer.status < 500 || shut(answer)));
    let strange = strange.count();
    report.hold("Redis lost: other 5xx at the doors, whole run (R6)", strange.to_string(), "0", strange == 0);
}

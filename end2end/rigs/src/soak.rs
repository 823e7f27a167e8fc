//! Everything an agent does, mixed, at a steady rate for a long time: does memory grow, does anything fail, does it slow
//! down (L12).

use crate::stand::Engine;
use anyhow::{Context, Result};
use reqwest::Method;
use rigs::api::{Agent, Api};
use rigs::report::Report;
use rigs::server::Binary;
use rigs::stats::percentile;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

const AGENTS: usize = 50;
const POSTS: usize = 200;
/// How often memory is looked at.
const SAMPLE: Duration = Duration::from_secs(5);
/// Caches and pools fill in the first part of the time; memory is held against the rest.
const WARM_UP: f64 = 0.2;

/// How long, and how much.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Minutes
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Requests a second
    #[arg(long, default_value_t = 300)]
    rate: u32,
}

/// One answer.
struct Answered {
    milliseconds: f64,
    /// `None` if there was no answer at all.
    status: Option<u16>,
}

/// Who asks, and for what.
struct World {
    api: Api,
    agents: Vec<Agent>,
    posts: Vec<String>,
}

/// Loads one server on PostgreSQL.
pub async fn run(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("soak");
    let (setup, _cluster) = Engine::Postgres.empty(binary)?;
    let server = setup.start().await?;
    let world = Arc::new(World::new(&server.url).await?);

    let started = Instant::now();
    let end = Duration::from_secs_f64(options.minutes * 60.0);
    let mut ticks = interval(Duration::from_secs(1) / options.rate.max(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut running = JoinSet::new();
    let mut answers: Vec<Answered> = Vec::new();
    // Seconds since the start, and megabytes.
    let mut memory: Vec<(f64, f64)> = Vec::new();
    let mut n = 0;
    while started.elapsed() < end {
        ticks.tick().await;
        n += 1;
        let world = Arc::clone(&world);
        running.spawn(async move { world.ask(n).await });
        while let Some(done) = running.try_join_next() {
            answers.push(done?);
        }
        if started.elapsed() >= SAMPLE * u32::try_from(memory.len()).unwrap_or(u32::MAX) {
            memory.push((started.elapsed().as_secs_f64(), server.process.resident_bytes()? as f64 / 1_048_576.0));
        }
    }
    while let Some(done) = running.join_next().await {
        answers.push(done?);
    }

    let warm: Vec<(f64, f64)> = memory.iter().copied().filter(|(at, _)| *at >= WARM_UP * end.as_secs_f64()).collect();
    let slope = slope(&warm) * 600.0;
    let errors = answers.iter().filter(|a| a.status.is_none_or(|status| status >= 500)).count();
    let refused = answers.iter().filter(|a| matches!(a.status, Some(400..=499))).count();
    let times: Vec<f64> = answers.iter().map(|a| a.milliseconds).collect();
    let p99 = percentile(&times, 0.99);
    let last = memory.last().context("no sample of memory")?.1;
    report.note("requests", format!("{} in {:.1} min", answers.len(), options.minutes));
    report.hold("5xx or no answer (L12)", errors.to_string(), "0", errors == 0);
    report.hold("4xx", refused.to_string(), "0", refused == 0);
    report.hold("p99 (L12)", format!("{p99:.1} ms"), "≤ 50 ms", p99 <= 50.0);
    report.hold("memory, growth in 10 min (L12)", format!("{slope:.2} MB"), "≤ 1 MB", slope <= 1.0);
    report.note("memory at the end", format!("{last:.1} MB"));
    report.conclude()
}

impl World {
    async fn new(url: &str) -> Result<Self> {
        let api = Api::new(url)?;
        let (mut agents, mut posts) = (Vec::new(), Vec::new());
        for n in 0..AGENTS {
            agents.push(api.register(&format!("soak-{n}")).await?);
        }
        for (n, author) in agents.iter().cycle().take(POSTS).enumerate() {
            posts.push(api.post(author, &format!("Number {n}")).await?);
        }
        Ok(Self { api, agents, posts })
    }

    /// The request number `n`: of twenty, sixteen read.
    async fn ask(&self, n: usize) -> Answered {
        let mut agent = n % self.agents.len();
        let post = (n / 7) % self.posts.len();
        // Nobody votes on what they wrote.
        if post % self.agents.len() == agent {
            agent = (agent + 1) % self.agents.len();
        }
        let key = self.agents.get(agent).map(|agent| agent.key.as_str());
        let id = self.posts.get(post).map(String::as_str).unwrap_or_default();
        let get = |path: String| (Method::GET, path, None);
        let (method, path, body): (Method, String, Option<Value>) = match n % 20 {
            0 => (
                Method::POST,
                "/posts".to_owned(),
                Some(
                    json!({ "submolt_name": "general", "title": format!("Post {n}"), "content": "Steady as she goes." }),
                ),
            ),
            1 | 2 => {
                (Method::POST, format!("/posts/{id}/comments"), Some(json!({ "content": format!("Comment {n}") })))
            }
            3 => (Method::PUT, format!("/posts/{id}/vote"), Some(json!({ "value": if n % 40 < 20 { 1 } else { -1 } }))),
            4..=6 => get("/agents/me".to_owned()),
            7 | 8 => get("/home".to_owned()),
            9 | 10 => get("/feed?sort=new".to_owned()),
            11 => get("/notifications".to_owned()),
            12 => get("/search?q=steady".to_owned()),
            13 | 14 => get(format!("/posts/{id}/comments?limit=35")),
            15 => get(format!("/posts/{id}")),
            16 => get("/submolts?sort=popular".to_owned()),
            17 => get("/agents/leaderboard".to_owned()),
            _ => get("/posts?sort=hot".to_owned()),
        };
        let started = Instant::now();
        let answer = self.api.call(method, &path, key, body.as_ref()).await;
        Answered {
            milliseconds: started.elapsed().as_secs_f64() * 1_000.0,
            status: answer.ok().map(|answer| answer.status),
        }
    }
}

/// The slope of the line of least squares through some points; 0 of fewer than two.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (mean_x, mean_y) =
        (points.iter().map(|p| p.0).sum::<f64>() / n.max(1.0), points.iter().map(|p| p.1).sum::<f64>() / n.max(1.0));
    let spread: f64 = points.iter().map(|p| (p.0 - mean_x).powi(2)).sum();
    if spread == 0.0 {
        return 0.0;
    }
    points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum::<f64>() / spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_own_slope() {
        let line: Vec<(f64, f64)> = (0..10).map(|x| (f64::from(x), 3.0 + 0.5 * f64::from(x))).collect();
        assert!((slope(&line) - 0.5).abs() < 1e-9);
        assert_eq!(slope(&[]), 0.0);
        assert_eq!(slope(&[(1.0, 2.0)]), 0.0);
    }
}

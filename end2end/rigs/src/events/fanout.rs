//! Thousands of listeners of one server, and posts at a steady rate: how late each hears of each, and at what cost.

use super::Options;
use super::listener::Listener;
use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use rigs::api::Api;
use rigs::postgres::Cluster;
use rigs::report::{Report, Verdict};
use rigs::server::{Binary, Server, Setup};
use rigs::stats::percentile;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const P99_MS: f64 = 500.0;
const MEMORY_MB: f64 = 150.0;
/// How long the last event may take to everybody before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// Listeners that connect at a time.
const GENTLY: usize = 64;

/// What one listener found.
#[derive(Default)]
struct Ears {
    late_ms: Vec<f32>,
    last_id: i64,
    again: u64,
}

/// Starts a server on PostgreSQL and lets them listen.
pub async fn run(binary: &Binary, options: &Options, report: &mut Report) -> Result<()> {
    let cluster = Cluster::temporary()?;
    let setup = Setup::new(binary).without_limits().database(cluster.database("moltbook")?);
    let server = setup.env("EVENTS_MAX_CLIENTS", (options.listeners + 10).to_string()).start().await?;
    crowd(&server, options, report).await.with_context(|| format!("the server printed:\n{}", server.printed()))
}

async fn crowd(server: &Server, options: &Options, report: &mut Report) -> Result<()> {
    let api = Api::new(&server.url)?;
    let author = api.register("author").await?;
    // A stream has no end, so no time limit.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build()?;
    let listeners: Vec<Listener> = stream::iter(0..options.listeners)
        .map(|_| Listener::open(&http, &server.url, None))
        .buffer_unordered(GENTLY)
        .try_collect()
        .await?;
    let quiet = server.process.resident_bytes()?;
    let started = Instant::now();
    let sent = u64::from(options.rate) * u64::from(options.seconds);
    let heard = Arc::new(AtomicU64::new(0));
    let ears: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(listen(listener, started, sent, Arc::clone(&heard))))
        .collect();

    let peak = AtomicU64::new(quiet);
    let is_over = AtomicBool::new(false);
    let write = async {
        let mut tick = tokio::time::interval(Duration::from_secs(1) / options.rate);
        let mut posts = Vec::new();
        for _ in 0..sent {
            tick.tick().await;
            let (api, author) = (api.clone(), author.clone());
            posts.push(tokio::spawn(async move {
                api.post(&author, &format!("sent-{}", started.elapsed().as_micros())).await
            }));
        }
        let written = join_all(posts).await.into_iter().filter(|post| matches!(post, Ok(Ok(_)))).count();
        is_over.store(true, Ordering::Relaxed);
        written
    };
    let watch = async {
        while !is_over.load(Ordering::Relaxed) {
            if let Ok(now) = server.process.resident_bytes() {
                peak.fetch_max(now, Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let (written, ()) = tokio::join!(write, watch);
    let took = started.elapsed();
    ensure!(written as u64 == sent, "only {written} of {sent} posts were written");

    let ears = tokio::time::timeout(PATIENCE, join_all(ears)).await;
    let expected = sent * options.listeners as u64;
    let came = heard.load(Ordering::Relaxed);
    let name = format!("{} listeners, {} events/s", options.listeners, options.rate);
    let Ok(ears) = ears else {
        report.add(format!("{name}: delivered"), format!("{came} of {expected}"), "all", Verdict::Void);
        return Ok(());
    };
    let ears: Vec<Ears> = ears.into_iter().map(|ear| ear?).collect::<Result<_>>()?;
    let again: u64 = ears.iter().map(|ear| ear.again).sum();
    let late: Vec<f64> = ears.iter().flat_map(|ear| ear.late_ms.iter().map(|ms| f64::from(*ms))).collect();
    let (p50, p99) = (percentile(&late, 0.5), percentile(&late, 0.99));
    let memory = peak.load(Ordering::Relaxed) as f64 / f64::from(1 << 20);
    report.hold(format!("{name}: delivered"), format!("{came} of {expected}"), "all", came == expected);
    report.hold(format!("{name}: out of order or twice"), again.to_string(), "0", again == 0);
    report.hold(
        format!("{name}: from sending a post to hearing of it"),
        format!("p50 {p50:.0} ms, p99 {p99:.0} ms"),
        "p99 ≤ 500 ms",
        p99 <= P99_MS,
    );
    report.hold(format!("{name}: memory, most"), format!("{memory:.0} MB"), "≤ 150 MB", memory <= MEMORY_MB);
    report.note(
        format!("{name}: rate reached, memory before the first event"),
        format!("{:.0}/s, {:.0} MB", sent as f64 / took.as_secs_f64(), quiet as f64 / f64::from(1 << 20)),
    );
    report.keep("p99_ms", p99);
    report.keep("memory_mb", memory);
    Ok(())
}

async fn listen(mut listener: Listener, started: Instant, events: u64, heard: Arc<AtomicU64>) -> Result<Ears> {
    let mut ears = Ears::default();
    for _ in 0..events {
        let event = listener.next().await?.context("the stream ended")?;
        let now = started.elapsed().as_micros() as u64;
        let (_, stamp) = event.data.split_once("sent-").context("not one of our posts")?;
        let digits = stamp.find(|c: char| !c.is_ascii_digit()).unwrap_or(stamp.len());
        ears.late_ms.push(now.saturating_sub(stamp[..digits].parse()?) as f32 / 1e3);
        ears.again += u64::from(event.id <= ears.last_id);
        ears.last_id = event.id;
        heard.fetch_add(1, Ordering::Relaxed);
    }
    Ok(ears)
}

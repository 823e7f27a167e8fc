//! Two thousand callers that send their head, send their body, or read their answer as slowly as they can.

use anyhow::Result;
use reqwest::Method;
use rigs::api::{Agent, Api};
use rigs::process::until;
use rigs::report::Report;
use rigs::server::{Binary, Setup};
use rigs::stats::percentile;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

const CALLERS: usize = 2_000;
const MEASURED: Duration = Duration::from_secs(8);
const SETTLED_AT_MOST: Duration = Duration::from_secs(3);
const CALM_ANSWERS: usize = 20;
const WORKERS: usize = 8;
const PAUSE: Duration = Duration::from_millis(5);
const DRIP: Duration = Duration::from_secs(1);
/// So that an answer does not fit into what the system takes in for a reader who does not read.
const LITTLE: u32 = 4_096;

#[derive(Clone, Copy)]
enum Slow {
    Head,
    Body,
    Reader,
}

/// Runs it.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let server = Setup::new(binary).without_limits().start().await?;
    let api = Api::new(&server.url)?;
    let author = api.register("author").await?;
    for n in 0..100 {
        api.post(&author, &format!("Number {n}")).await?;
    }
    let (usual, _) = measure(&api, &author).await;

    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    let mut callers = JoinSet::new();
    for n in 0..CALLERS {
        callers.spawn(be_slow(address, [Slow::Head, Slow::Body, Slow::Reader][n % 3]));
    }
    // What the slow readers asked for is first written into the system's buffers, as fast as it goes: that is load, and
    // over before the waiting begins.
    let settled = settle(&api, usual).await?;
    report.note("slow callers: time until their buffers were full", format!("{} ms", settled.as_millis()));
    let (others, failed) = measure(&api, &author).await;
    let open = callers.len() - std::iter::from_fn(|| callers.try_join_next()).count();
    report.note("slow callers that still hold a connection", format!("{open} of {CALLERS}"));
    report.hold(
        "others' p99 beside 2,000 slow callers (R10)",
        format!("{others:.1} ms, {:.2} × of {usual:.1} ms", others / usual),
        "≤ 2 ×",
        others <= 2.0 * usual,
    );
    report.hold("others' requests that failed (R10)", failed.to_string(), "0", failed == 0);
    report.note("memory with slow callers", format!("{} MB", server.process.resident_bytes()? / 1_000_000));
    Ok(())
}

/// Waits until answers come as fast as before.
async fn settle(api: &Api, usual: f64) -> Result<Duration> {
    let mut calm = 0;
    until("the slow callers have what they asked for", SETTLED_AT_MOST, async || {
        let start = Instant::now();
        let is_fast = api.call(Method::GET, "/posts?sort=new&limit=24", None, None).await.is_ok()
            && start.elapsed().as_secs_f64() * 1e3 <= usual;
        calm = if is_fast { calm + 1 } else { 0 };
        calm >= CALM_ANSWERS
    })
    .await
}

/// The p99 of a few who behave, in milliseconds, and how many of their requests failed.
async fn measure(api: &Api, author: &Agent) -> (f64, usize) {
    let until = Instant::now() + MEASURED;
    let worker = |n: usize| async move {
        let (mut took, mut failed) = (Vec::new(), 0);
        while Instant::now() < until {
            let path = if n.is_multiple_of(2) { "/agents/me" } else { "/posts?sort=new&limit=25" };
            match api.call(Method::GET, path, Some(&author.key), None).await {
                Ok(answer) if answer.status == 200 => took.push(answer.took.as_secs_f64() * 1e3),
                _ => failed += 1,
            }
            sleep(PAUSE).await;
        }
        (took, failed)
    };
    let all = futures::future::join_all((0..WORKERS).map(worker)).await;
    let took: Vec<f64> = all.iter().flat_map(|(took, _)| took.iter().copied()).collect();
    (percentile(&took, 0.99), all.iter().map(|(_, failed)| failed).sum())
}

/// Ends when the server has had enough.
async fn be_slow(address: SocketAddr, how: Slow) -> std::io::Result<()> {
    let mut stream = connect(address).await?;
    match how {
        Slow::Head => {
            stream.write_all(b"GET /api/v1/posts HTTP/1.1\r\nhost: x\r\n").await?;
            loop {
                sleep(DRIP).await;
                stream.write_all(b"x-drip: x\r\n").await?;
            }
        }
        Slow::Body => {
            let head = "POST /api/v1/agents/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
            loop {
                sleep(DRIP).await;
                stream.write_all(b" ").await?;
            }
        }
        Slow::Reader => {
            let asks = "GET /api/v1/posts?limit=100 HTTP/1.1\r\nhost: x\r\n\r\n".repeat(40);
            stream.write_all(asks.as_bytes()).await?;
            loop {
                sleep(DRIP).await;
                if stream.read(&mut [0; 1]).await? == 0 {
                    return Ok(());
                }
            }
        }
    }
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(LITTLE)?;
    socket.connect(address).await
}

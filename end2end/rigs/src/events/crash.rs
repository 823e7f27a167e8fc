//! Two replicas on one PostgreSQL, ten thousand writes, and one of the two killed in the middle: what each listener heard.

use super::Options;
use super::listener::Listener;
use anyhow::{Context, Result};
use futures::future::join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use rigs::api::{Agent, Api, number, text};
use rigs::postgres::Cluster;
use rigs::report::Report;
use rigs::server::{Binary, Server, Setup};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 16;
const LISTENERS: usize = 20;
const GENTLY: usize = 32;
/// The reading afterwards measures nothing: it leaves the machine room to breathe.
const FEW: usize = 4;
/// Far more than the last event needs.
const SETTLED_AFTER: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// What was acknowledged.
#[derive(Default)]
struct Written {
    ids: BTreeSet<String>,
    posts: Vec<String>,
}

/// What one listener heard.
#[derive(Default)]
struct Heard {
    /// How often each post and comment was told.
    times: BTreeMap<String, u32>,
    /// The last score that was told of each post.
    scores: BTreeMap<String, i64>,
    events: usize,
    /// Events that came again or too late in their order.
    again: usize,
    gaps: usize,
    resumed: usize,
}

/// Kills one of two.
pub async fn run(binary: &Binary, options: &Options, report: &mut Report) -> Result<()> {
    let cluster = Cluster::temporary()?;
    let setup = Setup::new(binary).without_limits().database(cluster.database("moltbook")?);
    let first = setup.start().await?;
    let second = setup.start().await?;
    let urls = [first.url.clone(), second.url.clone()];
    let outcome = around(first, &urls, options, report).await;
    outcome.with_context(|| format!("the server that stayed printed:\n{}", second.printed()))
}

async fn around(doomed: Server, urls: &[String; 2], options: &Options, report: &mut Report) -> Result<()> {
    let apis = [Api::new(&urls[0])?, Api::new(&urls[1])?];
    let api = &apis[1];
    let agents: Vec<Agent> = stream::iter(0..WRITERS)
        .map(|n| async move { api.register(&format!("writer-{n}")).await })
        .buffered(GENTLY)
        .try_collect()
        .await?;
    let first_post = api.post(&agents[0], "The first").await?;
    let written = Mutex::new(Written { ids: BTreeSet::new(), posts: vec![first_post] });
    let (begun, is_over, is_dead) = (AtomicUsize::new(0), AtomicBool::new(false), AtomicBool::new(false));

    let (mut open, http) = (Vec::new(), reqwest::Client::new());
    for n in 0..LISTENERS {
        open.push(Listener::open(&http, &urls[n % 2], None).await?);
    }
    let listen = join_all(open.into_iter().enumerate().map(|(n, listener)| hear(listener, &http, urls, n, &is_over)));
    let write = async {
        let writers = agents.iter().enumerate().map(|(n, agent)| {
            let place = if n % 2 == 0 { Some(&is_dead) } else { None };
            write(&apis, agent, n, place, &written, &begun, options.writes)
        });
        join_all(writers).await;
        tokio::time::sleep(SETTLED_AFTER).await;
        is_over.store(true, Ordering::Release);
    };
    let kill = async {
        while begun.load(Ordering::Relaxed) < options.writes / 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // As kill -9 does.
        drop(doomed);
        is_dead.store(true, Ordering::Release);
    };
    let (heard, (), ()) = tokio::join!(listen, write, kill);
    let heard: Vec<Heard> = heard.into_iter().collect::<Result<_>>()?;
    let written = written.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    judge(api, &written, &heard, report).await
}

/// Writes until all writes are begun, to a replica that lives.
async fn write(
    apis: &[Api; 2],
    agent: &Agent,
    n: usize,
    at_risk: Option<&AtomicBool>,
    written: &Mutex<Written>,
    begun: &AtomicUsize,
    most: usize,
) {
    loop {
        let turn = begun.fetch_add(1, Ordering::Relaxed);
        if turn >= most {
            return;
        }
        let api = if at_risk.is_some_and(|dead| !dead.load(Ordering::Acquire)) { &apis[0] } else { &apis[1] };
        let post = {
            let written = lock(written);
            written.posts.get(turn % written.posts.len()).cloned().unwrap_or_default()
        };
        let key = Some(agent.key.as_str());
        let (path, body) = match turn % 3 {
            0 => (
                "/posts".to_owned(),
                json!({"submolt_name": "general", "title": format!("{turn} of {n}"), "content": "x"}),
            ),
            1 => (format!("/posts/{post}/comments"), json!({ "content": format!("{turn} of {n}") })),
            _ => {
                let vote = json!({ "value": if turn.is_multiple_of(2) { 1 } else { -1 } });
                // One's own post is refused: that is no event either.
                drop(api.call(Method::PUT, &format!("/posts/{post}/vote"), key, Some(&vote)).await);
                continue;
            }
        };
        // An answer that does not come says nothing: the write may be there or not.
        let Ok(answer) = api.call(Method::POST, &path, key, Some(&body)).await else { continue };
        if answer.status != 201 {
            continue;
        }
        if let Ok(id) = text(&answer.body, "/post/id") {
            let mut written = lock(written);
            written.posts.push(id.clone());
            written.ids.insert(id);
        } else if let Ok(id) = text(&answer.body, "/comment/id") {
            lock(written).ids.insert(id);
        }
    }
}

fn lock(written: &Mutex<Written>) -> std::sync::MutexGuard<'_, Written> {
    written.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Listens, and goes on at the other replica when a stream breaks.
async fn hear(
    mut listener: Listener,
    http: &reqwest::Client,
    urls: &[String; 2],
    n: usize,
    is_over: &AtomicBool,
) -> Result<Heard> {
    let (mut heard, mut last, mut at) = (Heard::default(), None, n);
    while !is_over.load(Ordering::Acquire) {
        let event = tokio::time::timeout(PAUSE, listener.next()).await;
        let event = match event {
            Err(_nothing_yet) => continue,
            Ok(Ok(Some(event))) => event,
            Ok(Ok(None) | Err(_)) => {
                at += 1;
                match Listener::open(http, &urls[at % 2], last).await {
                    Ok(again) => {
                        listener = again;
                        heard.resumed += 1;
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
                continue;
            }
        };
        heard.again += usize::from(last.is_some_and(|last| event.id <= last));
        last = Some(event.id);
        heard.events += 1;
        let data: Value = serde_json::from_str(&event.data)?;
        match event.name.as_str() {
            "post" | "comment" => *heard.times.entry(text(&data, "/id")?).or_default() += 1,
            "score" => {
                heard.scores.insert(text(&data, "/post_id")?, number(&data, "/score")?);
            }
            _ => heard.gaps += 1,
        }
    }
    Ok(heard)
}

async fn judge(api: &Api, written: &Written, heard: &[Heard], report: &mut Report) -> Result<()> {
    let each = |of: &dyn Fn(&Heard) -> usize| heard.iter().map(of).sum::<usize>();
    let resumed = heard.iter().filter(|heard| heard.resumed > 0).count();
    let lost = each(&|heard| written.ids.iter().filter(|id| !heard.times.contains_key(*id)).count());
    let twice = each(&|heard| heard.times.values().filter(|times| **times > 1).count());
    let expected = written.ids.len() * heard.len();
    report.note(
        "one of two replicas killed: acknowledged posts and comments, listeners, of which resumed",
        format!("{}, {}, {resumed}", written.ids.len(), heard.len()),
    );
    report.hold("killed: delivered", format!("{} of {expected}", expected - lost), "all", lost == 0);
    report.hold("killed: lost", lost.to_string(), "0", lost == 0);
    report.hold("killed: told twice", twice.to_string(), "0", twice == 0);
    let again = each(&|heard| heard.again + heard.gaps);
    report.hold("killed: ids out of order, gaps", again.to_string(), "0", again == 0);

    // What nobody was told is written may be told all the same, but then it is there.
    let unknown: BTreeSet<&String> =
        heard.iter().flat_map(|heard| heard.times.keys()).filter(|id| !written.ids.contains(*id)).collect();
    let mut invented = 0;
    for id in &unknown {
        let as_post = api.call(Method::GET, &format!("/posts/{id}"), None, None).await?.status;
        let as_comment = api.call(Method::GET, &format!("/comments/{id}"), None, None).await?.status;
        invented += usize::from(as_post != 200 && as_comment != 200);
    }
    report.hold(
        "killed: told and not there",
        format!("{invented} ({} unacknowledged)", unknown.len()),
        "0",
        invented == 0,
    );

    let ended: BTreeMap<&String, i64> =
        stream::iter(&written.posts)
            .map(|id| async move {
                anyhow::Ok((id, number(&api.get(&format!("/posts/{id}"), None).await?, "/post/score")?))
            })
            .buffer_unordered(FEW)
            .try_collect()
            .await?;
    let stale = each(&|heard| {
        heard.scores.iter().filter(|(post, score)| ended.get(post).is_some_and(|end| end != *score)).count()
    });
    report.hold("killed: last score told other than the score", stale.to_string(), "0", stale == 0);
    report.note("killed: events that each heard", each(&|heard| heard.events).div_euclid(heard.len()).to_string());
    report.keep("lost", lost);
    report.keep("twice", twice);
    Ok(())
}

//! The demo world: the hot feed and the home page as a share of the bare route, and how long a page takes to be made.

use super::Options;
use crate::stand::Engine;
use anyhow::{Result, bail};
use futures::{StreamExt, TryStreamExt, stream};
use rigs::api::{Api, text};
use rigs::postgres::Cluster;
use rigs::report::Report;
use rigs::server::{Binary, Setup, sqlite_url};
use rigs::stats::{median, percentile};
use std::time::Instant;

/// How often each page is opened.
const TIMES: usize = 500;
/// Comments below the longest post.
const COMMENTS: usize = 1_000;

/// Makes the world, then measures both.
pub async fn run(engine: Engine, binary: &Binary, options: &Options, floor: f64, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (url, cluster) = match engine {
        Engine::Sqlite => (sqlite_url(&folder.path().join("moltbook.db")), None),
        Engine::Postgres => {
            let cluster = Cluster::temporary()?;
            (cluster.database("demo")?, Some(cluster))
        }
    };
    let start = Instant::now();
    binary.run(&["demo", "--database-url", &url])?;
    let took = start.elapsed().as_secs_f64();
    let name = engine.name();
    report.hold(format!("{name}: making the demo world"), format!("{took:.0} s"), "≤ 120 s", took <= 120.0);

    let server = Setup::new(binary).without_limits().database(&url).start().await?;
    let page = Api::new(&server.url)?.get("/posts?sort=hot", None).await?;
    let right = page["posts"].as_array().is_some_and(|posts| posts.len() == 25);
    for (what, path) in [("/posts?sort=hot", "/api/v1/posts?sort=hot"), ("/", "/")] {
        let measured = options.measure(&server.url, &[path.to_owned()])?;
        measured.report(&format!("{name}: {what} on the demo world"), floor, None, right, report);
    }
    drop(server);
    pages(name, &Setup::new(binary).without_limits().database(&url), report).await?;
    drop(cluster);
    Ok(())
}

/// Opens pages one after the other, made anew each time: what one reader waits for when nobody else is there.
async fn pages(name: &str, setup: &Setup, report: &mut Report) -> Result<()> {
    let server = setup.clone().env("PUBLIC_CACHE_TTL", "0").start().await?;
    let api = Api::new(&server.url)?;
    let longest = long_post(&api).await?;
    let submolt = text(&api.get("/submolts?sort=popular&limit=1", None).await?, "/submolts/0/name")?;
    let agent = text(&api.get("/posts?sort=hot&limit=1", None).await?, "/posts/0/author/name")?;
    let pages = [
        ("home", String::from("/")),
        ("a submolt", format!("/m/{submolt}")),
        ("a post with 1,000 comments", format!("/post/{longest}")),
        ("an agent", format!("/u/{agent}")),
        ("search", String::from("/search?q=memory")),
    ];
    for (what, path) in pages {
        let mut took = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let answer = api.page(&path).await?;
            if answer.status != 200 {
                bail!("{path} answered {}", answer.status);
            }
            took.push(answer.took.as_secs_f64() * 1e3);
        }
        let (p50, p99) = (median(&took), percentile(&took, 0.99));
        report.note(format!("{name}: page of {what}, uncached"), format!("p50 {p50:.1} ms, p99 {p99:.1} ms"));
    }
    Ok(())
}

/// A post with a thousand comments, each tenth the beginning of a discussion.
async fn long_post(api: &Api) -> Result<String> {
    let author = api.register("long-thread").await?;
    let post = api.post(&author, "What everybody has something to say about").await?;
    let firsts: Vec<String> = stream::iter(0..COMMENTS / 10)
        .map(async |n| api.comment(&author, &post, &format!("Opinion {n}, with a reason.")).await)
        .buffered(8)
        .try_collect()
        .await?;
    let replies = firsts.iter().flat_map(|first| (1..10).map(move |n| (first, n)));
    stream::iter(replies)
        .map(async |(first, n)| api.reply(&author, &post, first, &format!("Answer {n} to that.")).await)
        .buffered(8)
        .try_collect::<Vec<String>>()
        .await?;
    Ok(post)
}

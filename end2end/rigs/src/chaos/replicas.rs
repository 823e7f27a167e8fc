//! Three servers on one PostgreSQL and one Redis: their limits are one.

use anyhow::{Context, Result};
use futures::stream::{self, StreamExt};
use reqwest::Method;
use rigs::api::Api;
use rigs::postgres::Cluster;
use rigs::redis::Redis;
use rigs::report::Report;
use rigs::server::{Binary, Setup};
use serde_json::json;

const LIMIT: usize = 300;
const TRIES: usize = 3 * LIMIT;
const AT_ONCE: usize = 30;

/// Runs it.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let cluster = Cluster::temporary()?;
    let redis = Redis::start().await?;
    let setup = Setup::new(binary)
        .database(cluster.database("moltbook")?)
        .env("REDIS_URL", redis.url())
        .env("LIMIT_WRITES_PER_MINUTE", LIMIT.to_string());
    let (mut servers, mut apis) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let server = setup.start().await?;
        apis.push(Api::new(&server.url)?);
        servers.push(server);
    }
    let first = apis.first().context("there are three")?;
    let (author, voter, clumsy) =
        (first.register("author").await?, first.register("voter").await?, first.register("clumsy").await?);
    let post = first.post(&author, "Counted together").await?;

    let path = format!("/posts/{post}/vote");
    let answers: Vec<_> = stream::iter(0..TRIES)
        .map(|n| {
            let (api, path, key) = (&apis[n % apis.len()], &path, &voter.key);
            async move { api.call(Method::PUT, path, Some(key), Some(&json!({ "value": 1 }))).await }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let count = |status: u16| answers.iter().filter(|a| a.as_ref().is_ok_and(|a| a.status == status)).count();
    let (through, refused) = (count(200), count(429));
    report.hold(
        format!("writes let through by three servers, of {TRIES} (R11)"),
        through.to_string(),
        &format!("{LIMIT} ± 5 %"),
        through.abs_diff(LIMIT) * 20 <= LIMIT,
    );
    let others = TRIES - through - refused;
    report.hold("other answers than 200 and 429 (R11)", others.to_string(), "0", others == 0);

    let mut statuses = Vec::new();
    for title in ["", "", "", "Right at last", "Too soon"] {
        let api = &apis[statuses.len() % apis.len()];
        let body = json!({ "submolt_name": "general", "title": title, "content": "x" });
        statuses.push(api.call(Method::POST, "/posts", Some(&clumsy.key), Some(&body)).await?.status);
    }
    report.hold(
        "three refused posts, a good one and one too many, in turn (R11)",
        format!("{statuses:?}"),
        "[400, 400, 400, 201, 429]",
        statuses == [400, 400, 400, 201, 429],
    );
    Ok(())
}

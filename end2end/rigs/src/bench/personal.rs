//! What is each agent's own and therefore never cached: its feed in every order and with every filter, and its home.
//!
//! The readers are made for it. Each follows a hundred agents and subscribes to twenty submolts, all over the data set:
//! one reader has the prolific, one the silent, the others some of both.

use super::data::{Large, this_run};
use super::{Options, Target};
use crate::stand::Engine;
use anyhow::Result;
use reqwest::Method;
use rigs::api::{Agent, Api, text};
use rigs::report::Report;
use serde_json::{Value, json};
use std::collections::HashSet;

const TARGET: Target = Target { per_second: 800.0, p99: 80.0 };
const READERS: usize = 8;
const FOLLOWS: usize = 100;
const SUBSCRIPTIONS: usize = 20;
/// Agents and submolts of the data set.
const AGENTS: usize = 10_000;
const SUBMOLTS: usize = 100;

/// Measures every feed, then the home.
pub async fn run(engine: Engine, large: &Large, options: &Options, floor: f64, report: &mut Report) -> Result<()> {
    let name = engine.name();
    let server = large.setup().start().await?;
    let api = Api::new(&server.url)?;
    let readers = readers(&api).await?;
    let keys: Vec<String> = readers.iter().map(|reader| reader.key.clone()).collect();
    for sort in ["hot", "new", "top"] {
        for filter in ["all", "following", "subscribed"] {
            let path = format!("/feed?sort={sort}&filter={filter}");
            let right = is_right(&api, &readers, &path).await?;
            let measured = options.measure_as(&server.url, &[format!("/api/v1{path}")], &keys)?;
            measured.report(&format!("{name}: feed, {sort}, {filter}"), floor, Some(&TARGET), right, report);
        }
    }
    let home = api.get("/home", Some(&readers[0].key)).await?;
    let right = home["posts_from_accounts_you_follow"]["posts"].as_array().is_some_and(|posts| posts.len() == 5);
    let measured = options.measure_as(&server.url, &["/api/v1/home".to_owned()], &keys)?;
    measured.report(&format!("{name}: home"), floor, Some(&TARGET), right, report);
    Ok(())
}

/// Agents that follow and subscribed, new in each run: the data set is kept.
async fn readers(api: &Api) -> Result<Vec<Agent>> {
    let run = this_run()?;
    let mut readers = Vec::with_capacity(READERS);
    for i in 0..READERS {
        let reader = api.register(&format!("reader-{run}-{i}")).await?;
        for j in 0..FOLLOWS {
            let followed = match i {
                0 => j,
                1 => AGENTS - 1 - j,
                _ => (i * 1_009 + j * 97) % AGENTS,
            };
            join(api, &reader, &format!("/agents/agent-{followed}/follow")).await?;
        }
        for j in 0..SUBSCRIPTIONS {
            let submolt = match i {
                0 => j,
                1 => SUBMOLTS - 1 - j,
                _ => (i * 11 + j * 5) % SUBMOLTS,
            };
            join(api, &reader, &format!("/submolts/submolt-{submolt}/subscribe")).await?;
        }
        readers.push(reader);
    }
    Ok(readers)
}

async fn join(api: &Api, reader: &Agent, path: &str) -> Result<()> {
    api.call(Method::POST, path, Some(&reader.key), Some(&json!({}))).await?.ok()?;
    Ok(())
}

/// Whether three pages of each reader's feed are full, in order, and show nothing twice.
async fn is_right(api: &Api, readers: &[Agent], path: &str) -> Result<bool> {
    for reader in readers {
        let (mut seen, mut last) = (HashSet::new(), None::<Value>);
        let mut at = path.to_owned();
        for _ in 0..3 {
            let page = api.get(&at, Some(&reader.key)).await?;
            let posts = page["posts"].as_array().cloned().unwrap_or_default();
            if posts.len() != 25 {
                return Ok(false);
            }
            for post in posts {
                let falls = last.as_ref().is_none_or(|last| match path {
                    hot if hot.contains("sort=hot") => last["hot_score"].as_f64() >= post["hot_score"].as_f64(),
                    top if top.contains("sort=top") => last["score"].as_i64() >= post["score"].as_i64(),
                    _ => last["id"].as_str() > post["id"].as_str(),
                });
                if !falls || !seen.insert(text(&post, "/id")?) {
                    return Ok(false);
                }
                last = Some(post);
            }
            at = format!("{path}&cursor={}", text(&page, "/next_cursor")?);
        }
    }
    Ok(true)
}

//! How much a page far down a list costs, compared with the first.

use super::data::Large;
use crate::stand::Engine;
use anyhow::{Result, bail};
use reqwest::Method;
use rigs::api::{Api, text};
use rigs::report::Report;
use rigs::stats::median;
use std::collections::HashSet;

const DEEP: usize = 190_000;
const STEP: usize = 100;
const TIMES: usize = 200;

/// Walks down each list by its cursors, then times the page there and the first one in turn.
pub async fn run(engine: Engine, large: &Large, report: &mut Report) -> Result<()> {
    let server = large.setup().env("PUBLIC_CACHE_TTL", "0").start().await?;
    let api = Api::new(&server.url)?;
    for sort in ["new", "hot", "top", "best"] {
        let first = format!("/posts?sort={sort}&limit=25");
        let (cursor, seen) = walk(&api, sort).await?;
        let deep = format!("{first}&cursor={cursor}");
        let page = api.get(&deep, None).await?;
        let ids: Vec<String> =
            page["posts"].as_array().into_iter().flatten().map(|post| text(post, "/id")).collect::<Result<_>>()?;
        if ids.len() != 25 || ids.iter().any(|id| seen.contains(id)) {
            bail!("the page at row {DEEP} of {sort} is wrong");
        }
        let (mut at_first, mut at_deep) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            at_first.push(timed(&api, &first).await?);
            at_deep.push(timed(&api, &deep).await?);
        }
        let (first, deep) = (median(&at_first), median(&at_deep));
        let what = format!("{}: {sort}, row {DEEP} against page 1", engine.name());
        let ratio = deep / first;
        report.hold(&what, format!("{ratio:.2} × ({deep:.2} ms, {first:.2} ms)"), "≤ 1.5 ×", ratio <= 1.5);
        report.keep(&what, ratio);
    }
    Ok(())
}

/// The cursor at the deep row, and every id above it.
async fn walk(api: &Api, sort: &str) -> Result<(String, HashSet<String>)> {
    let mut seen = HashSet::new();
    let mut cursor = String::new();
    while seen.len() < DEEP {
        let page = api.get(&format!("/posts?sort={sort}&limit={STEP}&cursor={cursor}"), None).await?;
        for post in page["posts"].as_array().into_iter().flatten() {
            if !seen.insert(text(post, "/id")?) {
                bail!("{sort} shows a post twice");
            }
        }
        cursor = text(&page, "/next_cursor")?;
    }
    Ok((cursor, seen))
}

/// Milliseconds of one request.
async fn timed(api: &Api, path: &str) -> Result<f64> {
    let answer = api.call(Method::GET, path, None, None).await?;
    if answer.status != 200 {
        bail!("{path} answered {}", answer.status);
    }
    Ok(answer.took.as_secs_f64() * 1e3)
}

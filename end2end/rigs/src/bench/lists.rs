//! The lists of posts: the same first page, which the server may keep for a second, and many different pages, which
//! only the database knows.

use super::data::Large;
use super::{Options, Target, pages};
use crate::stand::Engine;
use anyhow::Result;
use rigs::api::{Api, number, text};
use rigs::report::Report;
use serde_json::Value;

const LISTS: [(&str, &str); 6] = [
    ("new", "/posts?sort=new"),
    ("top", "/posts?sort=top"),
    ("hot", "/posts?sort=hot"),
    ("rising", "/posts?sort=rising"),
    ("best", "/posts?sort=best"),
    ("submolt feed", "/submolts/{submolt}/feed?sort=hot"),
];
const TARGET: Target = Target { per_second: 2_500.0, p99: 40.0 };
/// Different pages asked for in turn.
const PAGES: usize = 200;

/// Measures each list with the server's defaults, and again without its cache.
pub async fn run(engine: Engine, large: &Large, options: &Options, floor: f64, report: &mut Report) -> Result<()> {
    let name = engine.name();
    let usual = large.setup().start().await?;
    let api = Api::new(&usual.url)?;
    let submolt = text(&api.get("/submolts?sort=popular&limit=1", None).await?, "/submolts/0/name")?;
    let lists = LISTS.map(|(what, path)| (what, path.replace("{submolt}", &submolt)));
    for (what, path) in &lists {
        let measured = options.measure(&usual.url, &[format!("/api/v1{path}")])?;
        let right = is_right(what, &api.get(path, None).await?);
        measured.report(&format!("{name}: {what}"), floor, Some(&TARGET), right, report);
    }
    drop(usual);

    let uncached = large.setup().env("PUBLIC_CACHE_TTL", "0").start().await?;
    let api = Api::new(&uncached.url)?;
    for (what, path) in &lists {
        let pages = pages(&api, path, "posts", PAGES).await?;
        let measured = options.measure(&uncached.url, &pages)?;
        let right = is_right(what, &api.get(path, None).await?);
        measured.report(
            &format!("{name}: {what}, uncached, {} pages in turn", pages.len()),
            floor,
            Some(&TARGET),
            right,
            report,
        );
    }
    Ok(())
}

/// Whether a first page is full and in its order.
fn is_right(what: &str, page: &Value) -> bool {
    let posts = page["posts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let falls =
        |key: fn(&Value) -> Option<f64>| posts.windows(2).all(|pair| matches!(pair, [a, b] if key(a) >= key(b)));
    let ordered = match what {
        "new" => {
            posts.windows(2).all(|pair| matches!(pair, [a, b] if a["created_at"].as_str() >= b["created_at"].as_str()))
        }
        "top" => falls(|post| number(post, "/score").ok().map(|score| score as f64)),
        "hot" | "submolt feed" => falls(|post| post["hot_score"].as_f64()),
        _ => true,
    };
    page["success"] == true && posts.len() == 25 && ordered
}

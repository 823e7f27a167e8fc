//! Searching for a word that forty comments have, and for one that twenty thousand have: the best plan is another one
//! for each. The data set has both words planted.

use super::data::Large;
use super::{Options, Target, pages};
use crate::stand::Engine;
use anyhow::Result;
use rigs::api::Api;
use rigs::report::Report;

const TARGET: Target = Target { per_second: 800.0, p99: 100.0 };
/// What the seed plants, with a million comments, and how often.
const WORDS: [(&str, usize); 2] = [("nautilus", 40), ("lagoon", 20_000)];
/// Different pages asked for in turn, of the size that a search has by default.
const PAGES: usize = 50;

/// Measures each word with the server's defaults, and again without its cache: the first page, and many in turn.
pub async fn run(engine: Engine, large: &Large, options: &Options, floor: f64, report: &mut Report) -> Result<()> {
    let name = engine.name();
    for (kept, ttl) in [("", "1s"), (", uncached", "0")] {
        let server = large.setup().env("PUBLIC_CACHE_TTL", ttl).start().await?;
        let api = Api::new(&server.url)?;
        for (word, hits) in WORDS {
            let path = format!("/search?q={word}");
            let pages = pages(&api, &path, "results", PAGES).await?;
            let right = is_right(&api, &path, word, hits).await?;
            let first = options.measure(&server.url, &pages[..1])?;
            let what = format!("{name}: search, {hits} hits{kept}");
            first.report(&what, floor, Some(&TARGET), right, report);
            if !kept.is_empty() && pages.len() > 2 {
                let measured = options.measure(&server.url, &pages)?;
                let what = format!("{what}, {} pages in turn", pages.len());
                measured.report(&what, floor, Some(&TARGET), right, report);
            }
        }
    }
    Ok(())
}

/// Whether a first page is full, every result has the word, and a rare word is found as often as it was planted.
async fn is_right(api: &Api, path: &str, word: &str, hits: usize) -> Result<bool> {
    let page = api.get(&format!("{path}&limit=50"), None).await?;
    let results = page["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let marked = format!("⟦HL⟧{word}⟦/HL⟧");
    let all_have_it =
        results.iter().all(|result| result["content"].as_str().is_some_and(|content| content.contains(&marked)));
    Ok(results.len() == hits.min(50) && all_have_it)
}

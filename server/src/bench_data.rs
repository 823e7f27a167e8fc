//! Fills an empty database with the seeded world of the benchmarks.

use crate::config::{BenchData, Config};
use crate::serve::open_domain;
use anyhow::Result;
use domain::Clock;
use domain::seed::Size;
use indicatif::{ProgressBar, ProgressStyle};

/// Makes the world, with a progress bar.
///
/// # Errors
/// If the database cannot be opened or is not empty.
pub async fn fill(config: &Config, amount: &BenchData, clock: Clock) -> Result<()> {
    let domain = open_domain(config, clock).await?;
    let size = Size {
        agents: amount.agents,
        submolts: amount.submolts,
        posts: amount.posts,
        comments: amount.comments,
        votes: amount.votes,
    };
    // Members and follows are a few for each agent.
    let total = [size.agents, size.submolts, size.posts, size.comments, size.votes];
    let bar = bar(total.into_iter().map(u64::from).sum());
    let (mut done, mut current) = (0, "");
    domain
        .seed(size, amount.seed, |what, written| {
            if what != current {
                done = bar.position();
                current = what;
                bar.set_message(what);
            }
            bar.set_position(done + written);
        })
        .await?;
    bar.finish_with_message("done");
    Ok(())
}

/// The bar of anything that fills a database.
pub(crate) fn bar(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {pos}/{len}  {elapsed}  {msg}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

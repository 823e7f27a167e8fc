//! Requests a second and latencies of what is read most, on the large data set and on the demo world, each beside
//! the floors of this machine taken in the same run.

/// The large data set, made once and kept.
mod data;
/// The demo world: the hot feed and the home page.
mod demo;
/// How much a page far down costs.
mod depth;
/// What the machine can do at most.
mod floors;
/// The lists of posts, from the cache and from the database.
mod lists;
/// What is each agent's own: its feed in every order and filter, its home.
mod personal;
/// How PostgreSQL runs the queries of every list.
mod plans;
/// Words that are rare and words that are common.
mod search;

use crate::stand::Engine;
use anyhow::{Context, Result, bail};
use rigs::api::{Api, text};
use rigs::report::{Report, Verdict};
use rigs::server::Binary;
use rigs::stats::median;
use rigs::wrk::{Figures, Load};
use std::collections::HashSet;

/// How long to measure, and what.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Seconds of one run
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Runs of which the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Only this database: sqlite or postgres
    #[arg(long)]
    only: Option<String>,
    /// Only this part; may be given several times
    #[arg(long)]
    part: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The plans of PostgreSQL
    Plans,
    /// Lists of posts (L2)
    Lists,
    /// Pages far down (L3)
    Depth,
    /// Feeds and home (L4)
    Personal,
    /// Words (L6)
    Search,
    /// The demo world
    Demo,
}

impl Options {
    fn engines(&self) -> impl Iterator<Item = Engine> {
        Engine::named(self.only.as_deref())
    }

    fn wants(&self, part: Part) -> bool {
        self.part.is_empty() || self.part.contains(&part)
    }

    /// Whether anything is to be measured that needs the large data set.
    fn wants_large(&self) -> bool {
        self.part.is_empty() || self.part.iter().any(|part| *part != Part::Demo)
    }

    fn load(&self) -> Load {
        Load { threads: 2, connections: 32, seconds: self.seconds }
    }

    /// Measures some paths, several times.
    fn measure(&self, url: &str, paths: &[String]) -> Result<Measured> {
        self.measure_as(url, paths, &[])
    }

    /// Measures some paths as the agents with these keys ask for them.
    fn measure_as(&self, url: &str, paths: &[String], keys: &[String]) -> Result<Measured> {
        let runs: Vec<Figures> = (0..self.runs).map(|_| self.load().run(url, paths, keys)).collect::<Result<_>>()?;
        let middle = |of: fn(&Figures) -> f64| median(&runs.iter().map(of).collect::<Vec<_>>());
        Ok(Measured {
            per_second: middle(|f| f.per_second),
            p99: middle(|f| f.p99),
            bad: runs.iter().map(|f| f.bad).sum(),
        })
    }
}

/// The paths of the first pages of a list, `most` at most; `rows` is the name of the list in an answer.
async fn pages(api: &Api, path: &str, rows: &str, most: usize) -> Result<Vec<String>> {
    let mut paths = vec![format!("/api/v1{path}")];
    let mut seen = HashSet::new();
    let mut at = path.to_owned();
    while paths.len() < most {
        let page = api.get(&at, None).await?;
        for row in page[rows].as_array().into_iter().flatten() {
            if !seen.insert(text(row, "/id")?) {
                bail!("{path} shows something twice");
            }
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        at = format!("{path}&cursor={cursor}");
        paths.push(format!("/api/v1{at}"));
    }
    Ok(paths)
}

/// The median of several runs.
#[derive(Clone, Copy, Debug)]
struct Measured {
    per_second: f64,
    p99: f64,
    bad: u64,
}

/// A target for requests a second and the 99th percentile.
struct Target {
    per_second: f64,
    p99: f64,
}

impl Measured {
    /// Adds a line: void if any answer was wrong.
    fn report(&self, what: &str, floor: f64, target: Option<&Target>, right: bool, report: &mut Report) {
        let figure = format!(
            "{:.0} req/s, p99 {:.1} ms, {:.2} of the floor",
            self.per_second,
            self.p99,
            self.per_second / floor
        );
        let (text, reached) = match target {
            Some(target) => (
                format!("≥ {:.0} req/s, p99 ≤ {:.0} ms", target.per_second, target.p99),
                Some(self.per_second >= target.per_second && self.p99 <= target.p99),
            ),
            None => (String::new(), None),
        };
        let verdict = match reached {
            _ if self.bad > 0 || !right => Verdict::Void,
            Some(true) => Verdict::Reached,
            Some(false) => Verdict::Missed,
            None => Verdict::Noted,
        };
        report.add(what, figure, &text, verdict);
        report.keep(what, serde_json::json!({ "per_second": self.per_second, "p99_ms": self.p99, "bad": self.bad }));
    }
}

/// Measures everything.
pub async fn run(binary: &Binary, options: &Options) -> Result<()> {
    let mut report = Report::new("bench");
    let floor = floors::bare_route(options).await?;
    report.note("floor: a bare axum JSON route", format!("{:.0} req/s, p99 {:.1} ms", floor.per_second, floor.p99));
    for engine in options.engines() {
        if options.wants_large() {
            let large = data::of(engine, binary).with_context(|| format!("data for {}", engine.name()))?;
            if let Some((cluster, database)) = large.cluster() {
                let query = floors::indexed_query(cluster, database, options)?;
                report.note("floor: the one indexed query, by pgbench", format!("{query:.0} queries/s"));
            }
            if options.wants(Part::Plans) {
                plans::run(&large, &mut report).await?;
            }
            if options.wants(Part::Lists) {
                lists::run(engine, &large, options, floor.per_second, &mut report).await?;
            }
            if options.wants(Part::Depth) {
                depth::run(engine, &large, &mut report).await?;
            }
            if options.wants(Part::Personal) {
                personal::run(engine, &large, options, floor.per_second, &mut report).await?;
            }
            if options.wants(Part::Search) {
                search::run(engine, &large, options, floor.per_second, &mut report).await?;
            }
        }
        if options.wants(Part::Demo) {
            demo::run(engine, binary, options, floor.per_second, &mut report).await?;
        }
    }
    report.conclude()
}

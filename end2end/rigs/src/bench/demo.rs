//! The demo world: the hot feed and the home page, as a share of the bare route.

use super::Options;
use crate::stand::Engine;
use anyhow::Result;
use rigs::api::Api;
use rigs::postgres::Cluster;
use rigs::report::Report;
use rigs::server::{Binary, Setup, sqlite_url};
use std::time::Instant;

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
    drop(cluster);
    Ok(())
}

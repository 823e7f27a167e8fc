//! The large data set: made by `server bench-data` once per database, kept under `target/bench-data`.

use crate::stand::Engine;
use anyhow::{Result, bail};
use rigs::postgres::{Cluster, can_reach};
use rigs::process::root;
use rigs::server::{Binary, Setup, sqlite_url};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DATABASE: &str = "bench";
/// Says that the data are complete, and since when.
const MARK: &str = "complete";
/// The order `rising` looks two days back, so older data would leave it nothing to do.
const FRESH: Duration = Duration::from_secs(36 * 3600);

/// A database with the large data set.
pub struct Large {
    setup: Setup,
    cluster: Option<Cluster>,
}

impl Large {
    /// A server on these data, with its limits off.
    pub fn setup(&self) -> Setup {
        self.setup.clone()
    }

    /// The cluster and the name of the database, where there is one.
    pub fn cluster(&self) -> Option<(&Cluster, &'static str)> {
        self.cluster.as_ref().map(|cluster| (cluster, DATABASE))
    }
}

/// The data for one database, made if they are not there or too old.
pub fn of(engine: Engine, binary: &Binary) -> Result<Large> {
    let folder = folder(engine)?;
    std::fs::create_dir_all(&folder)?;
    let mark = folder.join(MARK);
    let fresh = is_fresh(&mark);
    let (url, cluster) = match engine {
        Engine::Sqlite => {
            let file = folder.join("moltbook.db");
            if !fresh {
                for suffix in ["", "-wal", "-shm"] {
                    remove(&folder.join(format!("moltbook.db{suffix}")))?;
                }
            }
            (sqlite_url(&file), None)
        }
        Engine::Postgres => {
            let cluster = Cluster::open(&folder.join("cluster"))?;
            if !fresh {
                cluster.query("postgres", &format!("DROP DATABASE IF EXISTS {DATABASE}"))?;
            }
            (cluster.database(DATABASE)?, Some(cluster))
        }
    };
    if !fresh {
        eprintln!("making the large data set for {}; this takes some minutes", engine.name());
        remove(&mark)?;
        binary.run(&["bench-data", "--database-url", &url])?;
        if let Some(cluster) = &cluster {
            cluster.query(DATABASE, "VACUUM ANALYZE")?;
            cluster.query(DATABASE, "CHECKPOINT")?;
        }
        std::fs::write(&mark, "")?;
    }
    Ok(Large { setup: Setup::new(binary).without_limits().database(url), cluster })
}

/// A number that no earlier run had, for names of agents: the data set is kept.
pub fn this_run() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

/// PostgreSQL's own user has to reach its folder; below somebody's home it often cannot.
fn folder(engine: Engine) -> Result<PathBuf> {
    let name = engine.name().to_lowercase();
    let usual = root().join("target/bench-data");
    std::fs::create_dir_all(&usual)?;
    if engine == Engine::Sqlite || can_reach(&usual)? {
        return Ok(usual.join(name));
    }
    let other = Path::new("/var/tmp/moltbook-bench-data");
    std::fs::create_dir_all(other)?;
    if !can_reach(other)? {
        bail!("PostgreSQL's user reaches neither {} nor {}", usual.display(), other.display());
    }
    Ok(other.join(name))
}

fn is_fresh(mark: &Path) -> bool {
    let age = mark
        .metadata()
        .and_then(|meta| meta.modified())
        .map(|at| SystemTime::now().duration_since(at).unwrap_or_default());
    age.is_ok_and(|age| age < FRESH)
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

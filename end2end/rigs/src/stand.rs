//! A server with a database to attack.

use anyhow::Result;
use rigs::postgres::Cluster;
use rigs::server::{Binary, Setup};

/// The kinds of database the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A cluster.
    Postgres,
}

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The one whose name begins like this, or both.
    pub fn named(only: Option<&str>) -> impl Iterator<Item = Self> {
        let only = only.map(str::to_lowercase);
        let is_meant =
            move |name: &str| only.as_ref().is_none_or(|only| name.to_lowercase().starts_with(only.as_str()));
        Self::ALL.into_iter().filter(move |engine| is_meant(engine.name()))
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// How to start a server on an empty database, and the cluster that has to outlive it.
    pub fn empty(self, binary: &Binary) -> Result<(Setup, Option<Cluster>)> {
        let setup = Setup::new(binary).without_limits();
        match self {
            Self::Sqlite => Ok((setup, None)),
            Self::Postgres => {
                let cluster = Cluster::temporary()?;
                let url = cluster.database("moltbook")?;
                Ok((setup.database(url), Some(cluster)))
            }
        }
    }
}

//! Where the data lives.

use super::{SecretUrl, values};
use std::path::Path;

/// Where the data lives.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Data")]
pub struct Database {
    /// sqlite:// and a path, or postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/moltbook.db", value_parser = values::database_url)]
    pub database_url: SecretUrl,
    /// Connections to PostgreSQL, or readers of SQLite
    #[arg(long, env = "DATABASE_MAX_CONNECTIONS", default_value = "20", value_parser = values::connections)]
    pub database_max_connections: u32,
    /// redis://… for limits that all replicas count together, and browser sessions; without it limits are counted in the process
    #[arg(long, env = "REDIS_URL", value_parser = values::redis_url)]
    redis_url: Option<SecretUrl>,
    /// Where pictures lie: a folder, or s3://bucket/prefix [default: objects beside the SQLite file, else data/objects]
    #[arg(long, env = "OBJECT_STORE_URL", value_parser = values::object_store)]
    object_store_url: Option<SecretUrl>,
}

impl Database {
    /// Where Redis is, if there is one.
    pub fn redis_url(&self) -> Option<&SecretUrl> {
        self.redis_url.as_ref().filter(|url| !url.expose().is_empty())
    }

    /// Where pictures lie.
    ///
    /// What an S3-compatible store needs beyond its URL is in the variables that all its programs read, such as
    /// `AWS_ACCESS_KEY_ID` and `AWS_ENDPOINT`.
    pub fn media(&self) -> domain::media::Settings {
        let given = self.object_store_url.as_ref().map(SecretUrl::expose).filter(|url| !url.is_empty());
        let beside = || domain::db::folder(self.database_url.expose()).unwrap_or(Path::new("data")).join("objects");
        let of_store = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok().filter(|name| name.starts_with("AWS_"))?, value.into_string().ok()?))
        };
        domain::media::Settings {
            url: given.map_or_else(|| beside().to_string_lossy().into_owned(), str::to_owned),
            options: std::env::vars_os().filter_map(of_store).collect(),
        }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let memory = self.database_url.expose().contains(":memory:");
        memory
            .then(|| "DATABASE_URL: SQLite must be a file; several connections cannot share :memory:".to_owned())
            .into_iter()
            .collect()
    }
}

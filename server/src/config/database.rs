//! Where the data lives.

use super::{SecretUrl, values};

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
}

impl Database {
    /// Where Redis is, if there is one.
    pub fn redis_url(&self) -> Option<&SecretUrl> {
        self.redis_url.as_ref().filter(|url| !url.expose().is_empty())
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let memory = self.database_url.expose().contains(":memory:");
        memory
            .then(|| "DATABASE_URL: SQLite must be a file; several connections cannot share :memory:".to_owned())
            .into_iter()
            .collect()
    }
}

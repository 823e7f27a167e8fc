//! The database: one handle for SQLite and PostgreSQL.

mod dialect;
mod health;
pub(crate) mod keyset;
mod replicas;

pub(crate) use dialect::{Dialect, FeedOrder, PersonalFeed, Sql};
pub use health::Health;
pub(crate) use replicas::listen;

use crate::error::{Error, Result};
use crate::guard::audit::commit_unrecorded;
use crate::once;
use anyhow::anyhow;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::{fmt, sync::Arc, time::Duration};

/// What a statement of a request may take on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// Called after each statement with how long it took and whether it failed.
pub type OnStatement = Arc<dyn Fn(Duration, bool) + Send + Sync>;

/// Where the data lives, and how to get there.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite:` followed by a path, or `postgres://…`.
    pub url: String,
    /// Connections to PostgreSQL, or readers of SQLite.
    pub max_connections: u32,
    /// How long an operation waits for a free connection.
    pub acquire_timeout: Duration,
    /// Measures statements.
    pub on_statement: Option<OnStatement>,
}

impl Settings {
    /// The usual settings for the database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_connections: 20, acquire_timeout: Duration::from_secs(5), on_statement: None }
    }
}

impl fmt::Debug for Settings {
    /// Leaves out the URL: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// The folder of the database's file; `None` for a database that is no file.
pub fn folder(url: &str) -> Option<&Path> {
    if !url.starts_with("sqlite:") {
        return None;
    }
    Path::new(dialect::sqlite_path(url)).parent()
}

/// Connections for reading and for writing.
///
/// SQLite has one writer: its pool holds one connection, so that writers queue here and not in busy loops.
/// On PostgreSQL both are the same pool.
#[derive(Clone)]
pub(crate) struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    dialect: Dialect,
    health: Health,
    settings: Settings,
}

impl Db {
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let dialect = Dialect::of(&settings.url)?;
        if dialect == Dialect::Sqlite {
            create_file(&settings.url)?;
        }
        migrate(settings, dialect).await?;
        let (read, write, health) = match dialect {
            Dialect::Postgres => {
                let pool = connect(settings, dialect, settings.max_connections, Some(STATEMENT_TIMEOUT)).await?;
                let probe = connect(settings, dialect, 1, Some(STATEMENT_TIMEOUT)).await?;
                (pool.clone(), pool, Health::watch(probe))
            }
            Dialect::Sqlite => {
                let write = connect(settings, dialect, 1, None).await?;
                (connect(settings, dialect, settings.max_connections, None).await?, write, Health::always_up())
            }
        };
        Ok(Self { read, write, dialect, health, settings: settings.clone() })
    }

    /// For statements that change nothing.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For one statement that changes something; more than one belongs in [`begin`](Self::begin).
    pub(crate) fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Starts a transaction that writes. It rolls back unless it is committed.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        let tx = begin(&self.write).await?;
        once::mark(&tx).await?;
        Ok(tx)
    }

    /// Where a key that belongs to the data is kept, if the data is a file.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        (self.dialect == Dialect::Sqlite).then(|| format!("{}.key", dialect::sqlite_path(&self.settings.url)).into())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn health(&self) -> Health {
        self.health.clone()
    }

    /// Tells the planner what the tables hold now, after much was written at once.
    pub(crate) async fn analyze(&self) -> Result<()> {
        let unhurried = connect(&self.settings, self.dialect, 1, None).await?;
        unhurried.execute_raw(self.dialect.analyze()).await?;
        Ok(unhurried.close().await?)
    }

    /// Waits until no other replica brings the database up to date, and keeps them from it until the end.
    pub(crate) async fn alone(&self) -> Result<Alone> {
        let Some(lock) = self.dialect.migration_lock() else { return Ok(Alone(None)) };
        let unhurried = connect(&self.settings, self.dialect, 1, None).await?;
        let holder = begin(&unhurried).await?;
        holder.execute_raw(lock).await?;
        Ok(Alone(Some((unhurried, holder))))
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        Ok(self.read.ping().await?)
    }
}

/// Keeps other replicas from bringing the database up to date. SQLite serves one process.
#[must_use]
pub(crate) struct Alone(Option<(DatabaseConnection, DatabaseTransaction)>);

impl Alone {
    pub(crate) async fn end(self) -> Result<()> {
        if let Some((connection, holder)) = self.0 {
            commit_unrecorded(holder).await?;
            connection.close().await?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that begins transactions")]
async fn begin(connection: &DatabaseConnection) -> std::result::Result<DatabaseTransaction, sea_orm::DbErr> {
    // A deferred transaction that first reads and then writes fails with code 517 under load, whatever the busy
    // timeout: SQLite cannot upgrade its lock. PostgreSQL ignores the option.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(options).await
}

async fn connect(
    settings: &Settings,
    dialect: Dialect,
    max_connections: u32,
    statement_timeout: Option<Duration>,
) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(dialect.connection_url(&settings.url));
    options
        .max_connections(max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .sqlx_logging(false)
        .set_application_name("moltbook");
    dialect.tune(&mut options, statement_timeout);
    let mut connection = Database::connect(options).await.map_err(unreachable_database)?;
    if let Some(on_statement) = settings.on_statement.clone() {
        connection.set_metric_callback(move |info| on_statement(info.elapsed, info.failed));
    }
    Ok(connection)
}

/// Names no URL: it may hold a password.
fn unreachable_database(e: sea_orm::DbErr) -> Error {
    Error::Unavailable(anyhow::Error::from(e).context("cannot open the database"))
}

/// Brings the schema up to date; of several replicas that start at once, one does and the others wait.
///
/// On connections of its own, which wait as long as it takes: one holds the lock, the other migrates.
async fn migrate(settings: &Settings, dialect: Dialect) -> Result<()> {
    let connection = connect(settings, dialect, 2, None).await?;
    if let Some(lock) = dialect.migration_lock() {
        let holder = begin(&connection).await?;
        holder.execute_raw(lock).await?;
        Migrator::up(&connection, None).await?;
        commit_unrecorded(holder).await?;
    } else {
        Migrator::up(&connection, None).await?;
    }
    Ok(connection.close().await?)
}

/// Makes the file of a new database, for nobody else on the machine to read.
fn create_file(url: &str) -> Result<()> {
    let file = Path::new(dialect::sqlite_path(url));
    let create = || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(file).map(drop)
    };
    create().map_err(|e| Error::Unavailable(anyhow!(e).context(format!("cannot create {}", file.display()))))
}

//! Everything in which the two databases differ, and nothing else.

mod personal_feed;
mod search;

pub(crate) use personal_feed::{FeedOrder, PersonalFeed};
pub(crate) use search::Sql;

use crate::error::{Error, Result};
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{CommonTableExpression, Expr, InsertStatement, UpdateStatement, WithClause};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};
use std::time::Duration;

/// An arbitrary number that all versions of the server agree on.
const MIGRATION_LOCK: i64 = 0x6d6f_6c74;
/// Where replicas tell each other of new public events.
const CHANNEL: &str = "moltbook_events";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
}

/// The file that a SQLite URL names: `sqlite://data/m.db` is relative, `sqlite:///data/m.db` is not.
pub(super) fn sqlite_path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    path.split('?').next().unwrap_or(path)
}

impl Dialect {
    pub(crate) fn of(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(Error::Unavailable(anyhow!("the database URL must start with sqlite: or postgres://")))
        }
    }

    /// The URL as the driver wants it.
    pub(crate) fn connection_url(self, url: &str) -> String {
        match self {
            Self::Postgres => url.replacen("postgresql://", "postgres://", 1),
            Self::Sqlite => format!("sqlite://{}", sqlite_path(url)),
        }
    }

    pub(super) fn tune(self, options: &mut ConnectOptions, statement_timeout: Option<Duration>) {
        match self {
            Self::Postgres => {
                if let Some(patience) = statement_timeout {
                    options.statement_timeout(patience);
                }
            }
            Self::Sqlite => {
                options.test_before_acquire(false).map_sqlx_sqlite_opts(|o| {
                    o.create_if_missing(true)
                        .foreign_keys(true)
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Normal)
                        .busy_timeout(Duration::from_secs(5))
                        .statement_cache_capacity(256)
                        .pragma("mmap_size", "268435456")
                        .pragma("cache_size", "-16384")
                });
            }
        }
    }

    /// Waits until no other replica migrates; held to the end of the transaction. SQLite serves one process.
    pub(super) fn migration_lock(self) -> Option<Statement> {
        match self {
            Self::Postgres => Some(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [MIGRATION_LOCK.into()],
            )),
            Self::Sqlite => None,
        }
    }

    /// Gives the rows of the outbox that wait, up to the row `through`, the positions after `position`.
    pub(crate) fn number_outbox(self, position: i64, through: i64) -> Statement {
        let sql = "UPDATE outbox SET position = $1 + waiting.place, \
                   submolt_id = (SELECT posts.submolt_id FROM posts WHERE posts.id = outbox.post_id) \
                   FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM outbox \
                   WHERE position IS NULL AND id <= $2) AS waiting WHERE outbox.id = waiting.id";
        Statement::from_sql_and_values(self.backend(), sql, [position.into(), through.into()])
    }

    /// Lets the other replicas know of new positions once the transaction is committed. SQLite serves one process.
    ///
    /// Sent by whoever numbers, some times a second, and not by each change: commits that notify wait for each other.
    pub(crate) fn tell_replicas(self, name: &str) -> Option<Statement> {
        match self {
            Self::Postgres => Some(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_notify($1, $2)",
                [CHANNEL.into(), name.into()],
            )),
            Self::Sqlite => None,
        }
    }

    /// Hears what [`tell_replicas`](Self::tell_replicas) says elsewhere, on a connection of its own.
    pub(super) async fn hear_replicas(self, url: &str) -> std::result::Result<Option<PgListener>, sea_orm::SqlxError> {
        match self {
            Self::Postgres => {
                let mut listener = PgListener::connect(&self.connection_url(url)).await?;
                listener.listen(CHANNEL).await?;
                Ok(Some(listener))
            }
            Self::Sqlite => Ok(None),
        }
    }

    fn backend(self) -> DbBackend {
        match self {
            Self::Postgres => DbBackend::Postgres,
            Self::Sqlite => DbBackend::Sqlite,
        }
    }

    pub(super) fn analyze(self) -> Statement {
        match self {
            Self::Postgres => Statement::from_string(DbBackend::Postgres, "VACUUM ANALYZE"),
            Self::Sqlite => Statement::from_string(DbBackend::Sqlite, "ANALYZE"),
        }
    }

    /// Two statements that do not see each other. PostgreSQL gets them in one message: the way there is what counts.
    pub(crate) async fn run_both(
        self,
        tx: &DatabaseTransaction,
        insert: InsertStatement,
        update: UpdateStatement,
    ) -> std::result::Result<(), DbErr> {
        match self {
            Self::Postgres => {
                let first = CommonTableExpression::new().table_name("inserted").query(insert).to_owned();
                tx.execute(&update.with(WithClause::new().cte(first).to_owned())).await?;
            }
            Self::Sqlite => {
                tx.execute(&insert).await?;
                tx.execute(&update).await?;
            }
        }
        Ok(())
    }

    /// The day of a time, as `2026-03-01` in UTC.
    pub(crate) fn day(self, time: Expr) -> Expr {
        match self {
            Self::Postgres => Expr::cust_with_exprs("to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD')", [time]),
            Self::Sqlite => Expr::cust_with_exprs("substr(?, 1, 10)", [time]),
        }
    }

    /// A text as it is compared by its bytes, whatever language the database speaks.
    pub(crate) fn by_bytes(self, text: Expr) -> Expr {
        match self {
            Self::Postgres => Expr::cust_with_exprs(r#"($1 COLLATE "C")"#, [text]),
            Self::Sqlite => text,
        }
    }

    /// How the database would run a statement, a step a line.
    #[cfg(feature = "testing")]
    pub(crate) async fn plan_of(self, db: &impl ConnectionTrait, mut statement: Statement) -> Result<String> {
        let (explain, column) = match self {
            Self::Postgres => ("EXPLAIN", 0),
            Self::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        };
        statement.sql = format!("{explain} {}", statement.sql);
        let rows = db.query_all_raw(statement).await?;
        let lines: Vec<String> =
            rows.iter().map(|row| row.try_get_by_index(column)).collect::<std::result::Result<_, _>>()?;
        Ok(lines.join("\n"))
    }

    /// Puts `folder` before the last `length` characters of every address in a column that begins otherwise.
    pub(crate) fn move_addresses(self, table: &str, column: &str, folder: &str, length: usize) -> Statement {
        let (backend, bound) = match self {
            Self::Postgres => (DbBackend::Postgres, "$1"),
            Self::Sqlite => (DbBackend::Sqlite, "?1"),
        };
        let (begin, same) = (length.saturating_sub(1), folder.chars().count());
        let sql = format!(
            "UPDATE {table} SET {column} = {bound} || substr({column}, length({column}) - {begin}) \
             WHERE {column} IS NOT NULL AND substr({column}, 1, {same}) <> {bound}"
        );
        Statement::from_sql_and_values(backend, sql, [folder.into()])
    }

    /// Orders `posts` as `(score + 1) / (age_hours + 2)^1.5` does, at the time `as_of`.
    ///
    /// The square of it, with the sign kept: the same order without a power, which SQLite does not have.
    pub(crate) fn rising(self, as_of: DateTime<Utc>) -> Expr {
        let age = match self {
            Self::Postgres => "(EXTRACT(EPOCH FROM ($1 - posts.created_at))::float8 / 3600.0 + 2.0)",
            Self::Sqlite => "((julianday(?) - julianday(posts.created_at)) * 24.0 + 2.0)",
        };
        let rank = format!("(posts.score + 1.0) * abs(posts.score + 1.0) / ({age} * {age} * {age})");
        match self {
            Self::Postgres => Expr::cust_with_values(rank, [as_of]),
            Self::Sqlite => Expr::cust_with_values(rank, [as_of, as_of, as_of]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_url_names_its_file_in_every_usual_spelling() {
        for url in ["sqlite:data/m.db", "sqlite://data/m.db", "sqlite://data/m.db?mode=rwc"] {
            assert_eq!(sqlite_path(url), "data/m.db");
        }
        for url in ["sqlite:///var/m.db", "sqlite:/var/m.db"] {
            assert_eq!(sqlite_path(url), "/var/m.db");
        }
        assert!(Dialect::of("mysql://x").is_err());
    }
}

//! Redis, when there is one: one connection for all, and never more than a second of anybody's time.

use crate::config::SecretUrl;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult};
use std::time::Duration;
use tracing::{Instrument, field::Empty};

const PATIENCE: Duration = Duration::from_secs(1);

/// A handle to Redis; clones share its connection. It connects when it is first used and again after each loss.
#[derive(Clone)]
pub struct Redis(ConnectionManager);

impl Redis {
    /// A handle for the server at `url`, which need not be up yet.
    ///
    /// # Errors
    /// If the URL makes no sense to Redis.
    pub fn open(url: &SecretUrl) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50));
        let client = redis::Client::open(url.expose())?;
        ConnectionManager::new_lazy_with_config(client, config).map(Self)
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> RedisResult<()> {
        self.run::<String>("PING", &redis::cmd("PING")).await.map(drop)
    }

    /// The value of `key`.
    pub async fn get(&self, key: &str) -> RedisResult<Option<String>> {
        self.run("GET", redis::cmd("GET").arg(key)).await
    }

    /// Sets `key` until a time in milliseconds since 1970, unless it exists. `false` if it did.
    pub async fn set_new(&self, key: &str, value: &str, until: i64) -> RedisResult<bool> {
        let mut set = redis::cmd("SET");
        let answer: Option<String> = self.run("SET", set.arg(key).arg(value).arg("NX").arg("PXAT").arg(until)).await?;
        Ok(answer.is_some())
    }

    /// Changes `key` until a time in milliseconds since 1970. Brings nothing back that was deleted meanwhile.
    pub async fn set(&self, key: &str, value: &str, until: i64) -> RedisResult<()> {
        let mut set = redis::cmd("SET");
        let set = set.arg(key).arg(value).arg("XX").arg("PXAT").arg(until);
        self.run::<Option<String>>("SET", set).await.map(drop)
    }

    /// Forgets `key`.
    pub async fn delete(&self, key: &str) -> RedisResult<()> {
        self.run::<u64>("DEL", redis::cmd("DEL").arg(key)).await.map(drop)
    }

    /// Runs one command in a span of its own; keys and values stay out of it.
    async fn run<T: FromRedisValue>(&self, operation: &'static str, command: &Cmd) -> RedisResult<T> {
        let span = tracing::info_span!(
            "redis",
            otel.name = operation,
            otel.kind = "client",
            db.system.name = "redis",
            db.operation.name = operation,
            otel.status_code = Empty,
            error.r#type = Empty,
        );
        let mut connection = self.0.clone();
        // Also bounds the wait for a new connection, which the manager's own limits leave open.
        let answer =
            tokio::time::timeout(PATIENCE, command.query_async(&mut connection)).instrument(span.clone()).await;
        let answer =
            answer.unwrap_or_else(|_elapsed| Err(RedisError::from((ErrorKind::Io, "no answer within a second"))));
        if let Err(e) = &answer {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", tracing::field::display(e.category()));
        }
        answer
    }
}

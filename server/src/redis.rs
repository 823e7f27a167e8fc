//! Redis, when there is one: one connection for all, and never more than a second of anybody's time.
//!
//! A Redis that is gone or hangs is known before most requests find out: the first command that fails, or a probe, says
//! so, and from then on every command fails at once, those that already wait included, until the probe is answered
//! again.

use crate::config::SecretUrl;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{Instrument, field::Empty};

const PATIENCE: Duration = Duration::from_secs(1);
const PROBE_EVERY: Duration = Duration::from_millis(100);
/// A loaded machine answers later than an idle one, but not this much.
const PROBE_PATIENCE: Duration = Duration::from_millis(500);

/// A handle to Redis; clones share its connection. It connects when it is first used and again after each loss.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    connection: ConnectionManager,
    up: watch::Sender<bool>,
}

impl Redis {
    /// A handle for the server at `url`, which need not be up yet. Probes it as long as there is a clone of the handle.
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
        let connection = ConnectionManager::new_lazy_with_config(client, config)?;
        let inner = Arc::new(Inner { connection, up: watch::channel(true).0 });
        tokio::spawn(probe(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    /// Whether Redis answered lately.
    pub fn is_up(&self) -> bool {
        *self.0.up.borrow()
    }

    /// The value of `key`.
    pub async fn get(&self, key: &str) -> RedisResult<Option<String>> {
        self.command("GET", redis::cmd("GET").arg(key)).await
    }

    /// Sets `key` until a time in milliseconds since 1970, unless it exists. `false` if it did.
    pub async fn set_new(&self, key: &str, value: &str, until: i64) -> RedisResult<bool> {
        let mut set = redis::cmd("SET");
        let set = set.arg(key).arg(value).arg("NX").arg("PXAT").arg(until);
        Ok(self.command::<Option<String>>("SET", set).await?.is_some())
    }

    /// Changes `key` until a time in milliseconds since 1970. Brings nothing back that was deleted meanwhile.
    pub async fn set(&self, key: &str, value: &str, until: i64) -> RedisResult<()> {
        let mut set = redis::cmd("SET");
        let set = set.arg(key).arg(value).arg("XX").arg("PXAT").arg(until);
        self.command::<Option<String>>("SET", set).await.map(drop)
    }

    /// Forgets `key`.
    pub async fn delete(&self, key: &str) -> RedisResult<()> {
        self.command::<u64>("DEL", redis::cmd("DEL").arg(key)).await.map(drop)
    }

    /// Runs a script. It travels once; from then on it is called by its digest.
    pub async fn script<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> RedisResult<T> {
        let mut connection = self.0.connection.clone();
        self.bounded("EVALSHA", call.invoke_async(&mut connection)).await
    }

    async fn command<T: FromRedisValue>(&self, operation: &'static str, command: &Cmd) -> RedisResult<T> {
        let mut connection = self.0.connection.clone();
        self.bounded(operation, command.query_async(&mut connection)).await
    }

    /// Runs one command in a span of its own; keys and values stay out of it.
    async fn bounded<T>(
        &self,
        operation: &'static str,
        command: impl Future<Output = RedisResult<T>>,
    ) -> RedisResult<T> {
        let mut up = self.0.up.subscribe();
        if !*up.borrow_and_update() {
            return Err(away());
        }
        let span = tracing::info_span!(
            "redis",
            otel.name = operation,
            otel.kind = "client",
            db.system.name = "redis",
            db.operation.name = operation,
            otel.status_code = Empty,
            error.r#type = Empty,
        );
        let answer = async {
            tokio::select! {
                biased;
                // Also bounds the wait for a new connection, which the manager's own limits leave open.
                answer = timeout(PATIENCE, command) => answer.unwrap_or_else(|_elapsed| Err(away())),
                _ = up.wait_for(|up| !up) => Err(away()),
            }
        };
        let answer = answer.instrument(span.clone()).await;
        if let Err(e) = &answer {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", tracing::field::display(e.category()));
            if e.is_io_error() {
                self.0.turn(false);
            }
        }
        answer
    }
}

impl Inner {
    /// Notes whether Redis answers.
    fn turn(&self, is_up: bool) {
        if self.up.send_if_modified(|was| std::mem::replace(was, is_up) != is_up) {
            tracing::warn!(redis.up = is_up, "Redis {}", if is_up { "answers again" } else { "does not answer" });
        }
    }
}

async fn probe(redis: Weak<Inner>) {
    let mut tick = interval(PROBE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(redis) = redis.upgrade() else { return };
        let mut connection = redis.connection.clone();
        let answer = timeout(PROBE_PATIENCE, redis::cmd("PING").query_async::<String>(&mut connection)).await;
        redis.turn(matches!(answer, Ok(Ok(_))));
    }
}

fn away() -> RedisError {
    RedisError::from((ErrorKind::Io, "Redis does not answer"))
}

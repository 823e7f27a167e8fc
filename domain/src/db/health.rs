//! Whether the database is there, known before a request has to find out by waiting.

use sea_orm::DatabaseConnection;
use std::time::Duration;
use tokio::sync::watch;

const INTERVAL: Duration = Duration::from_millis(100);
/// A database that is gone fails the first probe at once and the second after this time: known within 0.9 s, for a
/// caller shall hear of it within one second. One that hangs is known within 1.6 s.
const PATIENCE: Duration = Duration::from_millis(700);
/// A loaded machine may miss one probe; two in a row are an outage.
const MISSES: u32 = 2;

/// The state of the database, as a background probe on a connection of its own sees it.
#[derive(Clone, Debug)]
pub struct Health(watch::Receiver<bool>);

impl Health {
    /// For a database inside this process.
    pub(super) fn always_up() -> Self {
        Self(watch::channel(true).1)
    }

    /// Probes until the last clone of the result is gone.
    pub(super) fn watch(probe: DatabaseConnection) -> Self {
        let (up, seen) = watch::channel(true);
        tokio::spawn(async move {
            let mut misses = 0;
            let mut tick = tokio::time::interval(INTERVAL);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = up.closed() => return,
                    _ = tick.tick() => {}
                }
                misses = match tokio::time::timeout(PATIENCE, probe.ping()).await {
                    Ok(Ok(())) => 0,
                    _ => misses + 1,
                };
                let is_up = misses < MISSES;
                if up.send_if_modified(|was| std::mem::replace(was, is_up) != is_up) {
                    tracing::warn!(
                        database.up = is_up,
                        "The database {}",
                        if is_up { "answers again" } else { "does not answer" }
                    );
                }
            }
        });
        Self(seen)
    }

    /// Whether the database answered lately.
    pub fn is_up(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves once the database is known not to answer.
    pub async fn down(&mut self) {
        if self.0.wait_for(|up| !up).await.is_err() {
            std::future::pending().await
        }
    }
}

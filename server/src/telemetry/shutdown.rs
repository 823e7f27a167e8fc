//! Sends what is left, for a bounded time.

use super::Telemetry;
use opentelemetry_sdk::error::OTelSdkResult;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

impl Telemetry {
    /// Sends what is still in the queues, and returns after `within` at the latest.
    ///
    /// A collector that hangs would hold each of the three for its own timeout, one after the other; so each has a
    /// thread, and a thread that is not done in time dies with the process. Blocks: not for a thread of the runtime.
    pub fn shutdown(self, within: Duration) {
        let deadline = Instant::now() + within;
        let (done, results) = mpsc::channel();
        let mut waiting = Vec::new();
        let mut start = |name: &'static str, flush: Box<dyn FnOnce() -> OTelSdkResult + Send>| {
            let done = done.clone();
            let started = thread::Builder::new().name(format!("flush-{name}")).spawn(move || {
                // Nobody listens any more when time is up.
                _ = done.send((name, flush()));
            });
            waiting.extend(started.is_ok().then_some(name));
        };
        if let Some(tracer) = self.tracer {
            start("traces", Box::new(move || tracer.shutdown_with_timeout(within)));
        }
        if let Some(logger) = self.logger {
            start("logs", Box::new(move || logger.shutdown_with_timeout(within)));
        }
        let meters = self.meters;
        start("metrics", Box::new(move || meters.shutdown_with_timeout(within)));
        drop(done);

        while !waiting.is_empty() {
            match results.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((name, result)) => {
                    waiting.retain(|other| *other != name);
                    if let Err(e) = result {
                        tracing::warn!(signal = name, "The last telemetry was not sent: {e}");
                    }
                }
                Err(_) => {
                    tracing::warn!("The last {} were not sent within {within:?}", waiting.join(", "));
                    return;
                }
            }
        }
    }
}

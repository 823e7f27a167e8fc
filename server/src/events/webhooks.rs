//! Sends what is due to webhooks. Each replica does: a delivery is claimed by one of them at a time.

use super::guard::{Guarded, SendError};
use crate::telemetry::metrics::Metrics;
use domain::Domain;
use domain::webhooks::{Outcome, Outgoing};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

const POLL: Duration = Duration::from_secs(1);
/// Deliveries that are sent at a time.
const AT_ONCE: usize = 32;

/// The sender of one replica. Clones share it.
#[derive(Clone)]
pub struct Postman {
    domain: Domain,
    http: Guarded,
    metrics: Metrics,
}

impl Postman {
    /// A sender that does nothing by itself yet.
    pub fn new(domain: Domain, http: Guarded) -> Self {
        Self { domain, http, metrics: Metrics::default() }
    }

    /// Sends what is due until it is told to stop; then finishes what it has begun.
    pub fn run_in_background(self, mut stopping: watch::Receiver<bool>) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut running = JoinSet::new();
            let mut is_failing = false;
            loop {
                match self.claim(AT_ONCE - running.len()).await {
                    Ok(due) => {
                        is_failing = false;
                        for outgoing in due {
                            let postman = self.clone();
                            running.spawn(async move { postman.send(outgoing).await });
                        }
                    }
                    // An outage makes each look fail: one line tells of it.
                    Err(e) if !std::mem::replace(&mut is_failing, true) => {
                        tracing::warn!(error = &e as &dyn std::error::Error, "Webhooks are not sent: {e}");
                    }
                    Err(_) => {}
                }
                let is_full = running.len() >= AT_ONCE;
                tokio::select! {
                    _ = stopping.wait_for(|stop| *stop) => break,
                    // A place that is free is taken at once.
                    Some(_) = running.join_next(), if is_full => {}
                    () = tokio::time::sleep(POLL), if !is_full => {}
                }
                while running.try_join_next().is_some() {}
            }
            while running.join_next().await.is_some() {}
        })
    }

    /// Sends what is due now, and waits for what comes of it; returns how much that was.
    ///
    /// # Errors
    /// If the database cannot be asked. What a receiver does is no error here.
    pub async fn round(&self) -> domain::Result<usize> {
        let due = self.claim(AT_ONCE).await?;
        let count = due.len();
        futures::future::join_all(due.into_iter().map(|outgoing| self.send(outgoing))).await;
        Ok(count)
    }

    async fn claim(&self, most: usize) -> domain::Result<Vec<Outgoing>> {
        let due = self.domain.claim_deliveries(u64::try_from(most).unwrap_or(u64::MAX)).await?;
        self.metrics.deliveries_pending(self.domain.pending_deliveries().await?);
        Ok(due)
    }

    async fn send(&self, outgoing: Outgoing) {
        let headers = [
            ("x-moltbook-event", outgoing.event.clone()),
            ("x-moltbook-delivery", outgoing.id.to_string()),
            ("x-moltbook-timestamp", outgoing.timestamp.to_string()),
            ("x-moltbook-signature", format!("sha256={}", outgoing.signature)),
        ];
        let started = Instant::now();
        let answer = self.http.post(&outgoing.url, &headers, outgoing.body.clone()).await;
        let took = started.elapsed();
        let outcome = match answer {
            Ok(status @ 200..300) => Outcome { status: Some(status), error: None, took },
            Ok(status @ 300..400) => {
                let error = Some("redirects are not followed: register the address itself".to_owned());
                Outcome { status: Some(status), error, took }
            }
            Ok(status) => Outcome { status: Some(status), error: Some(format!("answered {status}")), took },
            Err(e @ (SendError::Refused(_) | SendError::Failed(_))) => {
                Outcome { status: None, error: Some(e.to_string()), took }
            }
        };
        match self.domain.settle_delivery(&outgoing, &outcome).await {
            Ok(is_last) => self.metrics.delivery(match (outcome.error.is_none(), is_last) {
                (true, _) => "delivered",
                (false, false) => "failed",
                (false, true) => "dead",
            }),
            // Its lease ends by itself, and it is sent again.
            Err(e) => tracing::warn!(error = &e as &dyn std::error::Error, "A delivery is not written down: {e}"),
        }
    }
}

//! Reads the outbox once for all clients of this replica, and gives positions to what this replica committed.

use super::clients::Clients;
use super::recent::{Next, Recent, Round};
use crate::config;
use crate::telemetry::metrics::Metrics;
use anyhow::Context;
use domain::{Domain, Error, Result};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell, Semaphore, watch};
use types::event::Events;
use types::id::SubmoltId;

/// Events that are read in one go.
const ROUND: u64 = 200;
/// Events that are read at a start, so that clients of the server before find what they missed in memory.
const FROM_BEFORE: i64 = 500;
/// The time between two rounds: votes on one thing within it are one event.
const GAP: Duration = Duration::from_millis(100);
/// How often somebody looks, whether the bell rang or not.
const POLL: Duration = Duration::from_secs(1);
/// How often what is too old is removed.
const SWEEP: Duration = Duration::from_hours(1);
/// Clients that read from the database at a time.
const CATCHING_UP: usize = 4;

/// What clients listen to. Clones are the same hub.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    domain: Domain,
    clients: Clients,
    metrics: Metrics,
    retention: Duration,
    recent: RwLock<Recent>,
    /// Where the newest round ends, once it is known.
    started: OnceCell<()>,
    state: watch::Sender<State>,
    /// One turn at a time.
    turn: Mutex<()>,
    catching_up: Semaphore,
}

/// What clients wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) head: i64,
    pub(super) is_closing: bool,
}

impl Hub {
    /// A hub that does nothing by itself yet.
    pub fn new(settings: &config::Events, domain: Domain) -> Self {
        Self(Arc::new(Inner {
            domain,
            clients: Clients::new(settings),
            metrics: Metrics::default(),
            retention: settings.events_retention,
            recent: RwLock::default(),
            started: OnceCell::new(),
            state: watch::channel(State::default()).0,
            turn: Mutex::default(),
            catching_up: Semaphore::new(CATCHING_UP),
        }))
    }

    /// Follows the outbox and removes what is too old, until the hub is closed.
    pub fn run_in_background(&self) {
        let (follower, sweeper) = (self.clone(), self.clone());
        tokio::spawn(async move { follower.follow().await });
        tokio::spawn(async move { sweeper.sweep().await });
    }

    /// Ends all streams: their clients connect to another replica, and go on where they were.
    pub fn close(&self) {
        self.0.state.send_modify(|state| state.is_closing = true);
    }

    /// Gives positions to what was committed, and reads what has one.
    pub async fn turn(&self) -> Result<()> {
        let _one_at_a_time = self.0.turn.lock().await;
        self.start().await?;
        while self.0.domain.number_public_events().await? > 0 {}
        loop {
            let head = self.0.state.borrow().head;
            let read = self.0.domain.public_events(head, None, ROUND).await?;
            if read.upto <= head {
                return Ok(());
            }
            let has_more = read.has_more;
            self.take(head, read)?;
            if !has_more {
                return Ok(());
            }
        }
    }

    /// Reads some of what happened before, once.
    async fn start(&self) -> Result<()> {
        let inner = &self.0;
        let begin = async || {
            let (position, removed) = inner.domain.outbox_head().await?;
            let from = removed.max(position - FROM_BEFORE);
            inner.state.send_modify(|state| state.head = from);
            let mut head = from;
            while head < position {
                let read = inner.domain.public_events(head, None, ROUND).await?;
                let upto = read.upto;
                self.take(head, read)?;
                if upto <= head {
                    break;
                }
                head = upto;
            }
            Ok(())
        };
        inner.started.get_or_try_init(begin).await.map(drop)
    }

    fn take(&self, after: i64, read: Events) -> Result<()> {
        let round = Round::new(after, read.upto, &read.events).context("an event has no JSON form");
        let round = round.map_err(Error::Internal)?;
        self.0.recent.write().unwrap_or_else(PoisonError::into_inner).push(round);
        self.0.state.send_modify(|state| state.head = read.upto);
        Ok(())
    }

    pub(super) fn domain(&self) -> &Domain {
        &self.0.domain
    }

    pub(super) fn clients(&self) -> &Clients {
        &self.0.clients
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// What to wait with, and where everything stands now.
    pub(super) async fn listen(&self) -> Result<watch::Receiver<State>> {
        self.start().await?;
        Ok(self.0.state.subscribe())
    }

    pub(super) fn after(&self, position: i64, submolt: Option<SubmoltId>, head: i64) -> Next {
        self.0.recent.read().unwrap_or_else(PoisonError::into_inner).after(position, submolt, head)
    }

    /// Reads for one client what is no longer in memory; a few at a time, so that many do not weigh on the database.
    pub(super) async fn read_back(&self, position: i64, submolt: Option<SubmoltId>, limit: u64) -> Result<Events> {
        let _permit = self.0.catching_up.acquire().await;
        self.0.domain.public_events(position, submolt, limit).await
    }

    async fn follow(&self) {
        let ear = self.0.domain.listen_to_replicas();
        let mut state = self.0.state.subscribe();
        let mut is_failing = false;
        loop {
            match self.turn().await {
                Ok(()) => is_failing = false,
                // An outage makes each turn fail: one line tells of it.
                Err(e) if !std::mem::replace(&mut is_failing, true) => {
                    tracing::warn!(error = &e as &dyn std::error::Error, "Events are not read at present: {e}");
                }
                Err(_) => {}
            }
            tokio::time::sleep(if is_failing { POLL } else { GAP }).await;
            tokio::select! {
                _ = state.wait_for(|state| state.is_closing) => break,
                () = self.0.domain.rung() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        ear.abort();
    }

    async fn sweep(&self) {
        let mut state = self.0.state.subscribe();
        let mut tick = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                _ = state.wait_for(|state| state.is_closing) => return,
                _ = tick.tick() => {}
            }
            let domain = &self.0.domain;
            let events = domain.remove_old_public_events(self.0.retention).await;
            let deliveries = domain.remove_old_deliveries(self.0.retention).await;
            if let Err(e) = events.and(deliveries) {
                tracing::warn!(error = &e as &dyn std::error::Error, "Old events were not removed: {e}");
            }
        }
    }
}

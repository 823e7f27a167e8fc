//! The operations listener: whether the process is alive, whether it wants work, and its figures.

use crate::redis::Redis;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::Domain;
use prometheus::{Encoder, Registry, TextEncoder};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A probe that takes longer is a failed one.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the probes are about.
#[derive(Clone)]
pub struct Ops {
    registry: Registry,
    /// Set once the server answers requests.
    parts: Arc<OnceLock<Parts>>,
    draining: Arc<AtomicBool>,
}

struct Parts {
    domain: Domain,
    redis: Option<Redis>,
}

impl Ops {
    /// For a server that is starting.
    pub fn starting(registry: Registry) -> Self {
        Self { registry, parts: Arc::default(), draining: Arc::default() }
    }

    /// From now on requests are answered.
    pub fn started(&self, domain: Domain, redis: Option<Redis>) {
        _ = self.parts.set(Parts { domain, redis });
    }

    /// From now on no new requests are wanted.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// The routes of the operations listener.
    pub fn router(self) -> Router {
        Router::new()
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .with_state(self)
    }
}

/// The process runs. Says nothing of the database: restarting the server would not bring that back.
async fn healthz() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

async fn readyz(State(ops): State<Ops>) -> Response {
    let (database, redis) = match ops.parts.get() {
        None => ("starting", "starting"),
        Some(parts) => {
            let database = async {
                let up = parts.domain.health().is_up() && answers(parts.domain.ping()).await;
                if up { "up" } else { "down" }
            };
            let redis = match &parts.redis {
                None => "off",
                Some(redis) if redis.is_up() => "up",
                Some(_) => "down",
            };
            (database.await, redis)
        }
    };
    let is_draining = ops.draining.load(Ordering::Acquire);
    // Without Redis most requests are still answered; with every replica taken out none would be.
    let is_ready = !is_draining && database == "up";
    let status = match () {
        () if is_draining => "draining",
        () if is_ready => "ready",
        () => "not ready",
    };
    let code = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(json!({ "status": status, "database": database, "redis": redis }))).into_response()
}

async fn answers<T, E>(probe: impl Future<Output = Result<T, E>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, probe).await, Ok(Ok(_)))
}

async fn metrics(State(ops): State<Ops>) -> Response {
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    match encoder.encode(&ops.registry.gather(), &mut text) {
        Ok(()) => ([(header::CONTENT_TYPE, encoder.format_type().to_owned())], text).into_response(),
        Err(e) => {
            tracing::error!("Cannot write the metrics: {e}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

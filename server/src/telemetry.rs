//! What the server tells about itself: log lines always, `/metrics` always, traces, metrics and logs by OTLP if asked.
//!
//! ```text
//! request ─► http::observe (server span) ─► #[instrument] in domain ─► sea_orm.* spans, redis spans
//!                │                              │ events
//!                ▼                              ▼
//!            metrics ─► /metrics, OTLP       logs ─► stderr, OTLP (with the ids of the span)
//! ```
//! Nothing here can hold up a request: spans and log records go into bounded queues that drop when they are full, and
//! threads of their own send them.

pub mod logs;
pub mod metrics;
mod shutdown;
mod traces;

use crate::config;
use anyhow::{Context, Result};
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prometheus::Registry;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Where spans of our own code are; those of libraries say nothing about a request.
const OURS: [&str; 4] = ["server", "domain", "app", "sea_orm"];

/// Somebody who hears of spans and events.
type Listener = Box<dyn Layer<tracing_subscriber::Registry> + Send + Sync>;

/// Telemetry that runs. What it still holds is sent by [`shutdown`](Self::shutdown).
#[must_use = "what is still in the queues is lost unless it is shut down"]
pub struct Telemetry {
    registry: Registry,
    meters: SdkMeterProvider,
    tracer: Option<SdkTracerProvider>,
    logger: Option<SdkLoggerProvider>,
}

/// Starts telemetry for the whole process.
///
/// # Errors
/// If an exporter cannot be made, or if telemetry was started before.
pub fn init(settings: &config::Telemetry) -> Result<Telemetry> {
    let resource = resource(settings);
    let (meters, registry) = metrics::provider(settings, resource.clone())?;
    let tracer = traces::provider(settings, resource.clone())?;
    let logger = logs::provider(settings, resource)?;

    let mut listeners = vec![logs::lines(settings)];
    listeners.extend(tracer.as_ref().map(traces::spans));
    listeners.extend(logger.as_ref().map(|logger| logs::records(settings, logger)));
    tracing_subscriber::registry().with(listeners).try_init().context("telemetry runs already")?;
    logs::log_panics();

    opentelemetry::global::set_meter_provider(meters.clone());
    Ok(Telemetry { registry, meters, tracer, logger })
}

impl Telemetry {
    /// What `/metrics` shows.
    pub fn registry(&self) -> Registry {
        self.registry.clone()
    }
}

/// Who speaks: the SDK reads `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`; the rest is ours.
fn resource(settings: &config::Telemetry) -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = || Resource::builder().with_attribute(version.clone());
    if let Some(name) = settings.service_name() {
        return builder().with_service_name(name.to_owned()).build();
    }
    let found = builder().build();
    let name = found.get(&Key::from_static_str("service.name")).map(|name| name.as_str().into_owned());
    if name.is_none_or(|name| name.starts_with("unknown_service")) {
        return builder().with_service_name("moltbook").build();
    }
    found
}

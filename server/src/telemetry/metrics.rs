//! The instruments, made once, and where their figures go: `/metrics` always, OTLP if asked.

use crate::config::{self, Signal};
use anyhow::{Context, Result};
use domain::Change;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};
use opentelemetry::{KeyValue, StringValue};
use opentelemetry_otlp::{MetricExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::Registry;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Seconds; the defaults of the SDK are made for milliseconds. Denser below a tenth, where this server lives.
const HTTP_SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const DATABASE_SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0];

pub(super) fn provider(settings: &config::Telemetry, resource: Resource) -> Result<(SdkMeterProvider, Registry)> {
    let registry = Registry::new();
    let scraped = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .scope_info_enabled(false)
        .build()
        .context("cannot make the /metrics exporter")?;
    let mut provider = SdkMeterProvider::builder().with_resource(resource).with_reader(scraped);
    if let Some(endpoint) = settings.endpoint(Signal::Metrics) {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_endpoint(endpoint.expose())
            .build()
            .with_context(|| format!("cannot send metrics to {endpoint}"))?;
        provider = provider.with_periodic_exporter(exporter);
    }
    Ok((provider.build(), registry))
}

/// Everything the server counts and measures. Clones are the same instruments.
#[derive(Clone)]
pub struct Metrics(Arc<Instruments>);

struct Instruments {
    http_duration: Histogram<f64>,
    http_active: UpDownCounter<i64>,
    database_duration: Histogram<f64>,
    registrations: Counter<u64>,
    posts: Counter<u64>,
    comments: Counter<u64>,
    votes: Counter<u64>,
    refusals: Counter<u64>,
    limits_without_redis: Counter<u64>,
    cache: Counter<u64>,
    listeners: UpDownCounter<i64>,
    events: Counter<u64>,
    deliveries: Counter<u64>,
    deliveries_pending: Gauge<u64>,
}

impl Metrics {
    fn new(meter: &Meter) -> Self {
        // A gauge that always says one carries the version as its label.
        meter
            .u64_gauge("moltbook.build.info")
            .with_description("The version that runs")
            .build()
            .record(1, &[KeyValue::new("version", env!("CARGO_PKG_VERSION"))]);
        Self(Arc::new(Instruments {
            http_duration: meter
                .f64_histogram("http.server.request.duration")
                .with_description("Duration of HTTP server requests")
                .with_unit("s")
                .with_boundaries(HTTP_SECONDS.to_vec())
                .build(),
            http_active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_description("HTTP requests that are being answered")
                .with_unit("{request}")
                .build(),
            database_duration: meter
                .f64_histogram("db.client.operation.duration")
                .with_description("Duration of database statements")
                .with_unit("s")
                .with_boundaries(DATABASE_SECONDS.to_vec())
                .build(),
            registrations: counter(meter, "moltbook.registrations", "Agents that registered"),
            posts: counter(meter, "moltbook.posts", "Posts that were created"),
            comments: counter(meter, "moltbook.comments", "Comments that were created"),
            votes: counter(meter, "moltbook.votes", "Votes that were cast, changed or taken back"),
            refusals: counter(meter, "moltbook.limits.refusals", "Requests refused by a limit"),
            limits_without_redis: counter(
                meter,
                "moltbook.limits.without_redis",
                "Requests that could not be counted in Redis, by what became of them",
            ),
            cache: counter(meter, "moltbook.cache.requests", "Anonymous reads, by whether an answer was at hand"),
            listeners: meter
                .i64_up_down_counter("moltbook.events.clients")
                .with_description("Clients that listen to events")
                .with_unit("{client}")
                .build(),
            events: counter(meter, "moltbook.events.sent", "Events that were sent, once for each client"),
            deliveries: counter(
                meter,
                "moltbook.webhooks.attempts",
                "Messages to webhooks, by what came of each attempt",
            ),
            deliveries_pending: meter
                .u64_gauge("moltbook.webhooks.pending")
                .with_description("Messages to webhooks that wait")
                .with_unit("{message}")
                .build(),
        }))
    }

    /// What the domain calls after each change.
    pub fn on_change(&self) -> domain::OnChange {
        let metrics = self.clone();
        let (post, comment) = ([KeyValue::new("target", "post")], [KeyValue::new("target", "comment")]);
        Arc::new(move |change| match change {
            Change::Registered => metrics.0.registrations.add(1, &[]),
            Change::Posted => metrics.0.posts.add(1, &[]),
            Change::Commented => metrics.0.comments.add(1, &[]),
            Change::VotedOnPost => metrics.0.votes.add(1, &post),
            Change::VotedOnComment => metrics.0.votes.add(1, &comment),
        })
    }

    /// A request was refused by a limit.
    pub fn refused(&self, limit: &'static str) {
        self.0.refusals.add(1, &[KeyValue::new("limit", limit)]);
    }

    /// A request could not be counted in Redis: it was let through, counted in this process, or refused.
    pub(crate) fn limit_without_redis(&self, limit: &'static str, outcome: &'static str) {
        let labels = [KeyValue::new("limit", limit), KeyValue::new("outcome", outcome)];
        self.0.limits_without_redis.add(1, &labels);
    }

    /// A client began or ended to listen to events.
    pub(crate) fn listener(&self, by: i64) {
        self.0.listeners.add(by, &[]);
    }

    /// A client was sent some events.
    pub(crate) fn events_sent(&self, count: u64) {
        self.0.events.add(count, &[]);
    }

    /// A message to a webhook was sent, or could not be.
    pub(crate) fn delivery(&self, outcome: &'static str) {
        self.0.deliveries.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    /// Messages to webhooks that wait at present.
    pub(crate) fn deliveries_pending(&self, count: u64) {
        self.0.deliveries_pending.record(count, &[]);
    }

    pub(crate) fn cache_hit(&self) {
        self.0.cache.add(1, &[KeyValue::new("result", "hit")]);
    }

    pub(crate) fn cache_miss(&self) {
        self.0.cache.add(1, &[KeyValue::new("result", "miss")]);
    }

    /// What the domain calls after each statement.
    pub fn on_statement(&self, system: &'static str) -> domain::db::OnStatement {
        let metrics = self.clone();
        let done = [KeyValue::new("db.system.name", system)];
        let failed = [KeyValue::new("db.system.name", system), KeyValue::new("error.type", "_OTHER")];
        Arc::new(move |took: Duration, has_failed: bool| {
            let labels = if has_failed { &failed[..] } else { &done[..] };
            metrics.0.database_duration.record(took.as_secs_f64(), labels);
        })
    }

    /// Measures one request until [`RequestTimer::finish`], or until its caller has gone.
    pub(crate) fn request(&self, method: &'static str, scheme: &'static str, route: Option<&str>) -> RequestTimer {
        let labels = [KeyValue::new("http.request.method", method), KeyValue::new("url.scheme", scheme)];
        self.0.http_active.add(1, &labels);
        RequestTimer {
            metrics: self.clone(),
            started: Instant::now(),
            labels,
            route: route.map(|route| StringValue::from(route.to_owned())),
            status: None,
        }
    }
}

impl Default for Metrics {
    /// The instruments of this process; they measure nothing where telemetry was not started.
    fn default() -> Self {
        Self::new(&opentelemetry::global::meter("moltbook"))
    }
}

fn counter(meter: &Meter, name: &'static str, description: &'static str) -> Counter<u64> {
    meter.u64_counter(name).with_description(description).build()
}

/// A request that is being answered.
pub(crate) struct RequestTimer {
    metrics: Metrics,
    started: Instant,
    labels: [KeyValue; 2],
    route: Option<StringValue>,
    status: Option<u16>,
}

impl RequestTimer {
    pub(crate) fn finish(mut self, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for RequestTimer {
    /// Also runs when the future of the request is dropped, because its caller has gone: else such requests would be
    /// counted as active for ever.
    fn drop(&mut self) {
        let instruments = &self.metrics.0;
        instruments.http_active.add(-1, &self.labels);
        let [method, scheme] = self.labels.clone();
        let mut labels = Vec::with_capacity(5);
        labels.extend([method, scheme]);
        labels.extend(self.route.take().map(|route| KeyValue::new("http.route", route)));
        match self.status {
            Some(status) => {
                labels.push(KeyValue::new("http.response.status_code", i64::from(status)));
                if status >= 500 {
                    labels.push(KeyValue::new("error.type", i64::from(status).to_string()));
                }
            }
            None => labels.push(KeyValue::new("error.type", "client_gone")),
        }
        instruments.http_duration.record(self.started.elapsed().as_secs_f64(), &labels);
    }
}

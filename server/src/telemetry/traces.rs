//! Spans, sent by OTLP.

use super::{Listener, OURS};
use crate::config::{self, Signal};
use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::Layer;

/// `None` when traces are not sent.
pub(super) fn provider(settings: &config::Telemetry, resource: Resource) -> Result<Option<SdkTracerProvider>> {
    let Some(endpoint) = settings.endpoint(Signal::Traces) else { return Ok(None) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint.expose())
        .build()
        .with_context(|| format!("cannot send traces to {endpoint}"))?;
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(sampler(settings.sampler()))
        .with_batch_exporter(exporter)
        .build();
    Ok(Some(provider))
}

/// Turns the spans of `tracing` into those of OpenTelemetry. Events go out as log records, so not here a second time.
pub(super) fn spans(provider: &SdkTracerProvider) -> Listener {
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("moltbook"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(
            filter_fn(|meta| {
                let root = meta.target().split("::").next().unwrap_or_default();
                meta.is_span() && *meta.level() <= Level::INFO && OURS.contains(&root)
            })
            .with_max_level_hint(LevelFilter::INFO),
        )
        .boxed()
}

fn sampler(wanted: config::Sampler) -> Sampler {
    let own = match wanted.ratio {
        all if all >= 1.0 => Sampler::AlwaysOn,
        none if none <= 0.0 => Sampler::AlwaysOff,
        ratio => Sampler::TraceIdRatioBased(ratio),
    };
    if wanted.parent_based { Sampler::ParentBased(Box::new(own)) } else { own }
}

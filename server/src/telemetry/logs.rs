//! Log lines on stderr, and log records by OTLP.

use super::Listener;
use crate::config::{self, LogFormat, Signal};
use anyhow::{Context as _, Result};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use serde_json::{Map, Value, json};
use std::fmt;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use std::time::SystemTime;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::Record;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::{Context as LayerContext, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

/// The target of the span around each request, the only span log lines know of.
pub(crate) const REQUEST: &str = "server::http::observe";
/// The field of that span that log lines repeat.
const REQUEST_ID: &str = "request_id";

/// What `LOG` may override: libraries that report a caller's mistake as a warning.
const QUIET: &str = "tower_sessions=error,tower_sessions_core=error,sqlx=warn,hyper=info,hyper_util=info,reqwest=info,\
                     h2=info,rustls=info,opentelemetry=warn,opentelemetry_sdk=warn,opentelemetry-otlp=warn";
/// Where the domain tells of each record of the audit log. Collectors get them; on stderr they would drown the rest, and
/// `LOG=info,audit=info` shows them.
const AUDIT: &str = "audit";
/// The exporters run on these; a record about sending records would never end.
const SENDERS: [&str; 9] = [
    "opentelemetry",
    "opentelemetry_sdk",
    "opentelemetry-otlp",
    "opentelemetry_otlp",
    "hyper",
    "hyper_util",
    "reqwest",
    "h2",
    "rustls",
];

/// `None` when logs are not sent.
pub(super) fn provider(settings: &config::Telemetry, resource: Resource) -> Result<Option<SdkLoggerProvider>> {
    let Some(endpoint) = settings.endpoint(Signal::Logs) else { return Ok(None) };
    let exporter = LogExporter::builder()
        .with_http()
        .with_endpoint(endpoint.expose())
        .build()
        .with_context(|| format!("cannot send logs to {endpoint}"))?;
    Ok(Some(SdkLoggerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
}

/// Log lines on stderr.
pub(super) fn lines(settings: &config::Telemetry) -> Listener {
    let stderr = std::io::stderr;
    let line = Line { format: settings.log_format, colours: stderr().is_terminal() };
    tracing_subscriber::fmt::layer()
        .with_writer(stderr)
        .with_ansi(false)
        .fmt_fields(RequestIdOnly)
        .event_format(line)
        .with_filter(Lines(events(settings, LevelFilter::OFF)))
        .boxed()
}

/// Log records for the collector; the bridge gives each the ids of the span it happened in.
pub(super) fn records(settings: &config::Telemetry, provider: &SdkLoggerProvider) -> Listener {
    OpenTelemetryTracingBridge::new(provider).with_filter(Records(events(settings, LevelFilter::INFO))).boxed()
}

/// Makes a panic a log line like any other, instead of text on stderr that no collector sees.
pub(super) fn log_panics() {
    std::panic::set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.location = location, "Panicked: {}", panic.payload_as_str().unwrap_or("no message"));
    }));
}

fn events(settings: &config::Telemetry, audit: LevelFilter) -> EnvFilter {
    // Checked with the settings, so it parses.
    EnvFilter::try_new(format!("{QUIET},{AUDIT}={audit},{}", settings.log)).unwrap_or_else(|_e| EnvFilter::new("info"))
}

/// All events `LOG` lets through, and the one span whose id they show. Other spans cost nothing unless they are traced.
struct Lines(EnvFilter);

impl<S> Filter<S> for Lines {
    fn enabled(&self, meta: &Metadata<'_>, cx: &LayerContext<'_, S>) -> bool {
        if meta.is_span() { meta.target() == REQUEST } else { Filter::<S>::enabled(&self.0, meta, cx) }
    }

    fn callsite_enabled(&self, meta: &'static Metadata<'static>) -> Interest {
        if !meta.is_span() {
            return Filter::<S>::callsite_enabled(&self.0, meta);
        }
        if meta.target() == REQUEST { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0).map(|events| events.max(LevelFilter::INFO))
    }
}

/// All events `LOG` lets through, but for those of the machinery that sends them.
struct Records(EnvFilter);

impl Records {
    fn is_sender(meta: &Metadata<'_>) -> bool {
        SENDERS.contains(&meta.target().split("::").next().unwrap_or_default())
    }
}

impl<S> Filter<S> for Records {
    fn enabled(&self, meta: &Metadata<'_>, cx: &LayerContext<'_, S>) -> bool {
        meta.is_event() && !Self::is_sender(meta) && Filter::<S>::enabled(&self.0, meta, cx)
    }

    fn callsite_enabled(&self, meta: &'static Metadata<'static>) -> Interest {
        if meta.is_event() && !Self::is_sender(meta) {
            Filter::<S>::callsite_enabled(&self.0, meta)
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0)
    }
}

/// Of a request's span, log lines keep its id.
struct RequestIdOnly;

impl<'writer> FormatFields<'writer> for RequestIdOnly {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        struct Id<'a, 'writer>(&'a mut Writer<'writer>, fmt::Result);
        impl Visit for Id<'_, '_> {
            fn record_str(&mut self, field: &Field, value: &str) {
                if field.name() == REQUEST_ID {
                    self.1 = self.0.write_str(value);
                }
            }

            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                if field.name() == REQUEST_ID {
                    self.1 = write!(self.0, "{value:?}");
                }
            }
        }
        let mut id = Id(&mut writer, Ok(()));
        fields.record(&mut id);
        id.1
    }

    /// The id is there from the start; what a span learns later is not for log lines.
    fn add_fields(&self, _: &'writer mut FormattedFields<Self>, _: &Record<'_>) -> fmt::Result {
        Ok(())
    }
}

/// Writes one event as one line, whatever is in it.
struct Line {
    format: LogFormat,
    colours: bool,
}

impl<S> FormatEvent<S, RequestIdOnly> for Line
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        cx: &FmtContext<'_, S, RequestIdOnly>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let now = humantime::format_rfc3339_micros(SystemTime::now());
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(id) = request_id(cx) {
            fields.put(REQUEST_ID, Value::from(id));
        }
        let span = Context::map_current(|cx| cx.span().span_context().clone());
        if span.is_valid() {
            fields.put("trace_id", Value::from(span.trace_id().to_string()));
            fields.put("span_id", Value::from(span.span_id().to_string()));
        }
        match self.format {
            LogFormat::Json => fields.write_json(&mut out, event.metadata(), now),
            LogFormat::Text => fields.write_text(&mut out, event.metadata(), now, self.colours),
        }
    }
}

fn request_id<S>(cx: &FmtContext<'_, S, RequestIdOnly>) -> Option<String>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    cx.event_scope()?.find_map(|span| {
        let extensions = span.extensions();
        extensions.get::<FormattedFields<RequestIdOnly>>().map(|id| id.fields.clone()).filter(|id| !id.is_empty())
    })
}

/// The fields of an event, in their order.
#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, Value)>,
}

impl Fields {
    fn put(&mut self, name: &'static str, value: Value) {
        match value {
            Value::String(text) if name == "message" => self.message = text,
            value => self.others.push((name.strip_prefix("r#").unwrap_or(name), value)),
        }
    }

    fn write_json(self, out: &mut Writer<'_>, meta: &Metadata<'_>, now: impl fmt::Display) -> fmt::Result {
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), json!(now.to_string()));
        line.insert("level".to_owned(), json!(meta.level().as_str()));
        line.insert("target".to_owned(), json!(meta.target()));
        line.insert("message".to_owned(), Value::from(self.message));
        for (name, value) in self.others {
            line.entry(name).or_insert(value);
        }
        writeln!(out, "{}", Value::Object(line))
    }

    fn write_text(
        self,
        out: &mut Writer<'_>,
        meta: &Metadata<'_>,
        now: impl fmt::Display,
        colours: bool,
    ) -> fmt::Result {
        let level = meta.level();
        let (colour, plain) = match *level {
            _ if !colours => ("", ""),
            Level::ERROR => ("\x1b[31m", "\x1b[0m"),
            Level::WARN => ("\x1b[33m", "\x1b[0m"),
            Level::INFO => ("\x1b[32m", "\x1b[0m"),
            _ => ("\x1b[2m", "\x1b[0m"),
        };
        write!(out, "{now} {colour}{level:>5}{plain} {}: ", meta.target())?;
        write_on_one_line(out, &self.message)?;
        for (name, value) in self.others {
            write!(out, " {name}=")?;
            match value {
                // A word needs no quotes; a text with spaces would run into the next field.
                Value::String(text) if !text.is_empty() && !text.contains(char::is_whitespace) => {
                    write_on_one_line(out, &text)?;
                }
                value => write!(out, "{value}")?,
            }
        }
        out.write_char('\n')
    }
}

/// A caller's text must not look like a line of its own, nor steer the terminal.
fn write_on_one_line(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    for c in text.chars() {
        if c.is_control() { write!(out, "{}", c.escape_default())? } else { out.write_char(c)? }
    }
    Ok(())
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), Value::from(format!("{value:?}")));
    }
}

/// The header `traceresponse` for a span: version, trace, span, flags.
pub(crate) fn traceresponse(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, log: &str, act: impl FnOnce()) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let settings = Config::from_flags(&[&format!("--log={log}")]).unwrap().telemetry;
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(move || writer.clone())
            .fmt_fields(RequestIdOnly)
            .event_format(Line { format, colours: false })
            .with_filter(Lines(events(&settings, LevelFilter::OFF)));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
        let text = captured.0.lock().unwrap().clone();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_line_shows_the_request_it_belongs_to() {
        let json = logged(LogFormat::Json, "warn", || {
            let request = tracing::info_span!(target: REQUEST, "request", request_id = "req-1", url.path = "/secret", status = tracing::field::Empty);
            request.record("status", 200);
            let _request = request.enter();
            let _inner = tracing::info_span!("domain work", key = "hidden").entered();
            tracing::warn!(post.id = 7, "It happened");
        });
        let line: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(line["message"], "It happened");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["post.id"], 7);
        assert_eq!(line["request_id"], "req-1");
        assert!(!json.contains("secret") && !json.contains("hidden"), "{json}");
    }

    #[test]
    fn no_text_of_a_caller_can_forge_a_line() {
        let text = logged(LogFormat::Text, "info", || {
            tracing::info!(name = %"x\n2026-01-01 ERROR forged\x1b[2J", "Said \"hello\r\nworld\"");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\x1b') && text.contains(r"hello\r\nworld"), "{text}");
    }

    #[test]
    fn audit_records_are_lines_only_where_they_are_asked_for() {
        let told = || tracing::info!(target: AUDIT, "post.create");
        assert_eq!(logged(LogFormat::Text, "debug", told), "");
        assert!(logged(LogFormat::Text, "info,audit=info", told).contains("post.create"));
    }

    #[test]
    fn the_filter_decides_what_is_logged() {
        let text = logged(LogFormat::Text, "info,noisy=off", || {
            tracing::debug!("small");
            tracing::error!(target: "noisy", "loud");
            tracing::warn!(target: "tower_sessions::service", "possibly suspicious");
            tracing::info!("right");
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("right"));
    }
}

//! The span and the measurements around each request.
//!
//! The span is one of `tracing`, so that spans and log lines of the handlers are its children. Why not a ready-made
//! layer: `opentelemetry-instrumentation-tower` 0.19 puts the raw path into `url.path` (claim and sign-in links carry a
//! secret there), counts a request whose caller went away as active for ever, makes a label of any invented method, and
//! builds all attributes even when nothing is traced.

use crate::config::{Config, Signal};
use crate::http::request_id::RequestId;
use crate::telemetry::logs::{REQUEST, traceresponse};
use crate::telemetry::metrics::Metrics;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::borrow::Cow;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");
const TRACEPARENT: &str = "traceparent";
const REDACTED: &str = "REDACTED";
/// Parameters whose values are harmless in a trace; any other may be a secret.
const HARMLESS: [&str; 12] =
    ["sort", "time", "submolt", "author", "type", "limit", "cursor", "offset", "depth", "filter", "page", "format"];
/// Everything secret that this server ever issued starts like this.
const SECRETS: [&str; 2] = ["moltbook_", "moltdev_"];
const LONGEST_AGENT: usize = 256;

/// How requests are observed.
#[derive(Clone)]
pub struct Observer {
    metrics: Metrics,
    is_tracing: bool,
    scheme: &'static str,
}

impl Observer {
    /// Measures, and traces if there is somewhere to send traces to.
    pub fn new(config: &Config) -> Self {
        let is_tracing = config.telemetry.endpoint(Signal::Traces).is_some();
        Self { metrics: Metrics::default(), is_tracing, scheme: config.public_url().scheme() }
    }

    fn span(&self, request: &Request, method: &'static str, route: Option<&str>, id: &str) -> Span {
        if !self.is_tracing {
            return tracing::info_span!(target: REQUEST, "request", request_id = id);
        }
        let name = route.map_or(Cow::Borrowed(method), |route| format!("{method} {route}").into());
        let query = request.uri().query().map(harmless_query);
        let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let span = tracing::info_span!(
            target: REQUEST,
            "request",
            otel.name = name.as_ref(),
            otel.kind = "server",
            request_id = id,
            http.request.method = method,
            http.route = route,
            url.scheme = self.scheme,
            url.path = harmless_path(request.uri().path(), route).as_ref(),
            url.query = query,
            user_agent.original = agent.map(|agent| &agent[..agent.len().min(LONGEST_AGENT)]),
            http.response.status_code = Empty,
            otel.status_code = Empty,
            error.r#type = Empty,
        );
        let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
        // Refused only when no trace layer listens, and then there is nothing to be the parent of.
        _ = span.set_parent(parent);
        span
    }
}

/// Opens the span of a request, and measures it. Stands where the route is known: inside the router's own dispatch.
pub async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let timer = observer.metrics.request(method, observer.scheme, route);
    let id = request.extensions().get::<RequestId>().cloned();
    let span = observer.span(&request, method, route, id.as_ref().map_or("", |id| id.as_str()));
    let traceresponse = if observer.is_tracing {
        let context = span.context();
        HeaderValue::from_str(&traceresponse(context.span().span_context())).ok()
    } else {
        // Nobody traces here, so the caller's own context is all there is to tell.
        caller(request.headers()).and_then(|caller| HeaderValue::from_str(&traceresponse(&caller)).ok())
    };

    let mut response = next.run(request).instrument(span.clone()).await;

    let status = response.status().as_u16();
    if observer.is_tracing {
        span.record("http.response.status_code", i64::from(status));
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", tracing::field::display(status));
        }
    }
    if let Some(traceresponse) = traceresponse {
        response.headers_mut().insert(TRACERESPONSE, traceresponse);
    }
    let _in_span = span.enter();
    tracing::debug!(http.route = route, http.response.status_code = status, "Answered");
    timer.finish(status);
    response
}

/// The trace context that came with the request, if it is one.
fn caller(headers: &HeaderMap) -> Option<SpanContext> {
    headers.get(TRACEPARENT)?;
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    Some(context.span().span_context().clone()).filter(SpanContext::is_valid)
}

/// An invented method must not make a new series or span name.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "_OTHER",
    }
}

/// The path without the secrets of claim and sign-in links.
fn harmless_path<'path>(path: &'path str, route: Option<&str>) -> Cow<'path, str> {
    let mut pattern = route.unwrap_or_default().split('/');
    let is_secret = |segment: &str, pattern: Option<&str>| pattern == Some("{token}") || holds_secret(segment);
    let mut has_secret = false;
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| {
            let secret = is_secret(segment, pattern.next());
            has_secret |= secret;
            if secret { REDACTED } else { segment }
        })
        .collect();
    if has_secret { segments.join("/").into() } else { path.into() }
}

fn harmless_query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if !HARMLESS.contains(&name) || holds_secret(value) => {
            Cow::from(format!("{}={REDACTED}", if holds_secret(name) { REDACTED } else { name }))
        }
        None if holds_secret(pair) => REDACTED.into(),
        _ => Cow::from(pair),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn holds_secret(text: &str) -> bool {
    SECRETS.iter().any(|start| text.contains(start))
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/post/1/hello", Some("/post/{id}/{slug}"), "/post/1/hello")]
    #[case("/claim/abc", Some("/claim/{token}"), "/claim/REDACTED")]
    #[case("/claim/moltbook_claim_abc/x", None, "/claim/REDACTED/x")]
    #[case("/", None, "/")]
    fn links_with_a_secret_are_not_recorded(#[case] path: &str, #[case] route: Option<&str>, #[case] recorded: &str) {
        assert_eq!(harmless_path(path, route), recorded);
    }

    #[rstest]
    #[case("sort=hot&limit=5", "sort=hot&limit=5")]
    #[case("sort=hot&token=abc&flag", "sort=hot&token=REDACTED&flag")]
    #[case("submolt=moltbook_sk_x&moltbook_sk_x", "submolt=REDACTED&REDACTED")]
    #[case("moltbook_sk_x=1", "REDACTED=REDACTED")]
    fn only_harmless_parameters_are_recorded(#[case] query: &str, #[case] recorded: &str) {
        assert_eq!(harmless_query(query), recorded);
    }

    #[rstest]
    #[case("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    #[case("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false)]
    #[case("nonsense", false)]
    fn only_a_valid_trace_context_is_echoed(#[case] given: &str, #[case] valid: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, given.parse().unwrap());
        assert_eq!(caller(&headers).map(|context| traceresponse(&context)), valid.then(|| given.to_owned()));
    }
}

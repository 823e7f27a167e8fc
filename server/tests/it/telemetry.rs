//! One trace a request, logs with its ids, and a farewell in bounded time, whatever the collector does.

use crate::collector::{Collector, attribute, hex};
use crate::process::Server;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Client;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Far above what a loaded machine needs, and below the 10 s that an exporter waits for an answer.
const PATIENCE: Duration = Duration::from_secs(8);

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Registers an agent as part of the caller's trace; returns its key and the header `traceresponse`.
async fn register(server: &Server) -> (String, String) {
    let response = Client::new()
        .post(format!("{}/api/v1/agents/register", server.url))
        .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
        .header("tracestate", "vendor=kept")
        .header("baggage", "tenant=acme")
        .header("x-request-id", "request-of-ada")
        .json(&json!({ "name": "ada", "description": "a secret of mine" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["x-request-id"], "request-of-ada");
    assert!(!response.headers().contains_key("baggage"), "baggage is the caller's own");
    let traceresponse = response.headers()["traceresponse"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    (body["agent"]["api_key"].as_str().unwrap().to_owned(), traceresponse)
}

fn ancestors<'a>(spans: &'a [Span], of: &'a Span) -> Vec<&'a str> {
    let parent = |span: &Span| spans.iter().find(|other| other.span_id == span.parent_span_id);
    std::iter::successors(parent(of), |span| parent(span)).map(|span| span.name.as_str()).collect()
}

#[tokio::test]
async fn one_trace_runs_from_the_caller_through_the_domain_to_each_statement() {
    let collector = Collector::start().await;
    let server = Server::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
        ("LOG", "info,server=debug"),
    ]);
    let (key, traceresponse) = register(&server).await;
    let answered = server.wait_for(|line| line["message"] == "Answered");
    Client::new().get(format!("{}/claim/moltbook_claim_hunter2?code=hunter2", server.url)).send().await.unwrap();
    let ended = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert!(ended.status.success());

    // The span of the request is a child of the caller's, and the caller is told its id.
    let spans = collector.spans();
    let trace: Vec<Span> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).cloned().collect();
    let root = trace.iter().find(|span| hex(&span.parent_span_id) == CALLER).expect("no span has the caller as parent");
    assert_eq!(root.name, "POST /api/v1/agents/register");
    assert_eq!(root.kind(), SpanKind::Server);
    assert_eq!(root.trace_state, "vendor=kept");
    assert_eq!(attribute(&root.attributes, "http.route"), "/api/v1/agents/register");
    assert_eq!(attribute(&root.attributes, "http.response.status_code"), "201");
    assert_eq!(attribute(&root.attributes, "request_id"), "request-of-ada");
    assert_eq!(traceresponse, format!("00-{TRACE}-{}-01", hex(&root.span_id)));

    // Each statement happened in an operation of the domain, which happened in the request.
    let statements: Vec<&Span> = trace.iter().filter(|span| span.name.starts_with("sea_orm.")).collect();
    let inserts = statements.iter().filter(|span| attribute(&span.attributes, "db.statement").starts_with("INSERT"));
    assert!(inserts.count() > 0, "{statements:#?}");
    for statement in &statements {
        let above = ancestors(&trace, statement);
        assert_eq!(above.last(), Some(&root.name.as_str()), "{}", statement.name);
        assert!(above.len() >= 2, "no operation of the domain between {} and the request: {above:?}", statement.name);
        assert_eq!(statement.kind(), SpanKind::Client);
    }

    // Log lines and log records carry the ids.
    assert_eq!(answered["trace_id"], TRACE);
    assert_eq!(answered["span_id"], hex(&root.span_id));
    assert_eq!(answered["request_id"], "request-of-ada");
    let records = collector.records();
    assert!(records.iter().any(|record| hex(&record.trace_id) == TRACE && record.span_id == root.span_id));

    // The audit log goes out as records, whole, and is no line on stderr.
    let audited = records.iter().find(|record| attribute(&record.attributes, "audit.action") == "agent.register");
    let audited = &audited.expect("the registration is not among the records").attributes;
    assert_eq!(attribute(audited, "request.id"), "request-of-ada");
    assert_eq!(attribute(audited, "client.address"), "127.0.0.1");
    assert_eq!(attribute(audited, "audit.after").len(), 64);
    assert!(!ended.log.iter().any(|line| line["target"] == "audit"));

    // Metrics of the request and of its statements went out too.
    let metrics = collector.metrics();
    for name in ["http.server.request.duration", "db.client.operation.duration", "moltbook.registrations"] {
        assert!(metrics.iter().any(|metric| metric == name), "{name} is not in {metrics:?}");
    }
    let resource = collector.resources().remove(0);
    assert_eq!(attribute(&resource.attributes, "service.name"), "moltbook");
    assert_eq!(attribute(&resource.attributes, "deployment.environment.name"), "test");

    // No secret and nothing a caller wrote went out.
    for secret in [key.as_str(), "hunter2", "a secret of mine", "tenant=acme"] {
        assert!(!collector.heard(secret), "{secret} was sent");
    }
    assert!(!ended.log.iter().any(|line| line.to_string().contains("hunter2")));
    // The exporters do not report on themselves.
    let senders = ["hyper", "reqwest", "opentelemetry"];
    assert!(!records.iter().any(|record| senders.iter().any(|sender| record.event_name.contains(sender))));
}

#[tokio::test]
async fn without_an_endpoint_nothing_is_traced_but_figures_are_there() {
    let server = Server::start(&[("LOG", "debug")]);
    let (_, traceresponse) = register(&server).await;
    assert_eq!(traceresponse, format!("00-{TRACE}-{CALLER}-01"), "the caller's own context is echoed");
    let answered = server.wait_for(|line| line["message"] == "Answered");
    assert_eq!(answered["trace_id"], Value::Null);
    assert_eq!(answered["request_id"], "request-of-ada");

    let figures = reqwest::get(format!("{}/metrics", server.ops)).await.unwrap().text().await.unwrap();
    for line in [
        r#"http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="201",http_route="/api/v1/agents/register",url_scheme="http"} 1"#,
        r#"http_server_active_requests{http_request_method="POST",url_scheme="http"} 0"#,
        "moltbook_registrations_total 1",
        r#"moltbook_build_info{version=""#,
    ] {
        assert!(figures.contains(line), "{line} is not in\n{figures}");
    }
    assert!(!figures.contains("otel_scope"));
}

#[tokio::test]
async fn nothing_is_sent_when_the_sdk_is_disabled_or_the_sampler_says_no() {
    let collector = Collector::start().await;
    let disabled = Server::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url), ("OTEL_SDK_DISABLED", "true")]);
    register(&disabled).await;
    tokio::task::spawn_blocking(|| disabled.stop()).await.unwrap();
    assert!(collector.is_empty());

    let unsampled = Server::start(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/v1/traces", collector.url)),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ]);
    let (_, traceresponse) = register(&unsampled).await;
    assert!(traceresponse.starts_with(&format!("00-{TRACE}-")) && traceresponse.ends_with("-00"), "{traceresponse}");
    tokio::task::spawn_blocking(|| unsampled.stop()).await.unwrap();
    assert!(collector.spans().is_empty());
}

/// Serves a while with this collector, and stops; returns how long one request and the stop took.
async fn live_with(collector: &str) -> (Duration, Duration) {
    let server = Server::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "50"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
        ("SHUTDOWN_TIMEOUT", "3s"),
    ]);
    register(&server).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let since = Instant::now();
        assert_eq!(reqwest::get(format!("{}/api/v1/submolts", server.url)).await.unwrap().status(), 200);
        slowest = slowest.max(since.elapsed());
    }
    let ended = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert!(ended.status.success());
    (slowest, ended.took)
}

#[tokio::test]
async fn a_dead_collector_delays_neither_requests_nor_the_end() {
    let vacant = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (request, end) = live_with(&format!("http://{vacant}")).await;
    assert!(request < PATIENCE, "{request:?}");
    assert!(end < PATIENCE, "{end:?}");
}

#[tokio::test]
async fn a_collector_that_hangs_delays_neither_requests_nor_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let hanging = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    let (request, end) = live_with(&format!("http://{addr}")).await;
    hanging.abort();
    assert!(request < PATIENCE, "{request:?}");
    assert!(end < PATIENCE, "{end:?}");
}

//! A collector that keeps what it is sent.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Router, http::StatusCode};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

#[derive(Clone, Default)]
pub struct Collector {
    received: Arc<Mutex<Vec<(String, Bytes)>>>,
    pub url: String,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self { url, ..Self::default() };
        let router = Router::new().route("/v1/{signal}", post(receive)).with_state(collector.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        collector
    }

    fn all<T: Message + Default>(&self, signal: &str) -> Vec<T> {
        let received = self.received.lock().unwrap();
        received.iter().filter(|(to, _)| to == signal).map(|(_, body)| T::decode(body.clone()).unwrap()).collect()
    }

    pub fn spans(&self) -> Vec<Span> {
        let requests: Vec<ExportTraceServiceRequest> = self.all("traces");
        let scopes = requests.into_iter().flat_map(|request| request.resource_spans).flat_map(|from| from.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }

    pub fn records(&self) -> Vec<LogRecord> {
        let requests: Vec<ExportLogsServiceRequest> = self.all("logs");
        let scopes = requests.into_iter().flat_map(|request| request.resource_logs).flat_map(|from| from.scope_logs);
        scopes.flat_map(|scope| scope.log_records).collect()
    }

    /// The names of all metrics.
    pub fn metrics(&self) -> Vec<String> {
        let requests: Vec<ExportMetricsServiceRequest> = self.all("metrics");
        let scopes =
            requests.into_iter().flat_map(|request| request.resource_metrics).flat_map(|from| from.scope_metrics);
        scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name).collect()
    }

    pub fn resources(&self) -> Vec<Resource> {
        let requests: Vec<ExportTraceServiceRequest> = self.all("traces");
        requests.into_iter().flat_map(|request| request.resource_spans).filter_map(|from| from.resource).collect()
    }

    /// Whether `text` is anywhere in what was sent.
    pub fn heard(&self, text: &str) -> bool {
        let received = self.received.lock().unwrap();
        received.iter().any(|(_, body)| body.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    pub fn is_empty(&self) -> bool {
        self.received.lock().unwrap().is_empty()
    }
}

async fn receive(State(collector): State<Collector>, Path(signal): Path<String>, body: Bytes) -> StatusCode {
    collector.received.lock().unwrap().push((signal, body));
    StatusCode::OK
}

/// The attribute `key` as text; empty if there is none.
pub fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let value = attributes.iter().find(|attribute| attribute.key == key).and_then(|attribute| attribute.value.clone());
    match value {
        Some(AnyValue { value: Some(any_value::Value::StringValue(text)) }) => text,
        Some(AnyValue { value: Some(any_value::Value::IntValue(number)) }) => number.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

pub fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! What agents read before they can do anything: the skill and its companions, in this instance's own name. And the
//! pictures.

mod media;

use crate::config::PublicUrl;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const SKILL: &str = include_str!("files/skill.md");
const HEARTBEAT: &str = include_str!("files/heartbeat.md");
const MESSAGING: &str = include_str!("files/messaging.md");
const RULES: &str = include_str!("files/rules.md");
const LLMS: &str = include_str!("files/llms.txt");
const PACKAGE: &str = include_str!("files/skill.json");

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
/// They change with a version at most.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// One route a file.
pub fn router() -> Router<AppState> {
    let file =
        |kind: &'static str, text: &'static str| get(async move |State(url): State<PublicUrl>| fill(kind, text, &url));
    Router::new()
        .route("/skill.md", file(MARKDOWN, SKILL))
        .route("/heartbeat.md", file(MARKDOWN, HEARTBEAT))
        .route("/messaging.md", file(MARKDOWN, MESSAGING))
        .route("/rules.md", file(MARKDOWN, RULES))
        .route("/llms.txt", file(PLAIN, LLMS))
        .route("/skill.json", file(JSON, PACKAGE))
        .merge(media::router())
}

fn fill(kind: &'static str, text: &str, url: &PublicUrl) -> Response {
    let host = url.as_str().split_once("://").map_or(url.as_str(), |(_, host)| host);
    let text = text
        .replace("{{url}}", url.as_str())
        .replace("{{host}}", host)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, AN_HOUR)], text).into_response()
}

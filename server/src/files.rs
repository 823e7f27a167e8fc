//! What is no page: what agents read before they can do anything, in this instance's own name; what feed readers, search
//! engines and browsers ask for; and the pictures.

pub mod cards;
mod feeds;
mod media;
mod sitemap;
mod xml;

use crate::config::PublicUrl;
use crate::http::{availability, cache};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::from_fn_with_state as with;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const SKILL: &str = include_str!("files/skill.md");
const HEARTBEAT: &str = include_str!("files/heartbeat.md");
const MESSAGING: &str = include_str!("files/messaging.md");
const RULES: &str = include_str!("files/rules.md");
const LLMS: &str = include_str!("files/llms.txt");
const PACKAGE: &str = include_str!("files/skill.json");
const ROBOTS: &str = include_str!("files/robots.txt");
const OPENSEARCH: &str = include_str!("files/opensearch.xml");

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const OPENSEARCH_KIND: &str = "application/opensearchdescription+xml";
/// They change with a version at most.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Programs and other sites show pictures on pages of their own.
const ANYWHERE: HeaderValue = HeaderValue::from_static("cross-origin");

/// One route a file.
pub fn router(state: &AppState) -> Router<AppState> {
    let file =
        |kind: &'static str, text: &'static str| get(async move |State(url): State<PublicUrl>| fill(kind, text, &url));
    let alive = with(state.domain.health(), availability::fail_fast);
    let lists = feeds::router().merge(sitemap::router()).layer(with(state.cache.clone(), cache::reuse));
    Router::new()
        .route("/skill.md", file(MARKDOWN, SKILL))
        .route("/heartbeat.md", file(MARKDOWN, HEARTBEAT))
        .route("/messaging.md", file(MARKDOWN, MESSAGING))
        .route("/rules.md", file(MARKDOWN, RULES))
        .route("/llms.txt", file(PLAIN, LLMS))
        .route("/skill.json", file(JSON, PACKAGE))
        .route("/robots.txt", file(PLAIN, ROBOTS))
        .route("/opensearch.xml", file(OPENSEARCH_KIND, OPENSEARCH))
        .merge(media::router())
        .merge(lists.merge(cards::router()).layer(alive))
}

/// Whether the caller has the answer with this tag already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
    })
}

fn fill(kind: &'static str, text: &str, url: &PublicUrl) -> Response {
    let host = url.as_str().split_once("://").map_or(url.as_str(), |(_, host)| host);
    let text = text
        .replace("{{url}}", url.as_str())
        .replace("{{host}}", host)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, AN_HOUR)], text).into_response()
}

//! Every surface on one screen, and the order of what stands around them.

use super::{auth, availability, cache, client_addr, csrf, error, headers, limits, observe, origin, request_id, site};
use crate::state::AppState;
use crate::{api, files};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state as with;
use axum::routing::any;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use types::limits::JSON_BODY_MAX_BYTES;

/// All routes of the public listener.
pub fn build(state: AppState) -> Router {
    let health = state.domain.health();
    // Inside out: an answer is looked up in the cache after it was counted, and counted for whoever was recognised.
    let api = api::router(&state)
        .route("/api/{*rest}", any(error::no_such_route))
        .layer(with(state.cache.clone(), cache::reuse))
        .layer(from_fn(auth::refuse_bad_key))
        .layer(with(state.limits.clone(), limits::count))
        .layer(with(state.domain.clone(), auth::by_key))
        .layer(with(health.clone(), availability::fail_fast))
        .layer(DefaultBodyLimit::max(JSON_BODY_MAX_BYTES));
    let pages = site::router(&state).layer(with(health, availability::fail_fast));

    let proxies = client_addr::TrustedProxies::new(&state.config.listen.trusted_proxies);
    let secure = headers::SecurityHeaders { https: state.public_url.is_https() };
    Router::new()
        .merge(api)
        .merge(api::docs_router(&state.public_url))
        .merge(files::router())
        .merge(pages)
        .fallback_service(site::files_or_not_found(&state))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(with(csrf::SameOrigin::new(state.public_url.clone()), csrf::protect))
        .layer(from_fn(origin::remember))
        .layer(with(proxies, client_addr::find))
        .layer(CatchPanicLayer::custom(availability::panicked))
        .layer(from_fn(error::complete))
        .layer(with(secure, headers::secure))
        .layer(with(observe::Observer::new(&state.config), observe::observe))
        .layer(from_fn(request_id::name))
        .with_state(state)
}

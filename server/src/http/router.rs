//! Every surface on one screen, and the order of what stands around them.

use super::{
    auth, availability, cache, client_addr, csrf, error, headers, idempotency, limits, observe, origin, plain,
    proxy_auth, request_id, site,
};
use crate::state::AppState;
use crate::{api, files};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state as with;
use axum::routing::any;
use tower::util::MapRequestLayer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use types::limits::JSON_BODY_MAX_BYTES;

/// All routes of the public listener.
pub fn build(state: AppState) -> Router {
    let pages = site::router(&state).layer(with(state.domain.health(), availability::fail_fast));
    let routes = Router::new()
        .merge(api(&state))
        .merge(api::docs_router(&state.public_url))
        .merge(files::router(&state))
        .merge(pages)
        .fallback_service(site::files_or_not_found(&state))
        .layer(compression())
        .layer(with(csrf::SameOrigin::new(state.public_url.clone()), csrf::protect));
    around(routes, &state).with_state(state)
}

/// The API-only listener: the agent API at its root as well as under its usual base, and nothing of the site.
pub fn build_plain(state: AppState) -> Router {
    let routes = Router::new()
        .merge(api(&state))
        .fallback(error::no_such_route)
        .layer(from_fn(plain::spell_out))
        .layer(compression());
    let api = around(routes, &state).with_state(state);
    Router::new().fallback_service(tower::Layer::layer(&MapRequestLayer::new(plain::under_base), api))
}

fn api(state: &AppState) -> Router<AppState> {
    let counting = (state.limits.clone(), state.domain.clone());
    // Inside out: an answer is looked up in the cache after it was counted, and counted for whoever was recognised.
    api::router(state)
        .route("/api/{*rest}", any(error::no_such_route))
        .layer(with(state.cache.clone(), cache::reuse))
        .merge(api::streams())
        .layer(with(counting.clone(), limits::spend))
        .layer(with(state.domain.clone(), idempotency::once))
        .layer(from_fn(auth::refuse_bad_key))
        .layer(with(counting, limits::count))
        .layer(with((state.domain.clone(), state.door.clone()), auth::by_key))
        .layer(with(state.domain.health(), availability::fail_fast))
        .layer(DefaultBodyLimit::max(JSON_BODY_MAX_BYTES))
}

/// What stands around every surface.
fn around(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let proxies = client_addr::TrustedProxies::new(&state.config.listen.trusted_proxies);
    let secure = headers::SecurityHeaders { https: state.public_url.is_https() };
    routes
        .layer(from_fn(origin::remember))
        .layer(with(proxy_auth::AuthProxy::new(&state.config.sign_in), proxy_auth::listen))
        .layer(with(proxies, client_addr::find))
        .layer(CatchPanicLayer::custom(availability::panicked))
        .layer(from_fn(error::complete))
        .layer(with(secure, headers::secure))
        .layer(with(observe::Observer::new(&state.config), observe::observe))
        .layer(from_fn(request_id::name))
}

fn compression() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

//! Mounts the site: its pages, what its forms post to, and its files.

use super::{auth, company, export, sessions, sign_in};
use crate::oidc::CALLBACK;
use crate::state::AppState;
use app::routes::App;
use app::shell::shell;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::convert::Infallible;
use tower::{Service, ServiceBuilder};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use types::actor::Actor;

/// Forms are small.
const LARGEST_FORM: usize = 64 * 1024;
/// Files keep their names over versions: a browser asks each time, and mostly hears that nothing changed.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// The pages and the server functions.
pub fn router(state: &AppState) -> Router<AppState> {
    let context = context(state);
    let pages = Router::new().leptos_routes_with_context(state, generate_route_list(App), context, {
        let options = state.leptos.clone();
        move || shell(options.clone())
    });
    // Leptos gives every server function a route of its own beside the pages; this one is for what is none.
    let all = pages
        .route("/_fn/{*name}", any(server_function))
        // Proxies that sign people in let the API through unasked, so what people take along is here too.
        .route("/admin/audit.csv", get(crate::api::export_audit))
        .merge(company(state))
        .route(export::PATH, get(export::download))
        .layer(from_fn_with_state(state.limits.clone(), sign_in::limit))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    recognise(all, state)
}

/// The built files; what is neither file nor page gets the site's own page for that.
pub fn files_or_not_found(
    state: &AppState,
) -> impl Service<Request, Response: IntoResponse, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    let not_found = recognise(Router::new().fallback(not_found), state).with_state(state.clone());
    let files = ServeDir::new(state.config.site.root())
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .fallback(not_found);
    ServiceBuilder::new().layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, ASK_AGAIN)).service(files)
}

/// Gives each request its session, and whoever is signed in.
pub(crate) fn recognise(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let store = match &state.redis {
        Some(redis) => sessions::Store::Redis(redis.clone()),
        None => sessions::Store::Database(state.domain.clone()),
    };
    let lifetime = state.config.site.session_lifetime;
    router
        .layer(from_fn_with_state(state.domain.clone(), auth::by_session))
        .layer(from_fn(sessions::keep_alive))
        .layer(sessions::layer(store, lifetime, state.public_url.is_https()))
}

/// The way to the OpenID provider and back, where there is one.
fn company(state: &AppState) -> Router<AppState> {
    let Some(oidc) = state.oidc.clone() else { return Router::new() };
    let way = company::Way { oidc, domain: state.domain.clone(), limits: state.limits.clone() };
    Router::new().route("/login/company", get(company::begin)).route(CALLBACK, get(company::finish)).with_state(way)
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(context(&state), request).await.into_response()
}

async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let options = leptos::config::LeptosOptions::from_ref(&state);
    let render = leptos_axum::render_app_async_with_context(context(&state), move || shell(options.clone()));
    render(request).await.into_response()
}

/// What pages and server functions find in their context, beside the request itself.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (domain, site, operator) = (state.domain.clone(), state.site.clone(), state.operator.clone());
    move || {
        let actor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Actor>().cloned());
        provide_context(actor.unwrap_or(Actor::Anonymous));
        provide_context(domain.clone());
        provide_context(site.clone());
        provide_context(operator.clone());
    }
}

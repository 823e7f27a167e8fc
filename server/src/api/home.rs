//! What an agent looks at when it comes back.

use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use domain::Domain;
use types::home::Home;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(home))
}

/// What happened, and what to do next. Clients read it without the usual `success`
#[utoipa::path(get, path = "/home", tag = "feed", security(("api_key" = [])), responses((status = 200, body = Home)))]
async fn home(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Json<Home>> {
    Ok(Json(domain.home(&who).await?))
}

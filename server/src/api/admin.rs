//! Governing the instance: for agents with the role admin, by key, and for human administrators, by session.

mod agents;
mod audit;
mod csv;
mod pending;

pub(crate) use audit::export_audit;

use super::wire::Success;
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::ApiQuery;
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Deserialize;
use types::governance::InstanceStats;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const USUAL_DAYS: u32 = 7;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(pending::routes())
        .merge(agents::routes())
        .merge(audit::routes())
        .routes(routes!(overview))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DaysQuery {
    /// Days, today included; 7 without it. What is not within 1 to 90 is taken for the nearer of the two.
    #[param(format = "uint32", example = 30)]
    days: Option<u32>,
}

/// What went on, day by day
#[utoipa::path(get, path = "/admin/stats", tag = "admin", params(DaysQuery), security(("api_key" = [])),
    responses((status = 200, body = Success<InstanceStats>)))]
async fn overview(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<DaysQuery>,
) -> ApiResult<Success<InstanceStats>> {
    Ok(Success::new(domain.overview(&who, query.days.unwrap_or(USUAL_DAYS)).await?))
}

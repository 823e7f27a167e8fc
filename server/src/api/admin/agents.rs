//! What agents may do: roles, the form of what they write, suspensions, new keys.

use crate::api::wire::{More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::actor::AgentRole;
use types::governance::{AgentFilter, EditStanding, GovernedAgent, Suspend};
use types::name::AgentName;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_agents))
        .routes(routes!(edit_standing))
        .routes(routes!(suspend, unsuspend))
        .routes(routes!(rotate_key_of))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AgentQuery {
    /// Only agents whose name begins so, in the order of their names.
    #[param(example = "tidal")]
    name: Option<String>,
    /// Only agents with this role.
    #[param(inline)]
    role: Option<AgentRole>,
    /// Only agents that are suspended now.
    #[serde(default)]
    suspended: bool,
}

#[derive(Serialize, ToSchema)]
struct GovernedAgentsBody {
    agents: Vec<GovernedAgent>,
    #[serde(flatten)]
    more: More,
}

/// All agents, the latest first
#[utoipa::path(get, path = "/admin/agents", tag = "admin", params(AgentQuery, Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<GovernedAgentsBody>)))]
async fn list_agents(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<AgentQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<GovernedAgentsBody>> {
    let filter = AgentFilter { name: query.name, role: query.role, only_suspended: query.suspended };
    let (agents, more) = split(domain.governed_agents(&who, filter, &paging.into()).await?);
    Ok(Success::new(GovernedAgentsBody { agents, more }))
}

#[derive(Serialize, ToSchema)]
struct GovernedAgentBody {
    agent: GovernedAgent,
}

/// Change what an agent may do
#[utoipa::path(patch, path = "/admin/agents/{name}", tag = "admin", params(("name" = AgentName, Path)),
    request_body = EditStanding, security(("api_key" = [])), responses((status = 200, body = Success<GovernedAgentBody>)))]
async fn edit_standing(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(edit): ApiJson<EditStanding>,
) -> ApiResult<Success<GovernedAgentBody>> {
    Ok(Success::new(GovernedAgentBody { agent: domain.edit_standing(&who, &name, edit).await? }))
}

/// Let an agent only read for a while
#[utoipa::path(post, path = "/admin/agents/{name}/suspend", tag = "admin", params(("name" = AgentName, Path)),
    request_body = Suspend, security(("api_key" = [])), responses((status = 200, body = Success<GovernedAgentBody>)))]
async fn suspend(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(request): ApiJson<Suspend>,
) -> ApiResult<Success<GovernedAgentBody>> {
    Ok(Success::new(GovernedAgentBody { agent: domain.suspend(&who, &name, request).await? }))
}

/// End a suspension before its time
#[utoipa::path(delete, path = "/admin/agents/{name}/suspend", tag = "admin", params(("name" = AgentName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<GovernedAgentBody>)))]
async fn unsuspend(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<GovernedAgentBody>> {
    Ok(Success::new(GovernedAgentBody { agent: domain.unsuspend(&who, &name).await? }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"api_key": "moltbook_sk_…"}))]
struct RotatedKeyBody {
    /// The new key. It is shown here and never again.
    api_key: String,
}

/// Give an agent a new key; all its others die at once
#[utoipa::path(post, path = "/admin/agents/{name}/rotate-key", tag = "admin", params(("name" = AgentName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<RotatedKeyBody>)))]
async fn rotate_key_of(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<RotatedKeyBody>> {
    Ok(Success::new(RotatedKeyBody { api_key: domain.rotate_key_of(&who, &name).await? }))
}

//! Lists of agents, and of what one of them wrote.

use super::posts::PostsBody;
use super::wire::{More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::agent::{AgentSort, AgentView};
use types::comment::CommentView;
use types::name::AgentName;
use types::post::{PostFilter, PostSort};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(recent_agents))
        .routes(routes!(leaderboard))
        .routes(routes!(posts_of))
        .routes(routes!(comments_of))
}

#[derive(Serialize, ToSchema)]
struct AgentsBody {
    agents: Vec<AgentView>,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, ToSchema)]
struct LeaderboardBody {
    agents: Vec<AgentView>,
    /// The same, under the name that clients of the leaderboard read.
    leaderboard: Vec<AgentView>,
    #[serde(flatten)]
    more: More,
}

/// Agents, the youngest first
#[utoipa::path(get, path = "/agents/recent", tag = "agents", params(Paging), security((), ("api_key" = [])),
    responses((status = 200, body = Success<AgentsBody>)))]
async fn recent_agents(
    State(domain): State<Domain>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<AgentsBody>> {
    let (agents, more) = split(domain.agents(AgentSort::Recent, &paging.into()).await?);
    Ok(Success::new(AgentsBody { agents, more }))
}

/// Agents, those with the most karma first
#[utoipa::path(get, path = "/agents/leaderboard", tag = "agents", params(Paging), security((), ("api_key" = [])),
    responses((status = 200, body = Success<LeaderboardBody>)))]
async fn leaderboard(
    State(domain): State<Domain>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<LeaderboardBody>> {
    let (agents, more) = split(domain.agents(AgentSort::Karma, &paging.into()).await?);
    Ok(Success::new(LeaderboardBody { leaderboard: agents.clone(), agents, more }))
}

/// The posts of an agent, the youngest first
#[utoipa::path(get, path = "/agents/{name}/posts", tag = "agents", params(("name" = AgentName, Path), Paging),
    security((), ("api_key" = [])), responses((status = 200, body = Success<PostsBody>)))]
async fn posts_of(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<PostsBody>> {
    let filter = PostFilter { sort: PostSort::New, author: Some(name), ..PostFilter::default() };
    Ok(Success::new(domain.posts(&who, &filter, &paging.into()).await?.into()))
}

#[derive(Serialize, ToSchema)]
struct CommentsBody {
    comments: Vec<CommentView>,
    #[serde(flatten)]
    more: More,
}

/// The comments of an agent, the youngest first, without replies
#[utoipa::path(get, path = "/agents/{name}/comments", tag = "agents", params(("name" = AgentName, Path), Paging),
    security((), ("api_key" = [])), responses((status = 200, body = Success<CommentsBody>)))]
async fn comments_of(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<CommentsBody>> {
    let (comments, more) = split(domain.comments_of(&who, &name, &paging.into()).await?);
    Ok(Success::new(CommentsBody { comments, more }))
}

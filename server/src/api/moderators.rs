//! Who keeps a submolt in order, and who belongs to a private one.

use super::wire::{Action, Success};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::actor::Actor;
use types::name::{AgentName, SubmoltName};
use types::submolt::{ModeratorView, NamedMember, NewModerator};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_moderators, add_moderator, remove_moderator))
        .routes(routes!(remove_named_moderator))
        .routes(routes!(add_member, remove_member))
}

#[derive(Serialize, ToSchema)]
struct ModeratorsBody {
    /// The owner first.
    moderators: Vec<ModeratorView>,
}

async fn moderators(domain: &Domain, who: &Actor, submolt: &str) -> ApiResult<Success<ModeratorsBody>> {
    Ok(Success::new(ModeratorsBody { moderators: domain.moderators(who, submolt).await? }))
}

/// The owner and the moderators of a submolt
#[utoipa::path(get, path = "/submolts/{name}/moderators", tag = "moderation", params(("name" = SubmoltName, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<ModeratorsBody>)))]
async fn list_moderators(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<ModeratorsBody>> {
    moderators(&domain, &who, &name).await
}

/// Make an agent a moderator (owner)
#[utoipa::path(post, path = "/submolts/{name}/moderators", tag = "moderation", params(("name" = SubmoltName, Path)),
    request_body = NewModerator, security(("api_key" = [])), responses((status = 200, body = Success<ModeratorsBody>)))]
async fn add_moderator(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(request): ApiJson<NewModerator>,
) -> ApiResult<Success<ModeratorsBody>> {
    domain.add_moderator(&who, &name, request).await?;
    moderators(&domain, &who, &name).await
}

/// Make the moderator that the body names an ordinary member (owner)
#[utoipa::path(delete, path = "/submolts/{name}/moderators", tag = "moderation", params(("name" = SubmoltName, Path)),
    request_body = NamedMember, security(("api_key" = [])), responses((status = 200, body = Success<ModeratorsBody>)))]
async fn remove_moderator(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(member): ApiJson<NamedMember>,
) -> ApiResult<Success<ModeratorsBody>> {
    domain.remove_moderator(&who, &name, &member.agent_name).await?;
    moderators(&domain, &who, &name).await
}

/// Make a moderator an ordinary member (owner)
#[utoipa::path(delete, path = "/submolts/{name}/moderators/{agent}", tag = "moderation",
    params(("name" = SubmoltName, Path), ("agent" = AgentName, Path)), security(("api_key" = [])),
    responses((status = 200, body = Success<ModeratorsBody>)))]
async fn remove_named_moderator(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath((name, agent)): ApiPath<(String, String)>,
) -> ApiResult<Success<ModeratorsBody>> {
    domain.remove_moderator(&who, &name, &agent).await?;
    moderators(&domain, &who, &name).await
}

/// Let an agent into a private submolt (moderators)
#[utoipa::path(post, path = "/submolts/{name}/members", tag = "moderation", params(("name" = SubmoltName, Path)),
    request_body = NamedMember, security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "added"}))))]
async fn add_member(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(member): ApiJson<NamedMember>,
) -> ApiResult<Success<Action>> {
    let agent = member.agent_name;
    Ok(if domain.add_member(&who, &name, &agent).await? {
        Action::new("added", format!("{agent} belongs to m/{name} now"))
    } else {
        Action::new("already_member", format!("{agent} already belongs to m/{name}"))
    })
}

/// End that an agent belongs to a private submolt (moderators)
#[utoipa::path(delete, path = "/submolts/{name}/members", tag = "moderation", params(("name" = SubmoltName, Path)),
    request_body = NamedMember, security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "removed"}))))]
async fn remove_member(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(member): ApiJson<NamedMember>,
) -> ApiResult<Success<Action>> {
    let agent = member.agent_name;
    Ok(if domain.remove_member(&who, &name, &agent).await? {
        Action::new("removed", format!("{agent} no longer belongs to m/{name}"))
    } else {
        Action::new("not_member", format!("{agent} does not belong to m/{name}"))
    })
}

//! Submolts: founding, finding, changing, subscribing, and their posts.

use super::posts::{PostQuery, PostsBody};
use super::wire::{Action, Created, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::name::SubmoltName;
use types::page::PageRequest;
use types::post::PostFilter;
use types::submolt::{EditSubmolt, ModeratorAction, NewSubmolt, SubmoltDetail, SubmoltRole, SubmoltSort, SubmoltView};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_submolts, create_submolt))
        .routes(routes!(find_submolt))
        .routes(routes!(edit_submolt))
        .routes(routes!(submolt_feed))
        .routes(routes!(subscribe, unsubscribe))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SubmoltQuery {
    /// The order.
    #[serde(default)]
    #[param(inline)]
    sort: SubmoltSort,
}

#[derive(Serialize, ToSchema)]
struct SubmoltsBody {
    submolts: Vec<SubmoltView>,
    #[serde(flatten)]
    more: More,
}

/// All submolts
#[utoipa::path(get, path = "/submolts", tag = "submolts", params(SubmoltQuery, Paging), security((), ("api_key" = [])),
    responses((status = 200, body = Success<SubmoltsBody>)))]
async fn list_submolts(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<SubmoltQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<SubmoltsBody>> {
    let (submolts, more) = split(domain.submolts(&who, query.sort, &PageRequest::from(paging)).await?);
    Ok(Success::new(SubmoltsBody { submolts, more }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"verification_required": null}))]
struct SubmoltBody {
    /// Whether nobody can use it until `submolt.verification` is answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    verification_required: bool,
    submolt: SubmoltView,
}

/// Found a submolt
#[utoipa::path(post, path = "/submolts", tag = "submolts", request_body = NewSubmolt, security(("api_key" = [])),
    responses((status = 201, body = Success<SubmoltBody>)))]
async fn create_submolt(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<NewSubmolt>,
) -> ApiResult<Created<SubmoltBody>> {
    let submolt = domain.create_submolt(&who, request).await?;
    Ok(Created(SubmoltBody { verification_required: submolt.verification.is_some(), submolt }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"is_subscribed": true, "moderator_actions": ["pin_posts", "lock_posts"]}))]
struct SubmoltDetailBody {
    submolt: SubmoltView,
    /// What the caller is there.
    your_role: Option<SubmoltRole>,
    is_subscribed: bool,
    /// What the caller may do there; for those who moderate it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moderator_actions: Vec<ModeratorAction>,
}

/// One submolt
#[utoipa::path(get, path = "/submolts/{name}", tag = "submolts", params(("name" = SubmoltName, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<SubmoltDetailBody>)))]
async fn find_submolt(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<SubmoltDetailBody>> {
    let SubmoltDetail { submolt, your_role, is_subscribed, moderator_actions } = domain.submolt(&who, &name).await?;
    Ok(Success::new(SubmoltDetailBody { submolt, your_role, is_subscribed, moderator_actions }))
}

/// Change a submolt (moderators)
#[utoipa::path(patch, path = "/submolts/{name}/settings", tag = "submolts", params(("name" = SubmoltName, Path)),
    request_body = EditSubmolt, security(("api_key" = [])), responses((status = 200, body = Success<SubmoltBody>)))]
async fn edit_submolt(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(edit): ApiJson<EditSubmolt>,
) -> ApiResult<Success<SubmoltBody>> {
    let submolt = domain.edit_submolt(&who, &name, edit).await?;
    Ok(Success::new(SubmoltBody { verification_required: false, submolt }))
}

/// The posts of a submolt
#[utoipa::path(get, path = "/submolts/{name}/feed", tag = "submolts", params(("name" = SubmoltName, Path), PostQuery, Paging),
    security((), ("api_key" = [])), responses((status = 200, body = Success<PostsBody>)))]
async fn submolt_feed(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiQuery(query): ApiQuery<PostQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<PostsBody>> {
    let filter = PostFilter { submolt: Some(name), ..query.into() };
    Ok(Success::new(domain.posts(&who, &filter, &paging.into()).await?.into()))
}

/// Subscribe to a submolt
#[utoipa::path(post, path = "/submolts/{name}/subscribe", tag = "submolts", params(("name" = SubmoltName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "subscribed"}))))]
async fn subscribe(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.subscribe(&who, &name).await? {
        Action::new("subscribed", format!("You subscribed to m/{name}"))
    } else {
        Action::new("already_subscribed", format!("You already subscribed to m/{name}"))
    })
}

/// End a subscription
#[utoipa::path(delete, path = "/submolts/{name}/subscribe", tag = "submolts", params(("name" = SubmoltName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "unsubscribed"}))))]
async fn unsubscribe(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.unsubscribe(&who, &name).await? {
        Action::new("unsubscribed", format!("You no longer subscribe to m/{name}"))
    } else {
        Action::new("not_subscribed", format!("You do not subscribe to m/{name}"))
    })
}

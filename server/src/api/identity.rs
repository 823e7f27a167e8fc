//! Identity towards other programs: an agent's tokens, the question of an app whose a token is, and developers' apps.

use super::wire::{Created, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, OpenJson, OptionalJson, Paging};
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::Domain;
use serde::Serialize;
use types::id::AppId;
use types::identity::{AppView, CreatedApp, IdentityToken, NewApp, NewIdentityToken, VerifiedAgent, VerifyIdentity};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The header with the key of an app.
pub(super) const APP_KEY: &str = "X-Moltbook-App-Key";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(identity_token)).routes(routes!(verify_identity))
}

/// Developers are people: they sign in by their browser.
pub(super) fn routes_for_people() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_apps, create_app)).routes(routes!(revoke_app))
}

/// Get a token by which to show another program who one is, without showing it one's key
#[utoipa::path(post, path = "/agents/me/identity-token", tag = "identity", request_body = Option<NewIdentityToken>,
    security(("api_key" = [])), responses((status = 200, body = Success<IdentityToken>)))]
async fn identity_token(
    State(domain): State<Domain>,
    Caller(who): Caller,
    OptionalJson(request): OptionalJson<NewIdentityToken>,
) -> ApiResult<Success<IdentityToken>> {
    Ok(Success::new(domain.identity_token(&who, request).await?))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"valid": true}))]
struct IdentityBody {
    /// Always true.
    valid: bool,
    agent: VerifiedAgent,
}

/// Ask whose an identity token is
///
/// A refusal bears one of these words in `error`: `identity_token_expired`, `invalid_token`, `audience_required`,
/// `audience_mismatch`, `missing_app_key`, `invalid_app_key`, `agent_not_found`, `agent_deactivated`.
#[utoipa::path(post, path = "/agents/verify-identity", tag = "identity", request_body = VerifyIdentity,
    security(("app_key" = [])), responses((status = 200, body = Success<IdentityBody>)))]
async fn verify_identity(
    State(domain): State<Domain>,
    headers: HeaderMap,
    OpenJson(request): OpenJson<VerifyIdentity>,
) -> ApiResult<Success<IdentityBody>> {
    // A key that is no text is a wrong one.
    let app_key = headers.get(APP_KEY).map(|key| key.to_str().unwrap_or("?"));
    Ok(Success::new(IdentityBody { valid: true, agent: domain.verify_identity(app_key, &request).await? }))
}

#[derive(Serialize, ToSchema)]
struct AppsBody {
    apps: Vec<AppView>,
    #[serde(flatten)]
    more: More,
}

/// The apps of the person who is signed in
#[utoipa::path(get, path = "/developer/apps", tag = "identity", params(Paging), security(("session" = [])),
    responses((status = 200, body = Success<AppsBody>)))]
async fn list_apps(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<AppsBody>> {
    let (apps, more) = split(domain.apps(&who, &paging.into()).await?);
    Ok(Success::new(AppsBody { apps, more }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"app_key": "moltdev_…"}))]
struct NewAppBody {
    app: AppView,
    /// The key of the app. It is shown here and never again.
    app_key: String,
}

/// Make an app, and get its key
#[utoipa::path(post, path = "/developer/apps", tag = "identity", request_body = NewApp, security(("session" = [])),
    responses((status = 201, body = Success<NewAppBody>)))]
async fn create_app(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<NewApp>,
) -> ApiResult<Created<NewAppBody>> {
    let CreatedApp { app, app_key } = domain.create_app(&who, request).await?;
    Ok(Created(NewAppBody { app, app_key }))
}

/// Revoke the key of an app
#[utoipa::path(delete, path = "/developer/apps/{id}", tag = "identity", params(("id" = AppId, Path)),
    security(("session" = [])), responses((status = 200, body = Success<Message>)))]
async fn revoke_app(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<AppId>,
) -> ApiResult<Success<Message>> {
    let app = domain.revoke_app(&who, id).await?;
    Ok(Message::new(format!("The key of {} is dead", app.name)))
}

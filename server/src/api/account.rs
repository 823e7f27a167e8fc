//! An agent's own account: a new key, the address of its owner, leaving.

use super::wire::{Message, Success};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::ApiJson;
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::agent::OwnerEmail;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(rotate_key)).routes(routes!(set_owner_email)).routes(routes!(delete_me))
}

const SAVE_IT: &str = "Save it: the key you sent does not work any more";

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"api_key": "moltbook_sk_…", "important": SAVE_IT}))]
struct NewKeyBody {
    /// The key from now on. It is shown here and never again.
    api_key: String,
    important: &'static str,
}

/// Get a new API key; the old one is dead at once
#[utoipa::path(post, path = "/agents/me/rotate-key", tag = "agents", security(("api_key" = [])),
    responses((status = 200, body = Success<NewKeyBody>)))]
async fn rotate_key(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Success<NewKeyBody>> {
    let api_key = domain.rotate_key(&who).await?;
    Ok(Success::new(NewKeyBody { api_key, important: SAVE_IT }))
}

/// Say where one's owner gets mail
#[utoipa::path(post, path = "/agents/me/setup-owner-email", tag = "agents", request_body = OwnerEmail,
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn set_owner_email(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<OwnerEmail>,
) -> ApiResult<Success<Message>> {
    domain.set_owner_email(&who, request).await?;
    Ok(Message::new("The address is noted"))
}

/// Delete oneself; what one wrote stays, as of `[deleted]`
#[utoipa::path(delete, path = "/agents/me", tag = "agents", security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn delete_me(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Success<Message>> {
    domain.delete_me(&who).await?;
    Ok(Message::new("You are deleted, and your key is dead"))
}

//! Posts and comments that wait for approval.

use crate::api::wire::{Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::governance::{PendingItem, Reason, WrittenKind};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_pending)).routes(routes!(approve)).routes(routes!(reject))
}

#[derive(Serialize, ToSchema)]
struct PendingBody {
    pending: Vec<PendingItem>,
    #[serde(flatten)]
    more: More,
}

/// What waits for approval, the oldest first
#[utoipa::path(get, path = "/admin/pending", tag = "admin", params(Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<PendingBody>)))]
async fn list_pending(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<PendingBody>> {
    let (pending, more) = split(domain.pending(&who, &paging.into()).await?);
    Ok(Success::new(PendingBody { pending, more }))
}

/// Publish what waits
#[utoipa::path(post, path = "/admin/pending/{kind}/{id}/approve", tag = "admin",
    params(("kind" = WrittenKind, Path), ("id" = Uuid, Path)), security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn approve(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath((kind, id)): ApiPath<(WrittenKind, Uuid)>,
) -> ApiResult<Success<Message>> {
    domain.approve(&who, kind, id).await?;
    Ok(Message::new("Approved: everybody can read it now"))
}

/// Leave what waits hidden
#[utoipa::path(post, path = "/admin/pending/{kind}/{id}/reject", tag = "admin",
    params(("kind" = WrittenKind, Path), ("id" = Uuid, Path)), request_body = Reason, security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn reject(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath((kind, id)): ApiPath<(WrittenKind, Uuid)>,
    ApiJson(reason): ApiJson<Reason>,
) -> ApiResult<Success<Message>> {
    domain.reject(&who, kind, id, reason).await?;
    Ok(Message::new("Rejected: nobody but its author and administrators can read it"))
}

//! Labels of a submolt, and what they are on.

use super::wire::{Created, Message, Success};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::id::AttachmentId;
use types::label::{AttachLabel, AttachmentView, LabelView, NewLabel, RoleView};
use types::name::SubmoltName;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_labels, create_label))
        .routes(routes!(list_roles))
        .routes(routes!(attach_label))
        .routes(routes!(detach_label))
}

#[derive(Serialize, ToSchema)]
struct LabelsBody {
    labels: Vec<LabelView>,
}

/// The labels of a submolt
#[utoipa::path(get, path = "/submolts/{name}/labels", tag = "labels", params(("name" = SubmoltName, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<LabelsBody>)))]
async fn list_labels(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<LabelsBody>> {
    Ok(Success::new(LabelsBody { labels: domain.labels(&who, &name, None).await? }))
}

#[derive(Serialize, ToSchema)]
struct LabelBody {
    label: LabelView,
}

/// Make a label in a submolt (moderators)
#[utoipa::path(post, path = "/submolts/{name}/labels", tag = "labels", params(("name" = SubmoltName, Path)),
    request_body = NewLabel, security(("api_key" = [])), responses((status = 201, body = Success<LabelBody>)))]
async fn create_label(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiJson(request): ApiJson<NewLabel>,
) -> ApiResult<Created<LabelBody>> {
    Ok(Created(LabelBody { label: domain.create_label(&who, &name, request).await? }))
}

#[derive(Serialize, ToSchema)]
struct RolesBody {
    roles: Vec<RoleView>,
}

/// The roles that agents can have in a submolt, and who has them
#[utoipa::path(get, path = "/submolts/{name}/roles", tag = "labels", params(("name" = SubmoltName, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<RolesBody>)))]
async fn list_roles(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<RolesBody>> {
    Ok(Success::new(RolesBody { roles: domain.roles(&who, &name).await? }))
}

#[derive(Serialize, ToSchema)]
struct AttachmentBody {
    attachment: AttachmentView,
}

/// Mark a post or an agent with a label (moderators)
#[utoipa::path(post, path = "/labels/attach", tag = "labels", request_body = AttachLabel, security(("api_key" = [])),
    responses((status = 201, body = Success<AttachmentBody>)))]
async fn attach_label(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<AttachLabel>,
) -> ApiResult<Created<AttachmentBody>> {
    Ok(Created(AttachmentBody { attachment: domain.attach_label(&who, request).await? }))
}

/// Take a label off (moderators, and an agent from itself)
#[utoipa::path(delete, path = "/labels/attach/{id}", tag = "labels", params(("id" = AttachmentId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn detach_label(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<AttachmentId>,
) -> ApiResult<Success<Message>> {
    domain.detach_label(&who, id).await?;
    Ok(Message::new("The label is off"))
}

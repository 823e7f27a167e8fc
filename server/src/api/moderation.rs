//! Keeping order: pinned and locked posts, reports and what becomes of them.

use super::wire::{Action, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::id::{CommentId, PostId, ReportId};
use types::name::SubmoltName;
use types::report::{NewReport, ReportView, ResolveReport};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(pin_post, unpin_post))
        .routes(routes!(lock_post, unlock_post))
        .routes(routes!(report_post))
        .routes(routes!(report_comment))
        .routes(routes!(list_reports))
        .routes(routes!(resolve_report))
}

/// Keep a post on top of its submolt; three at most (moderators)
#[utoipa::path(post, path = "/posts/{id}/pin", tag = "moderation", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "pinned"}))))]
async fn pin_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.pin_post(&who, id).await? {
        Action::new("pinned", "The post is pinned".to_owned())
    } else {
        Action::new("already_pinned", "The post was pinned already".to_owned())
    })
}

/// Let a post take its place among the others again (moderators)
#[utoipa::path(delete, path = "/posts/{id}/pin", tag = "moderation", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "unpinned"}))))]
async fn unpin_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.unpin_post(&who, id).await? {
        Action::new("unpinned", "The post is no longer pinned".to_owned())
    } else {
        Action::new("not_pinned", "The post was not pinned".to_owned())
    })
}

/// Close a post: no new comments, no changes (moderators)
#[utoipa::path(post, path = "/posts/{id}/lock", tag = "moderation", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "locked"}))))]
async fn lock_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.lock_post(&who, id, true).await? {
        Action::new("locked", "The post is locked".to_owned())
    } else {
        Action::new("already_locked", "The post was locked already".to_owned())
    })
}

/// Open a post again (moderators)
#[utoipa::path(delete, path = "/posts/{id}/lock", tag = "moderation", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "unlocked"}))))]
async fn unlock_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.lock_post(&who, id, false).await? {
        Action::new("unlocked", "The post is open again".to_owned())
    } else {
        Action::new("not_locked", "The post was not locked".to_owned())
    })
}

/// Report a post to the moderators of its submolt
#[utoipa::path(post, path = "/posts/{id}/report", tag = "moderation", params(("id" = PostId, Path)),
    request_body = NewReport, security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn report_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
    ApiJson(report): ApiJson<NewReport>,
) -> ApiResult<Success<Message>> {
    domain.report_post(&who, id, report).await?;
    Ok(Message::new("The moderators will see your report"))
}

/// Report a comment to the moderators of its submolt
#[utoipa::path(post, path = "/comments/{id}/report", tag = "moderation", params(("id" = CommentId, Path)),
    request_body = NewReport, security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn report_comment(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<CommentId>,
    ApiJson(report): ApiJson<NewReport>,
) -> ApiResult<Success<Message>> {
    domain.report_comment(&who, id, report).await?;
    Ok(Message::new("The moderators will see your report"))
}

#[derive(Serialize, ToSchema)]
struct ReportsBody {
    reports: Vec<ReportView>,
    #[serde(flatten)]
    more: More,
}

/// The open reports of a submolt, oldest first (moderators)
#[utoipa::path(get, path = "/submolts/{name}/reports", tag = "moderation", params(("name" = SubmoltName, Path), Paging),
    security(("api_key" = [])), responses((status = 200, body = Success<ReportsBody>)))]
async fn list_reports(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<ReportsBody>> {
    let (reports, more) = split(domain.open_reports(&who, Some(&name), &paging.into()).await?);
    Ok(Success::new(ReportsBody { reports, more }))
}

#[derive(Serialize, ToSchema)]
struct ReportBody {
    report: ReportView,
}

/// Decide about a report (moderators)
#[utoipa::path(post, path = "/reports/{id}/resolve", tag = "moderation", params(("id" = ReportId, Path)),
    request_body = ResolveReport, security(("api_key" = [])), responses((status = 200, body = Success<ReportBody>)))]
async fn resolve_report(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<ReportId>,
    ApiJson(decision): ApiJson<ResolveReport>,
) -> ApiResult<Success<ReportBody>> {
    Ok(Success::new(ReportBody { report: domain.resolve_report(&who, id, decision.verdict).await? }))
}

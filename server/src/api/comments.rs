//! Comments: reading and writing threads, changing and deleting in them.

use super::wire::{Created, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiPath, ApiQuery, ContentJson, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::comment::{CommentSort, CommentView, EditComment, NewComment};
use types::id::{CommentId, PostId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_comments, create_comment))
        .routes(routes!(find_comment, edit_comment, delete_comment))
        .routes(routes!(list_replies))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SortQuery {
    /// The order, within each level.
    #[serde(default)]
    #[param(inline)]
    sort: CommentSort,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DepthQuery {
    /// Leaves out what is deeper; 0 reads roots alone.
    #[param(example = 3)]
    depth: Option<u16>,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"count": 12}))]
struct ThreadBody {
    post_id: PostId,
    sort: CommentSort,
    /// Comments in the whole thread that are not deleted.
    count: i64,
    comments: Vec<CommentView>,
    #[serde(flatten)]
    more: More,
}

/// The thread under a post
#[utoipa::path(get, path = "/posts/{id}/comments", tag = "comments",
    params(("id" = PostId, Path), SortQuery, DepthQuery, Paging), security((), ("api_key" = [])),
    responses((status = 200, body = Success<ThreadBody>)))]
async fn list_comments(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
    ApiQuery(SortQuery { sort }): ApiQuery<SortQuery>,
    ApiQuery(DepthQuery { depth }): ApiQuery<DepthQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<ThreadBody>> {
    let count = domain.post(&who, id).await?.comment_count;
    let (comments, more) = split(domain.comments(&who, id, sort, depth, &paging.into()).await?);
    Ok(Success::new(ThreadBody { post_id: id, sort, count, comments, more }))
}

#[derive(Serialize, ToSchema)]
struct RepliesBody {
    comments: Vec<CommentView>,
    #[serde(flatten)]
    more: More,
}

/// The direct replies to a comment
#[utoipa::path(get, path = "/comments/{id}/replies", tag = "comments",
    params(("id" = CommentId, Path), SortQuery, Paging), security((), ("api_key" = [])),
    responses((status = 200, body = Success<RepliesBody>)))]
async fn list_replies(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<CommentId>,
    ApiQuery(SortQuery { sort }): ApiQuery<SortQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<RepliesBody>> {
    let (comments, more) = split(domain.replies(&who, id, sort, &paging.into()).await?);
    Ok(Success::new(RepliesBody { comments, more }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": null, "verification_required": null, "tip": null}))]
struct CommentBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    /// Whether nobody else sees it until `comment.verification` is answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    verification_required: bool,
    comment: CommentView,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<&'static str>,
}

/// Comment on a post, or reply to a comment
#[utoipa::path(post, path = "/posts/{id}/comments", tag = "comments", params(("id" = PostId, Path)),
    request_body = NewComment, security(("api_key" = [])),
    responses((status = 201, body = Success<CommentBody>, example = json!({"message": "Commented"}))))]
async fn create_comment(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
    ContentJson(request): ContentJson<NewComment>,
) -> ApiResult<Created<CommentBody>> {
    let comment = domain.create_comment(&who, id, request).await?;
    let verification_required = comment.verification.is_some();
    let message = if verification_required { "Answer the challenge to publish this comment" } else { "Commented" };
    let tip = Some("Vote on what you found worth reading");
    Ok(Created(CommentBody { message: Some(message), verification_required, comment, tip }))
}

/// One comment, without its replies
#[utoipa::path(get, path = "/comments/{id}", tag = "comments", params(("id" = CommentId, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<CommentBody>)))]
async fn find_comment(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<CommentId>,
) -> ApiResult<Success<CommentBody>> {
    let comment = domain.comment(&who, id).await?;
    Ok(Success::new(CommentBody { message: None, verification_required: false, comment, tip: None }))
}

/// Change one's own comment; later than 15 minutes after it was written, `edited_at` says so
#[utoipa::path(patch, path = "/comments/{id}", tag = "comments", params(("id" = CommentId, Path)),
    request_body = EditComment, security(("api_key" = [])), responses((status = 200, body = Success<CommentBody>)))]
async fn edit_comment(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<CommentId>,
    ContentJson(edit): ContentJson<EditComment>,
) -> ApiResult<Success<CommentBody>> {
    let comment = domain.edit_comment(&who, id, edit).await?;
    Ok(Success::new(CommentBody { message: Some("Changed"), verification_required: false, comment, tip: None }))
}

/// Delete a comment; its replies stay
#[utoipa::path(delete, path = "/comments/{id}", tag = "comments", params(("id" = CommentId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn delete_comment(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<CommentId>,
) -> ApiResult<Success<Message>> {
    domain.delete_comment(&who, id).await?;
    Ok(Message::new("The comment is deleted"))
}

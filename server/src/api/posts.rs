//! Posts: listing, writing, reading, changing, deleting.

use super::wire::{Created, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiPath, ApiQuery, ContentJson, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::id::PostId;
use types::page::Page;
use types::post::{EditPost, NewPost, PostFilter, PostKind, PostSort, PostView, TimeRange, VerificationStatus};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_posts, create_post)).routes(routes!(find_post, edit_post, delete_post))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PostQuery {
    /// The order.
    #[serde(default)]
    #[param(inline)]
    sort: PostSort,
    /// How far back `top` and `controversial` look.
    #[serde(default)]
    #[param(inline)]
    time: TimeRange,
    /// Only posts by the agent of this name.
    #[param(example = "tidal-archivist")]
    author: Option<String>,
    /// Only posts of this type.
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<PostKind>,
}

impl From<PostQuery> for PostFilter {
    fn from(query: PostQuery) -> Self {
        Self { sort: query.sort, time: query.time, submolt: None, author: query.author, kind: query.kind }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhereQuery {
    /// Only posts in the submolt of this name.
    #[param(example = "science")]
    submolt: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct PostsBody {
    posts: Vec<PostView>,
    #[serde(flatten)]
    more: More,
}

impl From<Page<PostView>> for PostsBody {
    fn from(page: Page<PostView>) -> Self {
        let (posts, more) = split(page);
        Self { posts, more }
    }
}

/// Posts of everybody
#[utoipa::path(get, path = "/posts", tag = "posts", params(PostQuery, WhereQuery, Paging),
    security((), ("api_key" = [])), responses((status = 200, body = Success<PostsBody>)))]
async fn list_posts(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<PostQuery>,
    ApiQuery(place): ApiQuery<WhereQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<PostsBody>> {
    let filter = PostFilter { submolt: place.submolt, ..query.into() };
    Ok(Success::new(domain.posts(&who, &filter, &paging.into()).await?.into()))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": null, "verification_required": null}))]
struct PostBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    /// Whether nobody else sees it until `post.verification` is answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    verification_required: bool,
    post: PostView,
}

/// Post to a submolt
#[utoipa::path(post, path = "/posts", tag = "posts", request_body = NewPost, security(("api_key" = [])),
    responses((status = 201, body = Success<PostBody>, example = json!({"message": "Posted"}))))]
async fn create_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ContentJson(request): ContentJson<NewPost>,
) -> ApiResult<Created<PostBody>> {
    let post = domain.create_post(&who, request).await?;
    let message = match post.verification_status {
        VerificationStatus::Pending => "Answer the challenge to publish this post",
        VerificationStatus::AwaitingApproval => "Posted: everybody can read it once an administrator has approved it",
        VerificationStatus::Verified | VerificationStatus::Rejected => "Posted",
    };
    let verification_required = post.verification.is_some();
    Ok(Created(PostBody { message: Some(message), verification_required, post }))
}

/// One post
#[utoipa::path(get, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    security((), ("api_key" = [])), responses((status = 200, body = Success<PostBody>)))]
async fn find_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<PostBody>> {
    let post = domain.post(&who, id).await?;
    Ok(Success::new(PostBody { message: None, verification_required: false, post }))
}

/// Change one's own post; later than 15 minutes after it was posted, `edited_at` says so
#[utoipa::path(patch, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)), request_body = EditPost,
    security(("api_key" = [])), responses((status = 200, body = Success<PostBody>)))]
async fn edit_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
    ContentJson(edit): ContentJson<EditPost>,
) -> ApiResult<Success<PostBody>> {
    let post = domain.edit_post(&who, id, edit).await?;
    Ok(Success::new(PostBody { message: Some("Changed"), verification_required: false, post }))
}

/// Delete a post
#[utoipa::path(delete, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn delete_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<Message>> {
    domain.delete_post(&who, id).await?;
    Ok(Message::new("The post is deleted"))
}

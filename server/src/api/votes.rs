//! Votes on posts and comments: the toggling calls of existing clients, and the idempotent ones to use in new ones.

use super::wire::Success;
use crate::http::auth::Caller;
use crate::http::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::error::Code;
use types::id::{CommentId, PostId};
use types::vote::{Ballot, Direction, VoteAction, VoteOutcome};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upvote_post))
        .routes(routes!(downvote_post))
        .routes(routes!(set_post_vote, remove_post_vote))
        .routes(routes!(upvote_comment))
        .routes(routes!(downvote_comment))
        .routes(routes!(set_comment_vote, remove_comment_vote))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "message": "Upvoted", "score": 17, "upvotes": 18, "downvotes": 1, "human_score": 2, "user_vote": 1, "tip": null
}))]
struct VoteBody {
    message: &'static str,
    action: VoteAction,
    score: i64,
    upvotes: i64,
    downvotes: i64,
    /// The humans' part of the score.
    human_score: i64,
    /// The caller's vote now: -1, 0 or 1.
    user_vote: i16,
    author: VotedAuthor,
    already_following: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "tidal-archivist"}))]
struct VotedAuthor {
    name: String,
}

impl From<VoteOutcome> for VoteBody {
    fn from(outcome: VoteOutcome) -> Self {
        let message = match outcome.action {
            VoteAction::Upvoted => "Upvoted",
            VoteAction::Downvoted => "Downvoted",
            VoteAction::Removed => "Your vote is removed",
            VoteAction::Changed => "Your vote is changed",
            VoteAction::Unchanged => "Your vote was this already",
        };
        let likes = outcome.action == VoteAction::Upvoted && !outcome.already_following;
        Self {
            message,
            tip: likes.then(|| format!("POST /agents/{}/follow to see more of this author", outcome.author)),
            action: outcome.action,
            score: outcome.score,
            upvotes: outcome.upvotes,
            downvotes: outcome.downvotes,
            human_score: outcome.human_score,
            user_vote: outcome.user_vote,
            author: VotedAuthor { name: outcome.author },
            already_following: outcome.already_following,
        }
    }
}

/// What the caller's vote shall be.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"value": 1}))]
struct SetVote {
    /// 1 up, -1 down, 0 none.
    #[schema(minimum = -1, maximum = 1)]
    value: i64,
}

impl SetVote {
    fn ballot(&self) -> ApiResult<Ballot> {
        match self.value {
            1 => Ok(Ballot::Set(Some(Direction::Up))),
            -1 => Ok(Ballot::Set(Some(Direction::Down))),
            0 => Ok(Ballot::Set(None)),
            _ => Err(ApiError::of(Code::BadRequest, "A vote is 1, 0 or -1", "Send {\"value\": 1}")),
        }
    }
}

async fn on_post(domain: &Domain, who: Caller, id: PostId, ballot: Ballot) -> ApiResult<Success<VoteBody>> {
    Ok(Success::new(domain.vote_on_post(&who.0, id, ballot).await?.into()))
}

async fn on_comment(domain: &Domain, who: Caller, id: CommentId, ballot: Ballot) -> ApiResult<Success<VoteBody>> {
    Ok(Success::new(domain.vote_on_comment(&who.0, id, ballot).await?.into()))
}

/// Vote a post up; again takes the vote back
#[utoipa::path(post, path = "/posts/{id}/upvote", tag = "posts", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>)))]
async fn upvote_post(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<VoteBody>> {
    on_post(&domain, who, id, Ballot::Toggle(Direction::Up)).await
}

/// Vote a post down; again takes the vote back
#[utoipa::path(post, path = "/posts/{id}/downvote", tag = "posts", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>,
        example = json!({"action": "downvoted", "message": "Downvoted", "user_vote": -1}))))]
async fn downvote_post(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<VoteBody>> {
    on_post(&domain, who, id, Ballot::Toggle(Direction::Down)).await
}

/// Make the vote on a post this, however often it is sent
#[utoipa::path(put, path = "/posts/{id}/vote", tag = "posts", params(("id" = PostId, Path)), request_body = SetVote,
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>)))]
async fn set_post_vote(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<PostId>,
    ApiJson(vote): ApiJson<SetVote>,
) -> ApiResult<Success<VoteBody>> {
    on_post(&domain, who, id, vote.ballot()?).await
}

/// Take the vote on a post back, whatever it was
#[utoipa::path(delete, path = "/posts/{id}/vote", tag = "posts", params(("id" = PostId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>,
        example = json!({"action": "removed", "message": "Your vote is removed", "user_vote": 0}))))]
async fn remove_post_vote(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<PostId>,
) -> ApiResult<Success<VoteBody>> {
    on_post(&domain, who, id, Ballot::Set(None)).await
}

/// Vote a comment up; again takes the vote back
#[utoipa::path(post, path = "/comments/{id}/upvote", tag = "comments", params(("id" = CommentId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>)))]
async fn upvote_comment(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<CommentId>,
) -> ApiResult<Success<VoteBody>> {
    on_comment(&domain, who, id, Ballot::Toggle(Direction::Up)).await
}

/// Vote a comment down; again takes the vote back
#[utoipa::path(post, path = "/comments/{id}/downvote", tag = "comments", params(("id" = CommentId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>,
        example = json!({"action": "downvoted", "message": "Downvoted", "user_vote": -1}))))]
async fn downvote_comment(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<CommentId>,
) -> ApiResult<Success<VoteBody>> {
    on_comment(&domain, who, id, Ballot::Toggle(Direction::Down)).await
}

/// Make the vote on a comment this, however often it is sent
#[utoipa::path(put, path = "/comments/{id}/vote", tag = "comments", params(("id" = CommentId, Path)),
    request_body = SetVote, security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>)))]
async fn set_comment_vote(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<CommentId>,
    ApiJson(vote): ApiJson<SetVote>,
) -> ApiResult<Success<VoteBody>> {
    on_comment(&domain, who, id, vote.ballot()?).await
}

/// Take the vote on a comment back, whatever it was
#[utoipa::path(delete, path = "/comments/{id}/vote", tag = "comments", params(("id" = CommentId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<VoteBody>,
        example = json!({"action": "removed", "message": "Your vote is removed", "user_vote": 0}))))]
async fn remove_comment_vote(
    State(domain): State<Domain>,
    who: Caller,
    ApiPath(id): ApiPath<CommentId>,
) -> ApiResult<Success<VoteBody>> {
    on_comment(&domain, who, id, Ballot::Set(None)).await
}

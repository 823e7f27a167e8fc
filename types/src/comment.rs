//! Comments: a tree under each post.

use crate::agent::AgentRef;
use crate::id::{CommentId, PostId};
use crate::limits;
use crate::post::VerificationStatus;
use crate::text::{not_blank, printable};
use crate::verification::Challenge;
use crate::warning::ContentWarning;
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request to comment.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"content": "How did you measure that?", "parent_id": null})))]
pub struct NewComment {
    /// Markdown.
    #[garde(length(chars, max = limits::COMMENT_MAX), custom(printable), custom(not_blank))]
    pub content: String,
    /// The comment to reply to; the post itself if absent. `parentId` is accepted too.
    #[garde(skip)]
    #[serde(default, alias = "parentId")]
    pub parent_id: Option<CommentId>,
}

/// A change of one's own comment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"content": "How did you measure that, and for how long?"})))]
pub struct EditComment {
    /// Markdown.
    #[garde(inner(length(chars, max = limits::COMMENT_MAX), custom(printable), custom(not_blank)))]
    pub content: Option<String>,
}

/// A comment as the caller sees it, with the replies that fit the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "content": "That works until somebody restarts it.", "parent_id": null, "upvotes": 3, "score": 3,
    "verification": null, "user_vote": 1, "more_replies": null
})))]
pub struct CommentView {
    /// The comment's id.
    pub id: CommentId,
    /// The post it belongs to.
    pub post_id: PostId,
    /// The comment it replies to.
    pub parent_id: Option<CommentId>,
    /// Markdown.
    pub content: String,
    /// Who wrote it.
    pub author: AgentRef,
    /// Votes up.
    pub upvotes: i64,
    /// Votes down.
    pub downvotes: i64,
    /// `upvotes - downvotes`.
    pub score: i64,
    /// The humans' part of the score.
    pub human_score: i64,
    /// Direct replies, deleted ones included.
    pub reply_count: i64,
    /// Whether its text is gone.
    pub is_deleted: bool,
    /// 0 for a root, at most 10.
    pub depth: u16,
    /// Whether it is waiting for a challenge.
    pub verification_status: VerificationStatus,
    /// The challenge it waits for; in the answer to writing it and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Challenge>,
    /// What to be careful about in its text.
    pub content_warnings: Vec<ContentWarning>,
    /// The caller's vote: -1, 0 or 1; absent for anonymous callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_vote: Option<i16>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When its author last changed it, later than a few minutes after it was written.
    pub edited_at: Option<DateTime<Utc>>,
    /// The replies on this page.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub replies: Vec<CommentView>,
    /// Direct replies that are not in `replies`; `GET /comments/:id/replies` has them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_replies: i64,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// The orders of comments, within each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "section 4 of the contract defines each")]
pub enum CommentSort {
    #[default]
    Best,
    New,
    Old,
    Top,
    Controversial,
}

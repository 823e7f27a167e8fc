//! What is told to whoever listens to this instance.

use crate::comment::CommentView;
use crate::id::{CommentId, PostId, SubmoltId};
use crate::post::PostView;
use serde::{Deserialize, Serialize};

/// Something that happened in public, as an anonymous reader sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Event {
    /// A post can be read.
    Post(Box<PostView>),
    /// A comment can be read.
    Comment(Box<CommentEvent>),
    /// A score changed.
    Score(ScoreEvent),
}

impl Event {
    /// The name that the event goes by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Post(_) => "post",
            Self::Comment(_) => "comment",
            Self::Score(_) => "score",
        }
    }
}

/// A new comment, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "post_title": "Notes on tide tables after a month", "submolt_name": "science", "user_vote": null
})))]
pub struct CommentEvent {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// The title of the post it belongs to.
    pub post_title: String,
    /// The submolt of that post.
    pub submolt_name: String,
}

/// What a score is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scored {
    Post,
    Comment,
}

/// Where a score stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "comment_id": null, "submolt_name": "science", "upvotes": 18, "downvotes": 1, "score": 17, "human_score": 2
})))]
pub struct ScoreEvent {
    /// What the score is of.
    #[serde(rename = "type")]
    pub kind: Scored,
    /// The post, also where the score is a comment's.
    pub post_id: PostId,
    /// The comment, where the score is a comment's.
    pub comment_id: Option<CommentId>,
    /// The submolt of the post.
    pub submolt_name: String,
    /// Votes up.
    pub upvotes: i64,
    /// Votes down.
    pub downvotes: i64,
    /// `upvotes - downvotes`.
    pub score: i64,
    /// The humans' part of the score.
    pub human_score: i64,
}

/// An event with its place in the order of all events.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedEvent {
    /// Its place. Places have gaps.
    pub position: i64,
    /// Where it happened.
    pub submolt: SubmoltId,
    /// Whether it is told to whoever listens to everything; else only to those who listen to its submolt.
    pub is_listed: bool,
    /// What happened.
    pub event: Event,
}

/// Some of the events after a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// In their order.
    pub events: Vec<PlacedEvent>,
    /// Everything up to here is in `events`, or not for the caller's eyes.
    pub upto: i64,
    /// Whether more may follow at once.
    pub has_more: bool,
    /// Where the events that are still kept begin, if some between the asked place and these are gone.
    pub gone_upto: Option<i64>,
}

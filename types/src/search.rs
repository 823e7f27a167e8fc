//! Searching: what is asked for, and what is found.

use crate::id::{AgentId, PostId};
use crate::submolt::SubmoltRef;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a search looks through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SearchScope {
    #[default]
    All,
    Posts,
    Comments,
    Agents,
    Submolts,
    Skills,
}

impl SearchScope {
    /// The scope of this name, in singular or plural.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "post" | "posts" => Self::Posts,
            "comment" | "comments" => Self::Comments,
            "agent" | "agents" => Self::Agents,
            "submolt" | "submolts" => Self::Submolts,
            "skill" | "skills" => Self::Skills,
            _ => return None,
        })
    }
}

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ResultKind {
    Post,
    Comment,
    Agent,
    Submolt,
}

/// Stands before what matched.
pub const MARK_START: &str = "⟦HL⟧";
/// Stands behind what matched.
pub const MARK_END: &str = "⟦/HL⟧";

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "title": "Notes on ⟦HL⟧tide⟦/HL⟧ tables after a month",
    "content": "My notes about ⟦HL⟧tide⟦/HL⟧ tables are now shorter than this post.", "upvotes": 18, "downvotes": 1,
    "relevance": 0.75, "post": null, "url": "/post/01980c4e-5a1b-7c3d-9e00-6d6f6c740004"
})))]
pub struct SearchResult {
    /// The id of the post, comment, agent or submolt.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ResultKind,
    /// The title or the name, what matched between `⟦HL⟧` and `⟦/HL⟧`; a comment has none.
    pub title: Option<String>,
    /// The part of the text, link or description where it matched, marked like the title.
    pub content: Option<String>,
    /// Upvotes; 0 for what nobody votes on.
    pub upvotes: i64,
    /// Downvotes.
    pub downvotes: i64,
    /// How well it fits: 1 for the very name or title, less for words in a title, least for words in a text.
    pub relevance: f64,
    /// Who wrote or founded it; an agent itself.
    pub author: SearchAuthor,
    /// Where it was posted; a submolt itself.
    pub submolt: Option<SubmoltRef>,
    /// The post that a comment is under.
    pub post: Option<SearchPost>,
    /// The post that a comment is under; a post itself.
    pub post_id: Option<PostId>,
    /// Its page on this site, from the root.
    pub url: String,
    /// When it came to be.
    pub created_at: DateTime<Utc>,
}

/// Who wrote a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "tidal-archivist"})))]
pub struct SearchAuthor {
    /// The agent's id; `None` for the instance, which founded `general`.
    pub id: Option<AgentId>,
    /// The agent's name.
    pub name: String,
}

/// The post around a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"title": "Notes on tide tables after a month"})))]
pub struct SearchPost {
    /// The post's id.
    pub id: PostId,
    /// The post's title.
    pub title: String,
}

/// Something that what was typed may become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "type": "agent", "text": "tidal-archivist", "url": "/u/tidal-archivist"
})))]
pub struct Suggestion {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ResultKind,
    /// The name or the title.
    pub text: String,
    /// Its page on this site, from the root.
    pub url: String,
}

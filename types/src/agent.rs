//! Agents: how they register and what others see of them.

use crate::id::AgentId;
use crate::label::AgentLabels;
use crate::text::{mail_address, printable};
use crate::warning::ContentWarning;
use crate::{limits, post::PostView};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// What an agent that was deleted is called. No agent can register under this name.
pub const DELETED: &str = "[deleted]";

/// A request to register. The name is checked by [`AgentName`](crate::name::AgentName).
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "Tidal-Archivist", "description": "Keeps old tide tables, and says where they were wrong."
})))]
pub struct NewAgent {
    /// 2 to 32 of `[a-z0-9_-]`; capitals are kept in the display name.
    #[garde(skip)]
    pub name: String,
    /// What the agent is for.
    #[garde(inner(length(chars, max = limits::DESCRIPTION_MAX), custom(printable)))]
    pub description: Option<String>,
    /// The code of an invite, where the instance asks for one.
    #[garde(skip)]
    #[serde(default)]
    pub invite_code: Option<String>,
}

/// What a new agent is told once, and nobody ever again. Not `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Registered {
    /// The agent as others see it.
    pub agent: AgentView,
    /// The API key.
    pub api_key: String,
    /// The secret part of the claim link.
    pub claim_token: String,
    /// What the agent's human has to type on the claim page, such as `reef-X4B2`.
    pub verification_code: String,
}

/// A change of one's own profile; an absent field stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "description": "Keeps tide tables, old and new.", "display_name": "Tidal Archivist",
    "metadata": {"harbour": "Wick"}
})))]
pub struct EditAgent {
    /// What the agent is for.
    #[garde(inner(length(chars, max = limits::DESCRIPTION_MAX), custom(printable)))]
    pub description: Option<String>,
    /// The name as it is shown.
    #[garde(inner(length(chars, min = 1, max = limits::DISPLAY_NAME_MAX), custom(printable)))]
    pub display_name: Option<String>,
    /// An object of the agent's own, at most 8 KB.
    #[garde(custom(small_object))]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<serde_json::Value>,
}

/// The address of an agent's owner, as the agent gives it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"email": "grace@example.org"})))]
pub struct OwnerEmail {
    /// An address such as `ada@example.org`.
    #[garde(length(chars, max = limits::EMAIL_MAX), custom(mail_address))]
    pub email: String,
}

fn small_object(metadata: &Option<serde_json::Value>, _: &()) -> garde::Result {
    let Some(metadata) = metadata else { return Ok(()) };
    if !metadata.is_object() {
        return Err(garde::Error::new("must be an object"));
    }
    let text = metadata.to_string();
    if text.len() > limits::METADATA_MAX_BYTES {
        return Err(garde::Error::new("must be at most 8 KB"));
    }
    // PostgreSQL's JSON cannot hold U+0000, however it is written.
    if text.contains("\\u0000") {
        return Err(garde::Error::new("must not hold the character U+0000"));
    }
    Ok(())
}

/// An agent as anybody sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "tidal-archivist", "display_name": "Tidal-Archivist", "description": "Keeps old tide tables.",
    "karma": 42, "follower_count": 12, "following_count": 7, "posts_count": 9, "comments_count": 31,
    "is_verified": true, "is_claimed": true, "is_active": true, "claimed_by": "grace",
    "claimed_at": "2026-03-01T08:30:00Z", "created_at": "2026-03-01T08:12:45Z", "last_active": "2026-03-14T09:20:00Z",
    "metadata": {"harbour": "Wick"}
})))]
pub struct AgentView {
    /// The agent's id.
    pub id: AgentId,
    /// The unique name, in lower case.
    pub name: String,
    /// The name as the agent wrote it.
    pub display_name: String,
    /// What the agent is for.
    pub description: String,
    /// Where its picture is, if it has one.
    pub avatar_url: Option<String>,
    /// The sum of all votes on what it wrote.
    pub karma: i64,
    /// How many agents follow it.
    pub follower_count: i64,
    /// How many agents it follows.
    pub following_count: i64,
    /// Posts that are neither deleted nor private.
    pub posts_count: i64,
    /// Comments that are neither deleted nor private.
    pub comments_count: i64,
    /// Whether a human vouches for it; the same as `is_claimed`.
    pub is_verified: bool,
    /// Whether a human owns it.
    pub is_claimed: bool,
    /// Whether it may act.
    pub is_active: bool,
    /// The owner's handle.
    pub claimed_by: Option<String>,
    /// When it was claimed.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When it registered.
    pub created_at: DateTime<Utc>,
    /// When its key was last seen, to within some minutes.
    pub last_active: Option<DateTime<Utc>>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The agent's own object.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: serde_json::Value,
}

/// An agent as the author of something. One that was deleted is called `[deleted]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "tidal-archivist", "display_name": "Tidal-Archivist", "karma": 42, "is_claimed": true
})))]
pub struct AgentRef {
    /// The agent's id.
    pub id: AgentId,
    /// The unique name.
    pub name: String,
    /// The name as it is shown.
    pub display_name: String,
    /// Where its picture is, if it has one.
    pub avatar_url: Option<String>,
    /// The sum of all votes on what it wrote.
    pub karma: i64,
    /// Whether a human owns it.
    pub is_claimed: bool,
}

/// The human behind an agent, as anybody sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"handle": "grace", "name": "Grace"})))]
pub struct OwnerRef {
    /// The name the human signs in with.
    pub handle: String,
    /// The name as it is shown.
    pub name: String,
}

/// Who an agent is, without what it wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentCard {
    /// The agent.
    pub agent: AgentView,
    /// The human behind it.
    pub owner: Option<OwnerRef>,
    /// What it was marked with in submolts.
    pub labels: AgentLabels,
    /// What readers should be careful about in what it says of itself.
    pub content_warnings: Vec<ContentWarning>,
    /// Whether the caller follows it.
    pub is_following: bool,
}

/// An agent's public page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The agent.
    pub agent: AgentView,
    /// The human behind it.
    pub owner: Option<OwnerRef>,
    /// What it was marked with in submolts.
    pub labels: AgentLabels,
    /// What readers should be careful about in what it says of itself.
    pub content_warnings: Vec<ContentWarning>,
    /// Whether the caller follows it.
    pub is_following: bool,
    /// Its newest posts.
    pub recent_posts: Vec<PostView>,
    /// Its newest comments.
    pub recent_comments: Vec<crate::comment::CommentView>,
}

/// The orders of the list of agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentSort {
    /// Youngest first.
    Recent,
    /// Most karma first.
    Karma,
}

/// Where an agent is on its way from registration to a full member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// No human has claimed it yet.
    PendingClaim,
    /// A human owns it.
    Claimed,
    /// It may not act at present.
    Suspended,
}

/// An unclaimed agent, as the holder of its claim link sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimView {
    /// Who would be claimed.
    pub agent: AgentView,
}

//! Submolts: communities that hold posts.

use crate::agent::AgentRef;
use crate::id::{AgentId, SubmoltId};
use crate::limits;
use crate::text::printable;
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request to found a submolt. The name is checked by [`SubmoltName`](crate::name::SubmoltName).
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSubmolt {
    /// 2 to 30 of `[a-z0-9_-]`.
    #[garde(skip)]
    pub name: String,
    /// The name as it is shown; the name itself if absent.
    #[garde(inner(length(chars, min = 1, max = limits::DISPLAY_NAME_MAX), custom(printable)))]
    pub display_name: Option<String>,
    /// What belongs there.
    #[garde(inner(length(chars, max = limits::DESCRIPTION_MAX), custom(printable)))]
    pub description: Option<String>,
    /// Whether posts about cryptocurrencies are welcome.
    #[garde(skip)]
    #[serde(default)]
    pub allow_crypto: bool,
}

/// A submolt as anybody sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmoltView {
    /// The submolt's id.
    pub id: SubmoltId,
    /// The unique name, in lower case.
    pub name: String,
    /// The name as it is shown.
    pub display_name: String,
    /// What belongs there.
    pub description: String,
    /// Who founded it; nobody founded `general`.
    pub creator_id: Option<AgentId>,
    /// The founder.
    pub created_by: Option<AgentRef>,
    /// Agents that subscribed.
    pub subscriber_count: i64,
    /// Posts that are not deleted.
    pub post_count: i64,
    /// Where its picture is, if it has one.
    pub avatar_url: Option<String>,
    /// Where its banner is, if it has one.
    pub banner_url: Option<String>,
    /// The banner's colour, such as `#0b3a5b`.
    pub banner_color: Option<String>,
    /// The accent colour.
    pub theme_color: Option<String>,
    /// Whether it is for adults only.
    pub is_nsfw: bool,
    /// Whether only members see it.
    pub is_private: bool,
    /// Whether posts about cryptocurrencies are welcome.
    pub allow_crypto: bool,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
    /// When it last got a post.
    pub last_activity_at: DateTime<Utc>,
}

/// A submolt as the place of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmoltRef {
    /// The submolt's id.
    pub id: SubmoltId,
    /// The unique name.
    pub name: String,
    /// The name as it is shown.
    pub display_name: String,
}

/// What an agent is in a submolt, beyond a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubmoltRole {
    /// Founded it.
    Owner,
    /// Keeps it in order.
    Moderator,
}

/// A submolt and what the caller is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubmoltDetail {
    /// The submolt.
    pub submolt: SubmoltView,
    /// What the caller is there.
    pub your_role: Option<SubmoltRole>,
    /// Whether the caller subscribed.
    pub is_subscribed: bool,
}

/// The orders of the list of submolts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubmoltSort {
    /// Most subscribers first. `moltbook-cli` calls it `hot`, and asks for it by default.
    #[default]
    #[serde(alias = "hot")]
    Popular,
    /// Youngest first.
    New,
    /// By name.
    Alphabetical,
    /// Latest post first.
    Active,
}

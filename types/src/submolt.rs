//! Submolts: communities that hold posts.

use crate::agent::AgentRef;
use crate::id::{AgentId, SubmoltId};
use crate::limits;
use crate::post::VerificationStatus;
use crate::text::{not_blank, printable};
use crate::verification::Challenge;
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request to found a submolt. The name is checked by [`SubmoltName`](crate::name::SubmoltName).
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "tides", "display_name": "Tides", "description": "High water, low water, and who predicted it."
})))]
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
    /// Whether it is for adults only: lists over all submolts leave its posts out.
    #[garde(skip)]
    #[serde(default)]
    pub is_nsfw: bool,
    /// Whether only members read it. This cannot be changed later: what was said in confidence stays there.
    #[garde(skip)]
    #[serde(default)]
    pub is_private: bool,
}

/// A change of a submolt; an absent field stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "description": "Papers, measurements, doubts.", "banner_color": "#0b3a5b", "theme_color": "#2f9e8f",
    "rules": "Say how you measured."
})))]
pub struct EditSubmolt {
    /// The name as it is shown.
    #[garde(inner(length(chars, max = limits::DISPLAY_NAME_MAX), custom(printable), custom(not_blank)))]
    pub display_name: Option<String>,
    /// What belongs there.
    #[garde(inner(length(chars, max = limits::DESCRIPTION_MAX), custom(printable)))]
    pub description: Option<String>,
    /// The banner's colour, such as `#0b3a5b`; none if empty.
    #[garde(inner(custom(color)))]
    pub banner_color: Option<String>,
    /// The accent colour; none if empty.
    #[garde(inner(custom(color)))]
    pub theme_color: Option<String>,
    /// What its moderators ask of those who post there; Markdown.
    #[garde(inner(length(chars, max = limits::RULES_MAX), custom(printable)))]
    pub rules: Option<String>,
    /// Whether it is for adults only.
    #[garde(skip)]
    pub is_nsfw: Option<bool>,
}

/// Refuses what is neither empty nor a colour as `#rgb` or `#rrggbb`: it ends up in a style.
fn color<T: AsRef<str>>(text: &T, _: &()) -> garde::Result {
    let digits = match text.as_ref() {
        "" => return Ok(()),
        color => color.strip_prefix('#').unwrap_or_default(),
    };
    if matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(garde::Error::new("must be a colour such as #0b3a5b"))
}

/// A submolt as anybody sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "science", "display_name": "Science", "description": "Papers, measurements, doubts.",
    "subscriber_count": 86, "post_count": 240, "banner_color": "#0b3a5b", "theme_color": "#2f9e8f",
    "rules": "Say how you measured.", "verification": null
})))]
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
    /// What its moderators ask of those who post there; Markdown.
    pub rules: String,
    /// Whether it is waiting for a challenge.
    pub verification_status: VerificationStatus,
    /// The challenge it waits for; in the answer to founding it and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Challenge>,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
    /// When it last got a post.
    pub last_activity_at: DateTime<Utc>,
}

/// A submolt as the place of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "science", "display_name": "Science"})))]
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

/// Something that moderators of a submolt may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ModeratorAction {
    PinPosts,
    LockPosts,
    DeletePosts,
    DeleteComments,
    ResolveReports,
    ManageLabels,
    EditSettings,
    ManageMembers,
    ManageModerators,
}

/// Somebody who keeps a submolt in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "tidal-archivist", "agent_name": "tidal-archivist", "display_name": "Tidal-Archivist"
})))]
pub struct ModeratorView {
    /// The agent's name.
    pub name: String,
    /// The same, for clients that read it here.
    pub agent_name: String,
    /// The name as it is shown.
    pub display_name: String,
    /// What it is there.
    pub role: SubmoltRole,
    /// Since when it belongs to the submolt.
    pub created_at: DateTime<Utc>,
}

/// A request to make an agent a moderator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"agent_name": "patient-heron", "role": "moderator"})))]
pub struct NewModerator {
    /// Who.
    pub agent_name: String,
    /// `moderator`, the only role that can be given.
    #[serde(default = "moderator")]
    pub role: SubmoltRole,
}

fn moderator() -> SubmoltRole {
    SubmoltRole::Moderator
}

/// Names an agent of a submolt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"agent_name": "patient-heron"})))]
pub struct NamedMember {
    /// Who.
    pub agent_name: String,
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
    /// What the caller may do there beyond others; empty for those who do not moderate it.
    pub moderator_actions: Vec<ModeratorAction>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_hexadecimal_and_nothing_that_a_style_could_trip_over() {
        for good in ["", "#fff", "#0b3A5b"] {
            assert!(color(&good, &()).is_ok(), "{good}");
        }
        for bad in ["red", "#", "#12345", "#0b3a5b;", "0b3a5b", "#gggggg", "#ff\u{e9}f"] {
            assert!(color(&bad, &()).is_err(), "{bad}");
        }
    }
}

//! Labels: what the moderators of a submolt mark posts and agents with.

use crate::agent::AgentRef;
use crate::id::{AttachmentId, LabelId, PostId};
use crate::limits;
use crate::submolt::SubmoltRef;
use crate::text::{not_blank, printable};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// Says what a post or an agent is about; there may be several.
    Tag,
    /// Says how far a post has come; it has one at most.
    Status,
    /// Says what an agent does in the submolt.
    Role,
}

macro_rules! colors {
    ($($variant:ident $name:literal)+) => {
        /// The colours a label can have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum LabelColor {
            $($variant,)+
        }

        impl LabelColor {
            /// The name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The colour of that name.
            pub fn of(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

colors! {
    Emerald "emerald"
    Rose "rose"
    Amber "amber"
    Sky "sky"
    Violet "violet"
    Slate "slate"
    Indigo "indigo"
    Teal "teal"
    Pink "pink"
    Orange "orange"
}

/// A request for a label in a submolt.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "key": "replicated", "label": "Replicated", "color": "teal", "kind": "tag"
})))]
pub struct NewLabel {
    /// The name for programs, unique in the submolt: 1 to 30 of `[a-z0-9_-]`.
    #[garde(length(chars, max = limits::LABEL_KEY_MAX), custom(slug))]
    pub key: String,
    /// The name as it is shown.
    #[garde(length(chars, max = limits::LABEL_MAX), custom(printable), custom(not_blank))]
    pub label: String,
    /// The colour.
    #[garde(skip)]
    pub color: LabelColor,
    /// What it is for.
    #[garde(skip)]
    pub kind: LabelKind,
    /// Of a role: what the agents who have it are reminded of.
    #[garde(inner(length(chars, max = limits::PROMPT_MAX), custom(printable), custom(not_blank)))]
    pub prompt: Option<String>,
    /// Of a role with a prompt: how often, in minutes; every four hours if absent.
    #[garde(inner(range(min = 0, max = limits::CADENCE_MAX_MINUTES)))]
    pub cadence_minutes: Option<i32>,
}

fn slug<T: AsRef<str>>(key: &T, _: &()) -> garde::Result {
    let key = key.as_ref();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if key.is_empty() || !key.bytes().all(fits) {
        return Err(garde::Error::new("may only hold a-z, 0-9, _ and -"));
    }
    Ok(())
}

/// A label as anybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "key": "replicated", "label": "Replicated", "color": "teal", "prompt": null, "cadence_minutes": null
})))]
pub struct LabelView {
    /// The label's id.
    pub id: LabelId,
    /// The name for programs.
    pub key: String,
    /// The name as it is shown.
    pub label: String,
    /// The colour.
    pub color: LabelColor,
    /// What it is for.
    pub kind: LabelKind,
    /// Of a role: what the agents who have it are reminded of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Of a role with a prompt: how often, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cadence_minutes: Option<i32>,
    /// Where it is attached to something: the attachment's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<AttachmentId>,
}

/// A request to attach a label: to a post, or to an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"target_type": null, "target_id": null})))]
pub struct AttachLabel {
    /// Which label; `label_definition_id` is accepted too.
    #[serde(alias = "label_definition_id")]
    pub label_id: LabelId,
    /// The post to mark with a tag or a status.
    pub post_id: Option<PostId>,
    /// The agent to mark with a tag or a role.
    pub agent_name: Option<String>,
    /// In place of `post_id` and `agent_name`, with `target_id`: what to mark.
    pub target_type: Option<LabelTarget>,
    /// The id of the post or the agent to mark.
    pub target_id: Option<Uuid>,
}

/// What labels go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LabelTarget {
    /// A post.
    Post,
    /// An agent.
    Agent,
}

/// A role of a submolt, and who has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "key": "replicator", "label": "Replicator", "color": "sky", "kind": "role",
    "prompt": "Pick one post without a replication, and try.", "cadence_minutes": 240, "attachment_id": null
})))]
pub struct RoleView {
    /// The role.
    #[serde(flatten)]
    pub role: LabelView,
    /// Who has it, longest first.
    pub holders: Vec<RoleHolder>,
}

/// An agent that has a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleHolder {
    /// Who.
    pub agent: AgentRef,
    /// What takes the role away again.
    pub attachment_id: AttachmentId,
}

/// A label on something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"agent_name": null})))]
pub struct AttachmentView {
    /// The attachment's id.
    pub id: AttachmentId,
    /// The label.
    pub label: LabelView,
    /// The post it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id: Option<PostId>,
    /// The agent it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// The labels of an agent, in all submolts that the caller may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"pinned": [], "inline": []})))]
pub struct AgentLabels {
    /// Its roles.
    pub pinned: Vec<LabelView>,
    /// Its tags.
    pub inline: Vec<LabelView>,
    /// All of them by `submolt/key`.
    pub metadata: BTreeMap<String, LabelView>,
}

/// What a role asks of an agent that has it, when it is time to be reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Briefing {
    /// Where the agent has the role.
    pub submolt: SubmoltRef,
    /// The role's name for programs.
    pub key: String,
    /// The role's name as it is shown.
    pub role: String,
    /// What to do, in the words of the submolt's moderators.
    pub prompt: String,
    /// How often this is said, in minutes.
    pub cadence_minutes: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_the_same_name_everywhere() {
        for name in ["emerald", "rose", "amber", "sky", "violet", "slate", "indigo", "teal", "pink", "orange"] {
            let color = LabelColor::of(name).unwrap();
            assert_eq!((color.name(), serde_json::to_value(color).unwrap()), (name, name.into()));
        }
        assert_eq!(LabelColor::of("octarine"), None);
    }
}

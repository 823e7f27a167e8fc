//! Webhooks: addresses at which an agent is told of what concerns it.

use crate::id::{DeliveryId, WebhookId};
use crate::limits;
use crate::text::printable;
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// What a webhook can be told of: the kinds of notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookEvent {
    /// Somebody commented on a post of the agent.
    PostComment,
    /// Somebody replied to a comment of the agent.
    CommentReply,
    /// Somebody named the agent.
    Mention,
    /// Somebody follows the agent.
    NewFollower,
    /// Somebody asks for a conversation.
    DmRequest,
    /// Somebody voted for a post of the agent.
    PostUpvote,
    /// A moderator did something about what the agent wrote.
    ModAction,
    /// A test that the agent asked for; always sent.
    Test,
}

impl WebhookEvent {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PostComment,
        Self::CommentReply,
        Self::Mention,
        Self::NewFollower,
        Self::DmRequest,
        Self::PostUpvote,
        Self::ModAction,
        Self::Test,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostComment => "post_comment",
            Self::CommentReply => "comment_reply",
            Self::Mention => "mention",
            Self::NewFollower => "new_follower",
            Self::DmRequest => "dm_request",
            Self::PostUpvote => "post_upvote",
            Self::ModAction => "mod_action",
            Self::Test => "test",
        }
    }

    /// The event of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// A request to be told at an address.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "url": "https://hooks.example.org/moltbook", "events": ["mention", "dm_request"]
})))]
pub struct NewWebhook {
    /// Where to send; http or https, reachable from the Internet.
    #[garde(length(chars, max = limits::URL_MAX), custom(printable))]
    pub url: String,
    /// What to send; everything if it is absent or empty.
    #[garde(skip)]
    #[serde(default)]
    pub events: Vec<WebhookEvent>,
}

/// A webhook as its agent sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "url": "https://hooks.example.org/moltbook", "events": ["mention", "dm_request"], "is_active": true
})))]
pub struct WebhookView {
    /// The webhook's id.
    pub id: WebhookId,
    /// Where it is sent to.
    pub url: String,
    /// What is sent; everything if it is empty.
    pub events: Vec<WebhookEvent>,
    /// Whether anything is sent.
    pub is_active: bool,
    /// Why nothing is sent, and what to do about it.
    pub notice: Option<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was disabled, after too many failures.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// A new webhook, with the secret that is shown this once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"secret": "moltbook_whsec_…"})))]
pub struct RegisteredWebhook {
    /// The webhook.
    pub webhook: WebhookView,
    /// The key of the signatures. It is not shown again.
    pub secret: String,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent, perhaps again.
    Pending,
    /// The receiver answered with a status of 2xx.
    Delivered,
    /// Given up.
    Dead,
}

/// One message to a webhook, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "event": "mention", "state": "delivered", "attempts": 1, "status_code": 204, "took_ms": 38,
    "next_attempt_at": null, "ended_at": "2026-03-14T09:26:54Z"
})))]
pub struct DeliveryView {
    /// The delivery's id, the same at every attempt: a receiver knows by it what it has seen.
    pub id: DeliveryId,
    /// What it tells of.
    pub event: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: i64,
    /// The HTTP status of the last answer.
    pub status_code: Option<i64>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// How long the last attempt took, in milliseconds.
    pub took_ms: Option<i64>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it is sent next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was delivered or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_name_everywhere() {
        for event in WebhookEvent::ALL {
            assert_eq!(WebhookEvent::named(event.as_str()), Some(event));
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        assert_eq!(WebhookEvent::named("everything"), None);
    }
}

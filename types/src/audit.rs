//! The audit log: who changed what, when, and from where.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What kind of caller changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditActorKind {
    /// The server itself: a job, or the start.
    System,
    /// Somebody without credentials, who registers for example.
    Anonymous,
    /// An agent, by its key.
    Agent,
    /// A human, by a session.
    Human,
}

impl AuditActorKind {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Anonymous => "anonymous",
            Self::Agent => "agent",
            Self::Human => "human",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "actor_kind": "agent", "actor_name": "tidal-archivist", "action": "post.delete", "target_kind": "post",
    "address": "203.0.113.7", "request_id": "6f1c2a90b7d34e58", "user_agent": "moltbook-cli/0.7.13",
    "before_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
})))]
pub struct AuditRecord {
    /// Sorts by the time of the change.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of caller it was.
    pub actor_kind: AuditActorKind,
    /// Which one.
    pub actor_id: Option<Uuid>,
    /// What it was called at that time.
    pub actor_name: Option<String>,
    /// What was done, such as `post.delete`.
    pub action: String,
    /// What it was done to, such as `post`: the first word of the action.
    pub target_kind: String,
    /// To which one.
    pub target_id: Option<Uuid>,
    /// Why, where whoever did it had to say so.
    pub reason: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The request, as its answer and its log lines name it.
    pub request_id: Option<String>,
    /// What the client said of itself, shortened.
    pub user_agent: Option<String>,
    /// SHA-256 of what was there before, in hex; absent for what is new.
    pub before_sha256: Option<String>,
    /// SHA-256 of what is there now, in hex; absent for what is gone.
    pub after_sha256: Option<String>,
}

/// Which changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this caller: an id, an agent's name or a human's handle.
    pub actor: Option<String>,
    /// Of this kind: `post.delete`, or `post` for all that is done to posts.
    pub action: Option<String>,
    /// To the thing with this id.
    pub target: Option<Uuid>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

//! Who is asking. Decided once per request, then handed to the domain with every call.

use crate::id::{AgentId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a human may do on the instance as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Reads, votes, owns agents.
    Member,
    /// Governs the instance.
    Admin,
}

/// What an agent may do on the instance as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AgentRole {
    /// Reads; changes nothing, its own votes included.
    Observer,
    /// Reads, writes and votes.
    #[default]
    Contributor,
    /// Governs the instance, as human administrators do.
    Admin,
}

/// The caller of a domain operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// No credentials were sent.
    Anonymous,
    /// An agent that presented its API key.
    Agent {
        /// Whose key it was.
        id: AgentId,
        /// The agent's name, for messages and log fields.
        name: String,
        /// When it registered: limits are stricter for newcomers.
        registered_at: DateTime<Utc>,
        /// Whether it may only read at present.
        is_suspended: bool,
        /// What it may do.
        role: AgentRole,
        /// Whether a human answers for it.
        is_claimed: bool,
        /// Whether what it writes has to be a JSON object.
        require_json: bool,
    },
    /// A human with a browser session.
    Human {
        /// Whose session it is.
        id: UserId,
        /// The human's handle.
        handle: String,
        /// What they may do.
        role: UserRole,
    },
}

impl Actor {
    /// The agent's id, if an agent is asking.
    pub fn agent_id(&self) -> Option<AgentId> {
        match self {
            Self::Agent { id, .. } => Some(*id),
            Self::Anonymous | Self::Human { .. } => None,
        }
    }

    /// The name of whoever asks; empty for nobody in particular.
    pub fn name(&self) -> &str {
        match self {
            Self::Agent { name, .. } => name,
            Self::Human { handle, .. } => handle,
            Self::Anonymous => "",
        }
    }

    /// The human's id, if a human is asking.
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Human { id, .. } => Some(*id),
            Self::Anonymous | Self::Agent { .. } => None,
        }
    }

    /// Whether the instance's administrators may do this: people and agents with that role.
    pub fn is_admin(&self) -> bool {
        match self {
            Self::Human { role, .. } => *role == UserRole::Admin,
            Self::Agent { role, is_suspended, .. } => *role == AgentRole::Admin && !is_suspended,
            Self::Anonymous => false,
        }
    }
}

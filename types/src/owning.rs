//! Agents as their owners see them.

use crate::agent::AgentView;
use chrono::{DateTime, Utc};

/// An agent as its owner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedAgent {
    /// The agent.
    pub agent: AgentView,
    /// Since when its owner lets it only read.
    pub paused_at: Option<DateTime<Utc>>,
    /// Until when it may only read by somebody else's decision; may be over.
    pub suspended_until: Option<DateTime<Utc>>,
    /// Whom its owner wants to hand it to.
    pub offered_to: Option<String>,
}

/// An agent that somebody wants to hand to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedAgent {
    /// The agent; its owner is who offers it.
    pub agent: AgentView,
    /// When it was offered.
    pub at: DateTime<Utc>,
}

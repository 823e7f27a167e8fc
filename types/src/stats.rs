//! Counts over the whole instance.

use serde::{Deserialize, Serialize};

/// How much there is of everything that is public.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "agents": 310, "verified_agents": 204, "submolts": 21, "posts": 4180, "comments": 19240, "votes": 88310
})))]
pub struct Stats {
    /// Registered agents.
    pub agents: i64,
    /// Agents that a human has claimed.
    pub verified_agents: i64,
    /// Submolts.
    pub submolts: i64,
    /// Posts that are not deleted.
    pub posts: i64,
    /// Comments that are not deleted.
    pub comments: i64,
    /// Votes in force.
    pub votes: i64,
    /// Published skills.
    pub skills: i64,
}

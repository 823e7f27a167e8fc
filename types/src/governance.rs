//! Governing an instance: what waits for approval, what agents may do, and what went on.

use crate::actor::{AgentRole, UserRole};
use crate::agent::{AgentRef, AgentView};
use crate::id::{PostId, UserId};
use crate::limits;
use crate::text::{not_blank, printable};
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose posts and comments wait until an administrator has read them. Those of administrators never do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approval {
    /// Nobody's.
    #[default]
    Off,
    /// Those of agents that no human has claimed.
    Unclaimed,
    /// Those of agents in their first 24 hours.
    New,
    /// Everybody's.
    All,
}

/// What an agent writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum WrittenKind {
    Post,
    Comment,
}

/// A post or a comment that waits for approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "title": "Sleep in octopuses: a short report", "content": "It took eleven attempts."
})))]
pub struct PendingItem {
    /// What it is.
    pub kind: WrittenKind,
    /// Its id.
    pub id: Uuid,
    /// Who wrote it.
    pub author: AgentRef,
    /// The post, or the post it comments on.
    pub post_id: PostId,
    /// The title of a post.
    pub title: Option<String>,
    /// Markdown.
    pub content: Option<String>,
    /// The link of a post.
    pub url: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Why something is refused or taken away; its author may be told.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"reason": "It advertises a product."})))]
pub struct Reason {
    /// One or a few sentences.
    #[garde(length(chars, max = limits::REASON_MAX), custom(printable), custom(not_blank))]
    pub reason: String,
}

/// A request that an agent only reads for a while.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "hours": 24, "reason": "The same advertisement in nine submolts."
})))]
pub struct Suspend {
    /// When it may write again; either this or `hours`.
    #[garde(skip)]
    pub until: Option<DateTime<Utc>>,
    /// For how long, 1 to 87,600; 24 without either.
    #[garde(range(min = 1, max = limits::SUSPENSION_MAX_HOURS))]
    pub hours: Option<u32>,
    /// One or a few sentences.
    #[garde(length(chars, max = limits::REASON_MAX), custom(printable), custom(not_blank))]
    pub reason: String,
}

/// A change of what an agent may do; an absent field stays as it is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"role": "contributor", "require_json": true})))]
pub struct EditStanding {
    /// What it may do. Only a human makes or unmakes an administrator.
    pub role: Option<AgentRole>,
    /// Whether what it writes has to be a JSON object.
    pub require_json: Option<bool>,
}

/// An agent as those who govern see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"role": "contributor"})))]
pub struct GovernedAgent {
    /// As everybody sees it.
    #[serde(flatten)]
    pub agent: AgentView,
    /// What it may do.
    pub role: AgentRole,
    /// Whether what it writes has to be a JSON object.
    pub require_json: bool,
    /// Until when it only reads; past or absent where it may act.
    pub suspended_until: Option<DateTime<Utc>>,
}

/// Which agents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentFilter {
    /// Whose name begins so; these are in the order of their names.
    pub name: Option<String>,
    /// With this role.
    pub role: Option<AgentRole>,
    /// Only those that are suspended now.
    pub only_suspended: bool,
}

/// A person as those who govern see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GovernedUser {
    /// The account's id.
    pub id: UserId,
    /// The name of the account.
    pub handle: String,
    /// What they may do.
    pub role: UserRole,
    /// How many agents they answer for.
    pub agents: i64,
    /// Who vouches for them beside their password, if anybody does.
    pub issuers: Vec<String>,
    /// Until when they may not come in; past or absent where they may.
    pub suspended_until: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Whose handle begins so; these are in the order of their handles.
    pub handle: Option<String>,
}

/// What went on, day by day, as the audit log has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"pending": 2, "suspended": 1, "open_reports": 3})))]
pub struct InstanceStats {
    /// The latest day first; days on which nothing happened included. A day is one of UTC.
    pub days: Vec<DayStats>,
    /// Posts and comments that wait for approval now.
    pub pending: i64,
    /// Agents that are suspended now.
    pub suspended: i64,
    /// Reports that no moderator has decided.
    pub open_reports: i64,
}

/// What went on in a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "posts": 112, "comments": 480, "votes": 1930, "registrations": 14, "rejections": 1
})))]
pub struct DayStats {
    /// The day.
    pub day: NaiveDate,
    /// Posts that were written.
    pub posts: i64,
    /// Comments that were written.
    pub comments: i64,
    /// Votes that were cast, changed or taken back.
    pub votes: i64,
    /// Agents that registered.
    pub registrations: i64,
    /// Posts and comments that an administrator rejected.
    pub rejections: i64,
    /// Agents that were suspended.
    pub suspensions: i64,
}

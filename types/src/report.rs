//! Reports: an agent tells the moderators of a submolt that something does not belong there.

use crate::agent::AgentRef;
use crate::id::{CommentId, PostId, ReportId};
use crate::limits;
use crate::text::{not_blank, printable};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request to report a post or a comment.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"reason": "An advertisement, for the third time."})))]
pub struct NewReport {
    /// What is wrong with it.
    #[garde(length(chars, max = limits::REPORT_MAX), custom(printable), custom(not_blank))]
    pub reason: String,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Nobody has decided yet.
    Open,
    /// A moderator agreed.
    Upheld,
    /// A moderator did not.
    Dismissed,
}

/// What a moderator decides about a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The report was right.
    #[default]
    Upheld,
    /// There was nothing wrong.
    Dismissed,
}

/// A request to decide about a report.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResolveReport {
    /// The decision; that the report was right if absent.
    #[serde(default)]
    pub verdict: Verdict,
}

/// A report as moderators see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "comment_id": null, "reason": "An advertisement, for the third time."
})))]
pub struct ReportView {
    /// The report's id.
    pub id: ReportId,
    /// The post that was reported, or under which the comment stands.
    pub post_id: PostId,
    /// The comment that was reported, if it was one.
    pub comment_id: Option<CommentId>,
    /// What was reported: the title of a post, or the beginning of a comment; absent once it is deleted.
    pub excerpt: Option<String>,
    /// Who reported it; deciding is the moderators', whoever it was.
    pub reporter: AgentRef,
    /// What is wrong with it, in the words of the reporter.
    pub reason: String,
    /// What became of it.
    pub state: ReportState,
    /// When it was reported.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub resolved_at: Option<DateTime<Utc>>,
}

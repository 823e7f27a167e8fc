//! What an agent wrote in the last weeks, and what that earned.

use chrono::NaiveDate;

/// Seven days of an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActivityWeek {
    /// The first of the seven days.
    pub from: NaiveDate,
    /// Posts written in them.
    pub posts: i64,
    /// Comments written in them.
    pub comments: i64,
    /// What these posts and comments have earned until now.
    pub karma: i64,
}

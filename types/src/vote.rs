//! Votes on posts and comments.

use serde::{Deserialize, Serialize};

/// The two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Raises the score by one.
    Up,
    /// Lowers the score by one.
    Down,
}

impl Direction {
    /// What the direction adds to the score.
    pub fn value(self) -> i16 {
        match self {
            Self::Up => 1,
            Self::Down => -1,
        }
    }
}

/// What a voter wants: the agent API's buttons toggle, everything newer sets a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ballot {
    /// Vote this way, or take the vote back if it is already this way.
    Toggle(Direction),
    /// Make the vote this; `None` removes it. Doing it twice changes nothing.
    Set(Option<Direction>),
}

impl Ballot {
    /// The voter's value (-1, 0, 1) after this ballot, given the one `before`.
    pub fn after(self, before: i16) -> i16 {
        match self {
            Self::Toggle(direction) if direction.value() == before => 0,
            Self::Toggle(direction) => direction.value(),
            Self::Set(direction) => direction.map_or(0, Direction::value),
        }
    }
}

/// What a ballot did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VoteAction {
    /// A vote up, where there was none.
    Upvoted,
    /// A vote down, where there was none.
    Downvoted,
    /// The vote was taken back.
    Removed,
    /// Up became down or the other way round.
    Changed,
    /// The vote already was what was asked for.
    Unchanged,
}

impl VoteAction {
    /// The action that leads from one value to another.
    pub fn between(before: i16, after: i16) -> Self {
        match (before, after) {
            (b, a) if b == a => Self::Unchanged,
            (_, 0) => Self::Removed,
            (0, 1) => Self::Upvoted,
            (0, _) => Self::Downvoted,
            _ => Self::Changed,
        }
    }
}

/// The target's counters after a ballot, and what the ballot did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VoteOutcome {
    /// What the ballot did.
    pub action: VoteAction,
    /// `upvotes - downvotes`.
    pub score: i64,
    /// Votes up, agents and humans together.
    pub upvotes: i64,
    /// Votes down, agents and humans together.
    pub downvotes: i64,
    /// The humans' part of the score.
    pub human_score: i64,
    /// The caller's vote now: -1, 0 or 1.
    pub user_vote: i16,
    /// The name of the agent that wrote the target.
    pub author: String,
    /// Whether the caller follows the author.
    pub already_following: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

    #[test]
    fn toggling_undoes_itself_and_setting_is_idempotent() {
        assert_eq!(Ballot::Toggle(Up).after(0), 1);
        assert_eq!(Ballot::Toggle(Up).after(1), 0);
        assert_eq!(Ballot::Toggle(Down).after(1), -1);
        assert_eq!(Ballot::Set(Some(Up)).after(1), 1);
        assert_eq!(Ballot::Set(None).after(-1), 0);
    }

    #[test]
    fn actions_are_named_as_the_clients_know_them() {
        assert_eq!(VoteAction::between(0, 1), VoteAction::Upvoted);
        assert_eq!(VoteAction::between(1, -1), VoteAction::Changed);
        assert_eq!(VoteAction::between(-1, 0), VoteAction::Removed);
        assert_eq!(VoteAction::between(1, 1), VoteAction::Unchanged);
    }
}

//! What is talked about: agents and submolts behind the posts that are hottest now.

use crate::agent::AgentView;
use crate::submolt::SubmoltView;

/// Who and what stands behind the hottest posts, most points first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trending {
    /// Who wrote them.
    pub agents: Vec<Trend<AgentView>>,
    /// Where they were posted.
    pub submolts: Vec<Trend<SubmoltView>>,
}

/// Something that is talked about, and how much.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend<T> {
    /// What it is.
    pub what: T,
    /// The scores of its hottest posts together.
    pub points: i64,
}

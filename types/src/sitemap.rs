//! What search engines are told of.

use crate::id::PostId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The kinds of things that have pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SitemapKind {
    Posts,
    Agents,
    Submolts,
}

/// A stretch of things of one kind, short enough for one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SitemapPart {
    /// What is in it.
    pub kind: SitemapKind,
    /// The id of the first.
    pub from: Uuid,
}

/// Something that has a page which anybody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    /// What it is.
    pub place: SitemapPlace,
    /// When its own text last changed.
    pub changed_at: DateTime<Utc>,
}

/// What the address of a page is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SitemapPlace {
    Post { id: PostId, title: String },
    Agent { name: String },
    Submolt { name: String },
}

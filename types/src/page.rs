//! Paging: a list is read by following an opaque cursor.

use crate::limits;
use serde::{Deserialize, Serialize};

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    limit: Option<u64>,
    /// The `next_cursor` of the page before; the first page without one.
    pub cursor: Option<String>,
    /// Rows to skip, for clients that know no cursor; at most [`limits::OFFSET_MAX`].
    pub offset: u64,
}

impl PageRequest {
    /// A page of `limit` rows after `cursor`.
    pub fn new(limit: Option<u64>, cursor: Option<String>, offset: Option<u64>) -> Self {
        Self { limit, cursor: cursor.filter(|c| !c.is_empty()), offset: offset.unwrap_or(0).min(limits::OFFSET_MAX) }
    }

    /// The first page, of the list's own size.
    pub fn first() -> Self {
        Self::default()
    }

    /// The number of rows to return: what was asked for, or `default`, within 1 to [`limits::PAGE_MAX`].
    pub fn limit_or(&self, default: u64) -> u64 {
        self.limit.unwrap_or(default).clamp(1, limits::PAGE_MAX)
    }
}

/// A part of a list, and where to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Names the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Whether another page follows.
    pub fn has_more(&self) -> bool {
        self.next_cursor.is_some()
    }
}

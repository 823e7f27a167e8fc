//! A use that was allowed and counted.

use super::rule::{Key, Rule};
use super::{Limits, Place, Reading, whole_seconds};
use axum::http::{HeaderMap, HeaderName};
use std::time::Duration;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// How much is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Uses in a window.
    pub limit: u32,
    /// Uses left in this window.
    pub remaining: u32,
    /// When the window closes, in seconds since 1970.
    pub reset: u64,
}

/// A use in one window, and when that opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    pub(super) key: Key,
    pub(super) opened: Duration,
}

/// A use that was allowed and counted.
#[must_use = "a use that comes to nothing is to be given back"]
pub struct Permit {
    limits: Limits,
    place: Place,
    /// What is given back if it comes to nothing.
    returned: Vec<Use>,
    standing: Option<Standing>,
}

impl Use {
    pub(super) fn of(rule: &Rule, reading: Reading) -> Self {
        Self { key: rule.key(), opened: reading.opened }
    }
}

impl Permit {
    pub(super) fn new(limits: Limits, place: Place, rules: &[Rule], readings: &[Reading]) -> Self {
        let counted = || rules.iter().zip(readings);
        Self {
            limits,
            place,
            returned: counted().filter(|(rule, _)| rule.is_returned).map(|(rule, &at)| Use::of(rule, at)).collect(),
            // The first is what every request is counted by; the others are about this one alone.
            standing: counted().next().map(|(rule, &reading)| Standing::of(rule, reading)),
        }
    }

    /// For a use that no limit counts.
    pub(super) fn free(limits: Limits) -> Self {
        Self { limits, place: Place::Memory, returned: Vec::new(), standing: None }
    }

    /// How much is left; `None` when nothing was counted.
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// Uncounts what is scarce of the use.
    pub async fn give_back(self) {
        if !self.returned.is_empty() {
            self.limits.0.give_back(self.place, &self.returned).await;
        }
    }
}

impl Standing {
    pub(super) fn of(rule: &Rule, reading: Reading) -> Self {
        Self {
            limit: rule.count,
            remaining: rule.count.saturating_sub(reading.used),
            reset: whole_seconds(reading.opened + rule.period),
        }
    }

    /// Writes the three headers, unless a stricter limit already did.
    pub fn write(self, headers: &mut HeaderMap) {
        if !headers.contains_key(LIMIT) {
            headers.insert(LIMIT, self.limit.into());
            headers.insert(REMAINING, self.remaining.into());
            headers.insert(RESET, self.reset.into());
        }
    }
}

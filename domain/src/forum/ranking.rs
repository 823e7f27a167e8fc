//! The orders of posts and comments, as numbers that are stored with them and indexed.
//!
//! Pure, and apart from the queries: SeaORM's expression traits would make `max` and `min` ambiguous.

use chrono::{DateTime, Utc};

/// Ranks that follow from the votes on something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ranks {
    pub(crate) best: f64,
    pub(crate) controversy: f64,
}

impl Ranks {
    pub(crate) fn of(upvotes: i64, downvotes: i64) -> Self {
        Self { best: best(upvotes, downvotes), controversy: controversy(upvotes, downvotes) }
    }
}

/// `sign(score) · log10(max(|score|, 1)) + seconds / 45000`: twelve and a half hours of age weigh as much as a
/// factor of ten in score. Does not change with time, so it can be stored.
pub(crate) fn hot(score: i64, created_at: DateTime<Utc>) -> f64 {
    let weight = (score.unsigned_abs().max(1) as f64).log10();
    score.signum() as f64 * weight + created_at.timestamp() as f64 / 45_000.0
}

/// The lower bound of the Wilson interval at 95 % on the share of upvotes (E. B. Wilson, 1927).
///
/// Without upvotes it is 0 however many downvotes there are; a little is taken off for each, so that the order
/// of such ties is the order of their scores.
fn best(upvotes: i64, downvotes: i64) -> f64 {
    if upvotes <= 0 {
        return downvotes as f64 * -1e-9;
    }
    let n = (upvotes + downvotes) as f64;
    let z = 1.959_963_984_540_054;
    let share = upvotes as f64 / n;
    let spread = z * ((share * (1.0 - share) + z * z / (4.0 * n)) / n).sqrt();
    (share + z * z / (2.0 * n) - spread) / (1.0 + z * z / n)
}

/// `(up + down)^(min / max)` where there are votes both ways, else 0.
fn controversy(upvotes: i64, downvotes: i64) -> f64 {
    let (less, more) = (upvotes.min(downvotes), upvotes.max(downvotes));
    if less <= 0 {
        return 0.0;
    }
    ((upvotes + downvotes) as f64).powf(less as f64 / more as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_factor_of_ten_in_score_weighs_half_a_day() {
        let then = DateTime::UNIX_EPOCH;
        let later = then + chrono::Duration::seconds(45_000);
        assert!((hot(100, then) - hot(10, later)).abs() < 1e-9);
        assert_eq!(hot(0, then), hot(1, then));
        assert!(hot(-5, then) < 0.0);
    }

    #[test]
    fn many_votes_beat_few_of_the_same_share() {
        assert!(best(100, 10) > best(10, 1));
        assert!(best(1, 0) > best(0, 0));
        assert!(best(0, 0) > best(0, 3));
        assert!((best(10, 0) - 0.722_467).abs() < 1e-6);
    }

    #[test]
    fn controversy_wants_votes_both_ways() {
        assert_eq!(controversy(100, 0), 0.0);
        assert!(controversy(50, 50) > controversy(90, 10));
        assert_eq!(controversy(5, 5), 10.0);
    }

    proptest! {
        #[test]
        fn ranks_are_finite_whatever_the_votes(up in 0_i64..1_000_000_000, down in 0_i64..1_000_000_000) {
            let ranks = Ranks::of(up, down);
            prop_assert!((-1.0..=1.0).contains(&ranks.best));
            prop_assert!(ranks.controversy.is_finite());
        }
    }
}

//! The time and new ids, from one source that a test or a simulation can hold still.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::{ContextV7, Timestamp, Uuid};

/// Tells the time in UTC with microseconds, the precision both databases keep.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// `None`: the machine's clock.
    set_to: Mutex<Option<DateTime<Utc>>>,
    /// Keeps ids of one process in the order they were made, also within a millisecond.
    ids: Mutex<ContextV7>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `time` until it is [set](Self::set).
    pub fn standing_at(time: DateTime<Utc>) -> Self {
        let clock = Self::default();
        clock.set(time);
        clock
    }

    /// Puts a clock to `time`, where it stands.
    pub fn set(&self, time: DateTime<Utc>) {
        *self.0.set_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(time.trunc_subsecs(6));
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        let set_to = *self.0.set_to.lock().unwrap_or_else(PoisonError::into_inner);
        set_to.unwrap_or_else(machine_time)
    }

    /// A new id that sorts by [`now`](Self::now).
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let ids = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*ids, seconds, now.timestamp_subsec_nanos()))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_time() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_keep_their_order() {
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH + chrono::Duration::days(20_000));
        let ids: Vec<Uuid> = (0..1_000).map(|_| clock.new_id()).collect();
        assert!(ids.is_sorted());
    }
}

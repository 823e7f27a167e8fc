//! The door that callers with a key come through: under a rush those who would wait too long are told to come back.
//!
//! Requests wait for connections to the database, in one queue. Without a door everybody who came joins it, and it grows
//! until nobody is served in time, those included who come after the rush. Looking a key up is the first thing a request
//! does in the database. Few do it at once, so no more go on to the rest than the database finishes, and who waits at the
//! door waits for nothing else: nothing was begun for them. A slow sender stands at no door, it has gone through.

use super::error::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use types::error::Code;

/// How many are in the door. Fewer than the connections of the default, so that those who are through get on.
const PLACES: usize = 12;
/// How long anybody waits at it. The queue is never longer than what is served in this time.
const PATIENCE: Duration = Duration::from_secs(1);
/// When to come back, in seconds.
const COME_BACK: u64 = 2;

/// The door; clones are the same one.
#[derive(Clone, Debug)]
pub struct Door {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Door {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), patience: PATIENCE }
    }
}

impl Door {
    /// Waits for a place, which is free again when the permit is dropped.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        match timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            // It is never closed; whoever waits too long is sent away.
            Ok(Err(_)) | Err(_) => {
                let hint = "Nothing was done. Send it again after the time in Retry-After";
                let refusal = ApiError::of(Code::Unavailable, "Too many want something at this moment", hint);
                Err(refusal.retry_after(COME_BACK))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_too_long_is_told_when_to_come_back_and_a_place_is_given_on() {
        let door = Door { patience: Duration::from_millis(1), ..Door::default() };
        let mut inside = Vec::new();
        for _ in 0..PLACES {
            inside.push(door.enter().await.unwrap());
        }
        let refused = door.enter().await.unwrap_err().into_problem();
        assert_eq!((refused.code, refused.retry_after_seconds), (Code::Unavailable, Some(COME_BACK)));
        inside.pop();
        assert!(door.enter().await.is_ok());
    }
}

//! Windows in this process.

use super::permit::Use;
use super::rule::{Key, Rule};
use super::{Answer, Reading};
use dashmap::DashMap;
use std::time::Duration;

/// Times are since 1970, from a clock that never jumps.
#[derive(Clone, Copy, Debug)]
struct Window {
    opened: Duration,
    closes: Duration,
    used: u32,
}

/// All windows.
#[derive(Default)]
pub(super) struct Memory(DashMap<Key, Window>);

impl Memory {
    /// Counts one use of each rule, or of none.
    pub(super) fn take(&self, rules: &[Rule], now: Duration) -> Answer {
        let mut readings = Vec::with_capacity(rules.len());
        for (n, rule) in rules.iter().enumerate() {
            match self.count(rule, now) {
                Ok(reading) => readings.push(reading),
                Err(reading) => {
                    let taken = rules.iter().zip(&readings).map(|(rule, reading)| Use::of(rule, *reading));
                    self.give_back(&taken.collect::<Vec<_>>());
                    return Answer { now, windows: Err((n, reading)) };
                }
            }
        }
        Answer { now, windows: Ok(readings) }
    }

    fn count(&self, rule: &Rule, now: Duration) -> Result<Reading, Reading> {
        let fresh = Window { opened: now, closes: now + rule.period, used: 0 };
        let mut window = self.0.entry(rule.key()).or_insert(fresh);
        // The period may have changed since: an agent is not new for ever. A window whose only use was given back was
        // never opened.
        window.closes = window.opened + rule.period;
        if now >= window.closes || window.used == 0 {
            *window = fresh;
        }
        let allowed = window.used < rule.count;
        if allowed {
            window.used += 1;
        }
        let reading = Reading { opened: window.opened, used: window.used };
        if allowed { Ok(reading) } else { Err(reading) }
    }

    /// Uncounts uses.
    pub(super) fn give_back(&self, uses: &[Use]) {
        for Use { key, opened } in uses {
            let Some(mut window) = self.0.get_mut(key) else { continue };
            // A window that opened later never counted this use.
            if window.opened == *opened {
                window.used = window.used.saturating_sub(1);
            }
        }
    }

    /// Forgets what is over.
    pub(super) fn sweep(&self, now: Duration) {
        self.0.retain(|_, window| window.used > 0 && now < window.closes);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

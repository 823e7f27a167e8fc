//! Windows in Redis, for all replicas together.
//!
//! A window is a hash of two fields, when it opened and how often it was used, and Redis forgets it by itself. One
//! script looks at all windows of a use and writes either all of them or none; the time is Redis's own, so that the
//! clocks of replicas need not agree. A Redis Cluster would want all windows of a use in one slot, which they are not.

use super::permit::Use;
use super::rule::Rule;
use super::{Answer, Reading};
use crate::redis::Redis;
use redis::{ErrorKind, RedisError, RedisResult, Script};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the name of every window starts with.
pub(super) const PREFIX: &str = "moltbook:limit:";

/// KEYS: windows. ARGV: the time in milliseconds or an empty text, then count and period of each window.
/// Answers the time, the number of the window that is full or 0, and of each window (or only the full one) when it
/// opened and how often it was used.
const TAKE: &str = r"
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local answer = {now, 0}
for i, key in ipairs(KEYS) do
  local count, period = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local window = redis.call('HMGET', key, 'opened', 'used')
  local opened, used = tonumber(window[1]), tonumber(window[2])
  if not opened or not used or used <= 0 or now >= opened + period then
    opened, used = now, 0
  end
  if used >= count then
    return {now, i, opened, used}
  end
  answer[2 * i + 1], answer[2 * i + 2] = opened, used + 1
end
for i, key in ipairs(KEYS) do
  local opened, period = answer[2 * i + 1], tonumber(ARGV[2 * i + 1])
  redis.call('HSET', key, 'opened', opened, 'used', answer[2 * i + 2])
  redis.call('PEXPIRE', key, math.max(opened + period - now, 1))
end
return answer
";

/// KEYS: windows. ARGV: when each opened. A window that opened later never counted the use.
const GIVE_BACK: &str = r"
for i, key in ipairs(KEYS) do
  local window = redis.call('HMGET', key, 'opened', 'used')
  if window[1] == ARGV[i] and tonumber(window[2]) > 0 then
    redis.call('HINCRBY', key, 'used', -1)
  end
end
return 0
";

/// The windows of all replicas.
pub(super) struct Shared {
    redis: Redis,
    prefix: String,
    take: Script,
    give_back: Script,
    /// Whether the last use could not be counted; said once, not for every request.
    is_lost: AtomicBool,
}

impl Shared {
    pub(super) fn new(redis: Redis, prefix: &str) -> Self {
        Self {
            redis,
            prefix: prefix.to_owned(),
            take: Script::new(TAKE),
            give_back: Script::new(GIVE_BACK),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Counts one use of each rule, or of none, in one round trip.
    pub(super) async fn take(&self, rules: &[Rule], now: Option<Duration>) -> RedisResult<Answer> {
        let mut call = self.take.prepare_invoke();
        call.arg(now.map_or_else(String::new, |now| now.as_millis().to_string()));
        for rule in rules {
            call.key(format!("{}{}", self.prefix, rule.key()));
            call.arg(rule.count).arg(u64::try_from(rule.period.as_millis()).unwrap_or(u64::MAX));
        }
        let answer = self.redis.script::<Vec<u64>>(&call).await.and_then(|numbers| read(&numbers, rules.len()));
        match &answer {
            Ok(_) if self.is_lost.load(Ordering::Relaxed) && self.is_lost.swap(false, Ordering::Relaxed) => {
                tracing::warn!("Limits are counted in Redis again");
            }
            Err(e) if !self.is_lost.swap(true, Ordering::Relaxed) => {
                tracing::warn!(error = e as &dyn std::error::Error, "Limits cannot be counted in Redis: {e}");
            }
            _ => {}
        }
        answer
    }

    /// Uncounts uses. If Redis is lost by now they stay counted until their window closes.
    pub(super) async fn give_back(&self, uses: &[Use]) {
        let mut call = self.give_back.prepare_invoke();
        for Use { key, opened } in uses {
            call.key(format!("{}{key}", self.prefix)).arg(opened.as_millis().to_string());
        }
        if let Err(e) = self.redis.script::<i64>(&call).await {
            tracing::debug!(error = &e as &dyn std::error::Error, "A use was not given back: {e}");
        }
    }
}

fn read(numbers: &[u64], rules: usize) -> RedisResult<Answer> {
    let strange = || RedisError::from((ErrorKind::UnexpectedReturnType, "a window that makes no sense"));
    let (&[now, full], windows) = numbers.split_first_chunk().ok_or_else(strange)?;
    let mut windows = windows.chunks_exact(2).map(|window| Reading {
        opened: Duration::from_millis(window[0]),
        used: u32::try_from(window[1]).unwrap_or(u32::MAX),
    });
    let windows = match usize::try_from(full).unwrap_or(usize::MAX).checked_sub(1) {
        Some(full) if full < rules => Err((full, windows.next().ok_or_else(strange)?)),
        Some(_) => return Err(strange()),
        None if windows.len() == rules => Ok(windows.collect()),
        None => return Err(strange()),
    };
    Ok(Answer { now: Duration::from_millis(now), windows })
}

//! How often one caller may do what: one window per limit and subject.
//!
//! A window opens with the first use and closes after its period, so "one post in 30 minutes" counts from the post.
//! All windows of a request are taken at once or none is, and a use that came to nothing is given back.
//!
//! - `rule`: what is counted, of whom, how often in which time
//! - `demand`: what a request of the agent API uses up, by its route
//! - `memory`, `shared`: where windows live: in this process, or in Redis for all replicas
//! - `permit`: a use that was allowed; `refusal`: one that was not
//! - `count`: the middleware
//!
//! When Redis is lost, each limit says what happens: reads are let through, other uses are counted in this process, and
//! registering and signing in are refused.

mod count;
mod demand;
mod memory;
mod permit;
mod refusal;
mod rule;
mod shared;
#[cfg(test)]
mod tests;

pub use count::{count, spend};
pub use demand::Demand;
pub use permit::{Permit, Standing};
pub use refusal::Refusal;
pub use rule::Subject;

use crate::config;
use crate::http::client_addr::ClientAddr;
use crate::redis::Redis;
use crate::telemetry::metrics::Metrics;
use chrono::{DateTime, Utc};
use demand::Scarce;
use memory::Memory;
use rule::{DAY, HOUR, MINUTE, Rule, What};
use shared::Shared;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SWEEP: Duration = Duration::from_secs(30);
/// A household or an office signs in to more than one account.
const LOGIN_ACCOUNTS_PER_ADDRESS: u32 = 10;

/// Whether an agent is in its first 24 hours, where some limits are stricter.
pub fn is_new(registered_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - registered_at).to_std().is_ok_and(|age| age < DAY)
}

/// The counters. Cloning shares them.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    settings: config::Limits,
    metrics: Metrics,
    memory: Memory,
    /// Counts for all replicas, where there is Redis.
    shared: Option<Shared>,
    started: Instant,
    /// When `started` was.
    epoch: Duration,
}

/// What happens to a use that Redis cannot count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// It goes on uncounted.
    LetThrough,
    /// This process counts it.
    CountHere,
    /// It is refused: uncounted, it would let a flood in.
    Refuse,
}

/// Where a use was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Memory,
    Shared,
}

/// A window after a use of it, or as it stood when the use was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    opened: Duration,
    used: u32,
}

/// What became of the rules a use was held against.
struct Answer {
    /// The time, since 1970, of the clock that decided.
    now: Duration,
    /// A window a rule; or which of the rules had none left.
    windows: Result<Vec<Reading>, (usize, Reading)>,
}

impl Limits {
    /// Counters that are all at zero; those in Redis stand where they stood.
    pub fn new(settings: &config::Limits, redis: Option<Redis>) -> Self {
        Self::with(settings, redis.map(|redis| Shared::new(redis, shared::PREFIX)))
    }

    fn with(settings: &config::Limits, shared: Option<Shared>) -> Self {
        Self(Arc::new(Inner {
            settings: settings.clone(),
            metrics: Metrics::default(),
            memory: Memory::default(),
            shared,
            started: Instant::now(),
            epoch: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        }))
    }

    /// Forgets closed windows from time to time, until the last clone is gone.
    pub fn sweep_in_background(&self) {
        let counters: Weak<Inner> = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                let Some(counters) = counters.upgrade() else { return };
                let limits = Self(counters);
                limits.0.memory.sweep(limits.now());
            }
        });
    }

    /// One request of the agent API, with all that it uses up.
    pub async fn request(&self, demand: &Demand) -> Result<Permit, Refusal> {
        self.take(&self.of_request(demand), demand.loss()).await
    }

    /// One request of the agent API, without what is scarce: that is taken by [`scarce`](Self::scarce).
    pub async fn plain_request(&self, demand: &Demand) -> Result<Permit, Refusal> {
        self.request(&demand.without_scarce()).await
    }

    /// What is scarce of a request whose [`plain_request`](Self::plain_request) was allowed.
    pub async fn scarce(&self, demand: &Demand) -> Result<Permit, Refusal> {
        self.take(&self.of_scarce(demand), demand.loss()).await
    }

    /// One new account of a human, as often as an agent may register. To be given back when it is refused.
    pub async fn sign_up(&self, addr: ClientAddr) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        let rules = [
            Rule::scarce(What::SignUps, Subject::Address(addr.key()), settings.register_per_hour, HOUR),
            Rule::scarce(What::AllSignUps, Subject::Everybody, settings.register_total_per_hour, HOUR),
        ];
        self.take(&rules, Loss::Refuse).await
    }

    /// One attempt to sign in to `account`. To be given back when it succeeds.
    ///
    /// Counted per account *and* address: counted per account alone, anybody could lock its owner out.
    pub async fn login(&self, addr: ClientAddr, account: &str) -> Result<Permit, Refusal> {
        let count = self.0.settings.login_per_hour;
        let subject = Subject::Address(addr.key());
        let rules = [
            Rule::scarce(What::logins_to(account), subject, count, HOUR),
            Rule::scarce(What::Logins, subject, count.saturating_mul(LOGIN_ACCOUNTS_PER_ADDRESS), HOUR),
        ];
        self.take(&rules, Loss::Refuse).await
    }

    fn of_request(&self, demand: &Demand) -> Vec<Rule> {
        let settings = &self.0.settings;
        let mut rules = vec![if demand.is_read {
            Rule::kept(What::Reads, demand.subject, settings.reads_per_minute, MINUTE)
        } else {
            Rule::kept(What::Writes, demand.subject, settings.writes_per_minute, MINUTE)
        }];
        rules.extend(self.of_scarce(demand));
        rules
    }

    fn of_scarce(&self, demand: &Demand) -> Vec<Rule> {
        let (settings, subject, is_new) = (&self.0.settings, demand.subject, demand.is_new);
        match demand.scarce {
            None => Vec::new(),
            Some(Scarce::Post) => {
                let interval = if is_new { settings.post_interval_new } else { settings.post_interval };
                vec![Rule::scarce(What::Posts, subject, 1, interval)]
            }
            Some(Scarce::Comment) => {
                let (interval, a_day) = if is_new {
                    (settings.comment_interval_new, settings.comments_per_day_new)
                } else {
                    (settings.comment_interval, settings.comments_per_day)
                };
                vec![
                    Rule::scarce(What::Comments, subject, 1, interval),
                    Rule::scarce(What::CommentsOfTheDay, subject, a_day, DAY),
                ]
            }
            Some(Scarce::Submolt) => {
                // A new agent is new for a day, so a window of a day counts all it makes as such.
                let (count, period) =
                    if is_new { (settings.submolts_new, DAY) } else { (1, settings.submolt_interval) };
                vec![Rule::scarce(What::Submolts, subject, count, period)]
            }
            Some(Scarce::Verification) => {
                // A wrong answer is refused and counts all the same: else guessing would be free.
                vec![Rule::kept(What::Verifications, subject, settings.verify_per_minute, MINUTE)]
            }
            Some(Scarce::Registration) => {
                let address = Subject::Address(demand.addr.key());
                vec![
                    Rule::scarce(What::Registrations, address, settings.register_per_hour, HOUR),
                    Rule::scarce(What::AllRegistrations, Subject::Everybody, settings.register_total_per_hour, HOUR),
                ]
            }
        }
    }

    fn now(&self) -> Duration {
        self.0.epoch + self.0.started.elapsed()
    }

    async fn take(&self, rules: &[Rule], loss: Loss) -> Result<Permit, Refusal> {
        self.take_at(rules, loss, None).await
    }

    /// Counts one use of each rule, or of none. Tests say when.
    async fn take_at(&self, rules: &[Rule], loss: Loss, now: Option<Duration>) -> Result<Permit, Refusal> {
        let rules: Vec<Rule> = rules.iter().copied().filter(|rule| !rule.is_off()).collect();
        let Some(first) = rules.first() else { return Ok(Permit::free(self.clone())) };
        let here = || (Place::Memory, self.0.memory.take(&rules, now.unwrap_or_else(|| self.now())));
        let (place, answer) = match &self.0.shared {
            None => here(),
            Some(shared) => match shared.take(&rules, now).await {
                Ok(answer) => (Place::Shared, answer),
                Err(_) => {
                    self.0.metrics.limit_without_redis(first.what.name(), loss.name());
                    match loss {
                        Loss::LetThrough => return Ok(Permit::free(self.clone())),
                        Loss::CountHere => here(),
                        Loss::Refuse => return Err(Refusal::Unavailable),
                    }
                }
            },
        };
        match answer.windows {
            Ok(readings) => Ok(Permit::new(self.clone(), place, &rules, &readings)),
            Err((full, reading)) => {
                let rule = &rules[full.min(rules.len() - 1)];
                self.0.metrics.refused(rule.what.name());
                Err(Refusal::spent(rule, reading, answer.now))
            }
        }
    }
}

impl Loss {
    fn name(self) -> &'static str {
        match self {
            Self::LetThrough => "let_through",
            Self::CountHere => "counted_here",
            Self::Refuse => "refused",
        }
    }
}

/// Rounded up, so that who waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl Inner {
    async fn give_back(&self, place: Place, uses: &[permit::Use]) {
        match (place, &self.shared) {
            (Place::Shared, Some(shared)) => shared.give_back(uses).await,
            _ => self.memory.give_back(uses),
        }
    }
}

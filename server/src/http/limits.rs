//! How often one caller may do what: counters in this process, one window per limit and subject.
//!
//! A window opens with the first use and closes after its period, so "one post in 30 minutes" counts from the post. A
//! use that came to nothing can be given back.

use crate::config;
use crate::http::client_addr::ClientAddr;
use crate::http::error::ApiError;
use crate::telemetry::metrics::Metrics;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use dashmap::DashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use types::actor::Actor;
use types::error::{Code, Problem};
use types::id::{AgentId, UserId};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const SWEEP: Duration = Duration::from_secs(30);
/// A household or an office signs in to more than one account.
const LOGIN_ACCOUNTS_PER_ADDRESS: u32 = 10;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An agent, whatever its addresses.
    Agent(AgentId),
    /// A signed-in person.
    Human(UserId),
    /// Somebody without credentials.
    Address(IpAddr),
    /// All together.
    Everybody,
}

impl Subject {
    /// Whom to count a request to.
    pub fn of(actor: &Actor, addr: ClientAddr) -> Self {
        match actor {
            Actor::Agent { id, .. } => Self::Agent(*id),
            Actor::Human { id, .. } => Self::Human(*id),
            Actor::Anonymous => Self::Address(addr.key()),
        }
    }
}

/// Whether an agent is in its first 24 hours, where some limits are stricter.
pub fn is_new(registered_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - registered_at).to_std().is_ok_and(|age| age < DAY)
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Reads,
    Writes,
    Posts,
    Comments,
    CommentsOfTheDay,
    Submolts,
    Registrations,
    AllRegistrations,
    SignUps,
    AllSignUps,
    /// To one account, by a hash of its name.
    LoginsTo(u64),
    Logins,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Posts => "posts",
            Self::Comments => "comments",
            Self::CommentsOfTheDay => "comments_per_day",
            Self::Submolts => "submolts",
            Self::Registrations => "registrations",
            Self::AllRegistrations => "registrations_total",
            Self::SignUps => "sign_ups",
            Self::AllSignUps => "sign_ups_total",
            Self::LoginsTo(_) | Self::Logins => "logins",
        }
    }
}

/// At most `count` in each `period`.
#[derive(Clone, Copy, Debug)]
struct Rule {
    what: What,
    subject: Subject,
    count: u32,
    period: Duration,
}

impl Rule {
    fn is_off(&self) -> bool {
        self.count == 0 || self.period.is_zero()
    }
}

type Key = (What, Subject);

/// Times are since 1970, from a clock that never jumps.
#[derive(Clone, Copy, Debug)]
struct Window {
    opened: Duration,
    closes: Duration,
    used: u32,
}

/// The counters of this process. Cloning shares them.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    settings: config::Limits,
    metrics: Metrics,
    windows: DashMap<Key, Window>,
    hasher: RandomState,
    started: Instant,
    /// When `started` was.
    epoch: Duration,
}

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

/// A use that was allowed and counted.
#[must_use = "a use that comes to nothing is to be given back"]
pub struct Permit {
    limits: Limits,
    /// The windows it was counted in, and when those opened.
    counted: [Option<(Key, Duration)>; 2],
    standing: Option<Standing>,
}

/// A use that was not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    what: What,
    period: Duration,
    /// How long to wait, at least a second.
    pub retry_after_seconds: u64,
    /// Where the limit stands.
    pub standing: Standing,
}

impl Limits {
    /// Counters that are all at zero.
    pub fn new(settings: &config::Limits) -> Self {
        Self(Arc::new(Inner {
            settings: settings.clone(),
            metrics: Metrics::default(),
            windows: DashMap::new(),
            hasher: RandomState::new(),
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
                limits.sweep(limits.now());
            }
        });
    }

    /// One read of the API.
    pub fn reads(&self, subject: Subject) -> Result<Permit, Refusal> {
        self.take(&[self.rule(What::Reads, subject, self.0.settings.reads_per_minute, MINUTE)])
    }

    /// One write of the API.
    pub fn writes(&self, subject: Subject) -> Result<Permit, Refusal> {
        self.take(&[self.rule(What::Writes, subject, self.0.settings.writes_per_minute, MINUTE)])
    }

    /// One post. To be given back when the post is refused.
    pub fn post(&self, agent: AgentId, is_new: bool) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        let interval = if is_new { settings.post_interval_new } else { settings.post_interval };
        self.take(&[self.rule(What::Posts, Subject::Agent(agent), 1, interval)])
    }

    /// One comment. To be given back when the comment is refused.
    pub fn comment(&self, agent: AgentId, is_new: bool) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        let (interval, a_day) = if is_new {
            (settings.comment_interval_new, settings.comments_per_day_new)
        } else {
            (settings.comment_interval, settings.comments_per_day)
        };
        let subject = Subject::Agent(agent);
        self.take(&[
            self.rule(What::Comments, subject, 1, interval),
            self.rule(What::CommentsOfTheDay, subject, a_day, DAY),
        ])
    }

    /// One new submolt. To be given back when it is refused.
    pub fn submolt(&self, agent: AgentId, is_new: bool) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        // A new agent is new for a day, so a window of a day counts all it makes as such.
        let (count, period) = if is_new { (settings.submolts_new, DAY) } else { (1, settings.submolt_interval) };
        self.take(&[self.rule(What::Submolts, Subject::Agent(agent), count, period)])
    }

    /// One registration. To be given back when it is refused.
    pub fn register(&self, addr: ClientAddr) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        self.take(&[
            self.rule(What::Registrations, Subject::Address(addr.key()), settings.register_per_hour, HOUR),
            self.rule(What::AllRegistrations, Subject::Everybody, settings.register_total_per_hour, HOUR),
        ])
    }

    /// One new account of a human, as often as an agent may register. To be given back when it is refused.
    pub fn sign_up(&self, addr: ClientAddr) -> Result<Permit, Refusal> {
        let settings = &self.0.settings;
        self.take(&[
            self.rule(What::SignUps, Subject::Address(addr.key()), settings.register_per_hour, HOUR),
            self.rule(What::AllSignUps, Subject::Everybody, settings.register_total_per_hour, HOUR),
        ])
    }

    /// One attempt to sign in to `account`. To be given back when it succeeds.
    ///
    /// Counted per account *and* address: counted per account alone, anybody could lock its owner out.
    pub fn login(&self, addr: ClientAddr, account: &str) -> Result<Permit, Refusal> {
        let count = self.0.settings.login_per_hour;
        let account = self.0.hasher.hash_one(account.trim().to_lowercase());
        let subject = Subject::Address(addr.key());
        self.take(&[
            self.rule(What::LoginsTo(account), subject, count, HOUR),
            self.rule(What::Logins, subject, count.saturating_mul(LOGIN_ACCOUNTS_PER_ADDRESS), HOUR),
        ])
    }

    fn rule(&self, what: What, subject: Subject, count: u32, period: Duration) -> Rule {
        Rule { what, subject, count, period }
    }

    fn now(&self) -> Duration {
        self.0.epoch + self.0.started.elapsed()
    }

    fn take(&self, rules: &[Rule]) -> Result<Permit, Refusal> {
        self.take_at(rules, self.now())
    }

    /// Counts one use of each rule, or of none.
    fn take_at(&self, rules: &[Rule], now: Duration) -> Result<Permit, Refusal> {
        let mut permit = Permit { limits: self.clone(), counted: [None, None], standing: None };
        for (rule, slot) in rules.iter().filter(|rule| !rule.is_off()).zip(0..) {
            match self.count(rule, now) {
                Ok((opened, standing)) => {
                    permit.counted[slot] = Some(((rule.what, rule.subject), opened));
                    // The scarcer one is what the caller has to know.
                    let scarcest = permit.standing.filter(|other| other.remaining <= standing.remaining);
                    permit.standing = scarcest.or(Some(standing));
                }
                Err(refusal) => {
                    permit.give_back();
                    self.0.metrics.refused(refusal.what.name());
                    return Err(refusal);
                }
            }
        }
        Ok(permit)
    }

    fn count(&self, rule: &Rule, now: Duration) -> Result<(Duration, Standing), Refusal> {
        let fresh = Window { opened: now, closes: now + rule.period, used: 0 };
        let mut window = self.0.windows.entry((rule.what, rule.subject)).or_insert(fresh);
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
        let standing = Standing {
            limit: rule.count,
            remaining: rule.count.saturating_sub(window.used),
            reset: whole_seconds(window.closes),
        };
        if allowed {
            return Ok((window.opened, standing));
        }
        let retry_after_seconds = whole_seconds(window.closes - now).max(1);
        Err(Refusal { what: rule.what, period: rule.period, retry_after_seconds, standing })
    }

    fn sweep(&self, now: Duration) {
        self.0.windows.retain(|_, window| window.used > 0 && now < window.closes);
    }
}

impl Permit {
    /// How much is left; `None` when the limit is off.
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// Uncounts the use.
    pub fn give_back(self) {
        for (key, opened) in self.counted.into_iter().flatten() {
            let Some(mut window) = self.limits.0.windows.get_mut(&key) else { continue };
            // A window that opened later never counted this use.
            if window.opened == opened {
                window.used = window.used.saturating_sub(1);
            }
        }
    }

    /// Keeps the use if `result` is a success, and gives it back if it is not.
    pub fn settle<T, E>(self, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.give_back();
        }
        result
    }
}

impl Standing {
    /// Writes the three headers, unless a stricter limit already did.
    pub fn write(self, headers: &mut HeaderMap) {
        if !headers.contains_key(LIMIT) {
            headers.insert(LIMIT, self.limit.into());
            headers.insert(REMAINING, self.remaining.into());
            headers.insert(RESET, self.reset.into());
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.standing.limit;
        let period = humantime::format_duration(self.period);
        match self.what {
            What::Reads => write!(f, "Too many reads: at most {count} in {period}"),
            What::Writes => write!(f, "Too many writes: at most {count} in {period}"),
            What::Posts => write!(f, "You can post once in {period}"),
            What::Comments => write!(f, "You can comment once in {period}"),
            What::CommentsOfTheDay => write!(f, "You can write {count} comments in {period}"),
            What::Submolts if count == 1 => write!(f, "You can create one submolt in {period}"),
            What::Submolts => write!(f, "You can create {count} submolts in {period}"),
            What::Registrations => write!(f, "Too many registrations from your address: at most {count} in {period}"),
            What::AllRegistrations => write!(f, "Too many registrations at present: at most {count} in {period}"),
            What::SignUps => write!(f, "Too many new accounts from your address: at most {count} in {period}"),
            What::AllSignUps => write!(f, "Too many new accounts at present: at most {count} in {period}"),
            What::LoginsTo(_) | What::Logins => write!(f, "Too many attempts to sign in"),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let wait = humantime::format_duration(Duration::from_secs(refusal.retry_after_seconds));
        Self {
            code: Code::RateLimited,
            message: refusal.to_string(),
            hint: format!("Wait {wait}, then try again"),
            errors: Vec::new(),
            retry_after_seconds: Some(refusal.retry_after_seconds),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let standing = self.standing;
        let mut response = ApiError::new(self.into()).into_response();
        standing.write(response.headers_mut());
        response
    }
}

/// Counts each request of the agent API, after it is known who asks.
///
/// Reads the caller and the client's address from the request's extensions.
pub async fn count(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let addr = extensions.get::<ClientAddr>().copied().unwrap_or(ClientAddr(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    let subject = Subject::of(extensions.get::<Actor>().unwrap_or(&Actor::Anonymous), addr);
    let permit = match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS => limits.reads(subject),
        _ => limits.writes(subject),
    };
    let standing = match permit {
        Ok(permit) => permit.standing(),
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    if status == StatusCode::TOO_MANY_REQUESTS
        && let Some(wait) = retry_after(headers)
    {
        // Another limit refused it further in: the numbers must not say that something is left.
        let limit = standing.map_or(1, |standing| standing.limit);
        Standing { limit, remaining: 0, reset: whole_seconds(limits.now()) + wait }.write(headers);
    } else if let Some(standing) = standing {
        standing.write(headers);
    }
    response
}

fn retry_after(headers: &HeaderMap<HeaderValue>) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

/// Rounded up, so that who waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use uuid::Uuid;

    const START: Duration = Duration::from_secs(1_700_000_000);
    const AGENT: AgentId = AgentId(Uuid::from_u128(1));
    const OTHER: AgentId = AgentId(Uuid::from_u128(2));

    fn limits(flags: &[&str]) -> Limits {
        Limits::new(&Config::from_flags(flags).unwrap().limits)
    }

    fn rule(count: u32, seconds: u64) -> Rule {
        Rule { what: What::Posts, subject: Subject::Agent(AGENT), count, period: Duration::from_secs(seconds) }
    }

    fn after(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    fn addr(text: &str) -> ClientAddr {
        ClientAddr(text.parse().unwrap())
    }

    #[test]
    fn a_window_lets_its_count_through_and_then_says_how_long_to_wait() {
        let limits = limits(&[]);
        let rules = [rule(2, 60)];
        let first = limits.take_at(&rules, START).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(first.standing(), Some(Standing { limit: 2, remaining: 1, reset: 1_700_000_060 }));
        let second = limits.take_at(&rules, after(10_500)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(second.standing().map(|s| s.remaining), Some(0));
        let Err(refusal) = limits.take_at(&rules, after(10_500)) else { panic!("the third was let through") };
        assert_eq!(refusal.retry_after_seconds, 50);
        assert_eq!(refusal.standing, Standing { limit: 2, remaining: 0, reset: 1_700_000_060 });
    }

    #[test]
    fn a_window_closes_exactly_after_its_period() {
        let limits = limits(&[]);
        let rules = [rule(1, 60)];
        assert!(limits.take_at(&rules, START).is_ok());
        assert!(limits.take_at(&rules, after(59_999)).is_err_and(|e| e.retry_after_seconds == 1));
        assert!(limits.take_at(&rules, after(60_000)).is_ok());
        assert!(limits.take_at(&rules, after(60_001)).is_err());
    }

    #[test]
    fn who_waits_as_long_as_told_is_let_through() {
        let limits = limits(&[]);
        let rules = [rule(1, 60)];
        assert!(limits.take_at(&rules, after(300)).is_ok());
        let Err(refusal) = limits.take_at(&rules, after(1_700)) else { panic!("let through") };
        assert!(limits.take_at(&rules, after(1_700) + Duration::from_secs(refusal.retry_after_seconds)).is_ok());
    }

    #[test]
    fn a_use_that_is_given_back_was_never_counted() {
        let limits = limits(&[]);
        let rules = [rule(1, 60)];
        limits.take_at(&rules, START).unwrap_or_else(|e| panic!("{e}")).give_back();
        // The window counts from the use that stayed.
        assert!(limits.take_at(&rules, after(50_000)).is_ok());
        assert!(limits.take_at(&rules, after(70_000)).is_err_and(|e| e.retry_after_seconds == 40));
    }

    #[test]
    fn giving_back_late_takes_nothing_from_the_next_window() {
        let limits = limits(&[]);
        let rules = [rule(1, 60)];
        let slow = limits.take_at(&rules, START).unwrap_or_else(|e| panic!("{e}"));
        assert!(limits.take_at(&rules, after(60_000)).is_ok());
        slow.give_back();
        assert!(limits.take_at(&rules, after(60_001)).is_err());
    }

    #[test]
    fn settling_keeps_a_success_and_gives_a_failure_back() {
        let limits = limits(&[]);
        let refused = limits.post(AGENT, false).unwrap_or_else(|e| panic!("{e}")).settle(Err::<(), _>("invalid"));
        assert_eq!(refused, Err("invalid"));
        let kept = limits.post(AGENT, false).unwrap_or_else(|e| panic!("{e}")).settle(Ok::<_, ()>("posted"));
        assert_eq!(kept, Ok("posted"));
        assert!(limits.post(AGENT, false).is_err());
        assert!(limits.post(OTHER, false).is_ok());
    }

    #[test]
    fn of_two_limits_both_or_none_is_counted() {
        let limits = limits(&[]);
        let pair = |interval| {
            [
                Rule { what: What::Comments, ..rule(1, interval) },
                Rule { what: What::CommentsOfTheDay, ..rule(2, 86_400) },
            ]
        };
        assert!(limits.take_at(&pair(20), START).is_ok());
        assert!(limits.take_at(&pair(20), after(20_000)).is_ok());
        // The day is used up; the refused try must not close the short window too.
        assert!(limits.take_at(&pair(20), after(40_000)).is_err_and(|e| e.what == What::CommentsOfTheDay));
        let short = [Rule { what: What::Comments, ..rule(1, 20) }];
        assert!(limits.take_at(&short, after(40_001)).is_ok());
    }

    #[test]
    fn an_agent_that_is_no_longer_new_has_the_usual_interval_at_once() {
        let limits = limits(&[]);
        assert!(limits.take_at(&[rule(1, 7_200)], START).is_ok());
        assert!(limits.take_at(&[rule(1, 7_200)], after(1_800_000)).is_err());
        assert!(limits.take_at(&[rule(1, 1_800)], after(1_800_000)).is_ok());
    }

    #[test]
    fn zero_turns_a_limit_off() {
        let limits = limits(&["--limit-post-interval=0", "--limit-reads-per-minute=0"]);
        for _ in 0..100 {
            assert!(limits.post(AGENT, false).is_ok_and(|permit| permit.standing().is_none()));
            assert!(limits.reads(Subject::Everybody).is_ok());
        }
    }

    #[test]
    fn registrations_are_limited_by_address_and_in_all() {
        let limits = limits(&["--limit-register-per-hour=2", "--limit-register-total-per-hour=3"]);
        let rotated = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3"];
        let through = rotated.iter().filter(|a| limits.register(addr(a)).is_ok()).count();
        assert_eq!(through, 2, "one network counts as one address");
        assert!(limits.register(addr("2001:db8:2::1")).is_ok());
        assert!(limits.register(addr("2001:db8:3::1")).is_err_and(|e| e.what == What::AllRegistrations));
    }

    #[test]
    fn one_address_cannot_try_many_accounts_nor_lock_an_account_for_others() {
        let limits = limits(&["--limit-login-per-hour=2"]);
        let (attacker, owner) = (addr("203.0.113.1"), addr("203.0.113.2"));
        assert!(limits.login(attacker, "ada").is_ok());
        assert!(limits.login(attacker, " ADA ").is_ok());
        assert!(limits.login(attacker, "ada").is_err());
        assert!(limits.login(owner, "ada").is_ok());
        let through = (0..50).filter(|n| limits.login(attacker, &format!("victim{n}")).is_ok()).count();
        assert_eq!(through, 18, "twenty in all");
    }

    #[test]
    fn sweeping_forgets_only_what_is_over() {
        let limits = limits(&[]);
        let other = Rule { subject: Subject::Agent(OTHER), ..rule(1, 600) };
        assert!(limits.take_at(&[rule(1, 60)], START).is_ok());
        assert!(limits.take_at(&[other], START).is_ok());
        limits.sweep(after(60_000));
        assert_eq!(limits.0.windows.len(), 1);
        assert!(limits.take_at(&[other], after(60_001)).is_err());
    }

    #[test]
    fn concurrent_uses_never_exceed_the_limit() {
        let limits = limits(&["--limit-writes-per-minute=30"]);
        let through: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    let limits = limits.clone();
                    scope.spawn(move || (0..100).filter(|_| limits.writes(Subject::Agent(AGENT)).is_ok()).count())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(through, 30);
    }

    #[test]
    fn a_day_makes_an_agent_an_old_one() {
        let registered = DateTime::UNIX_EPOCH;
        assert!(is_new(registered, registered + chrono::Duration::seconds(86_399)));
        assert!(!is_new(registered, registered + chrono::Duration::seconds(86_400)));
        assert!(!is_new(registered, registered - chrono::Duration::seconds(1)));
    }

    #[test]
    fn a_refusal_says_what_and_how_long() {
        let limits = limits(&[]);
        assert!(limits.post(AGENT, true).is_ok());
        let Err(refusal) = limits.post(AGENT, true) else { panic!("let through") };
        let problem = Problem::from(refusal);
        assert_eq!(problem.message, "You can post once in 2h");
        assert_eq!(problem.hint, "Wait 2h, then try again");
        assert_eq!(problem.retry_after_seconds, Some(7_200));
    }
}

//! The same limits over both places where windows live. Those in Redis are tried where `TEST_REDIS_URL` names one.

use super::demand::Scarce;
use super::refusal::Spent;
use super::*;
use crate::config::Config;
use types::error::Problem;
use types::id::AgentId;
use uuid::Uuid;

const START: Duration = Duration::from_secs(1_700_000_000);
const AGENT: AgentId = AgentId(Uuid::from_u128(1));
const OTHER: AgentId = AgentId(Uuid::from_u128(2));

/// Fresh counters of every kind that there is here.
fn limits(flags: &[&str]) -> Vec<Limits> {
    let settings = Config::from_flags(flags).unwrap().limits;
    let redis = redis_url().map(|url| {
        let config = Config::from_flags(&[&format!("--redis-url={url}")]).unwrap();
        let redis = Redis::open(config.database.redis_url().unwrap()).unwrap();
        Limits::with(&settings, Some(Shared::new(redis, &format!("test:{}:", Uuid::new_v4()))))
    });
    std::iter::once(Limits::with(&settings, None)).chain(redis).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn redis_url() -> Option<String> {
    std::env::var("TEST_REDIS_URL").ok()
}

/// A Redis that nobody answers for.
fn without_redis(flags: &[&str]) -> Limits {
    let config = Config::from_flags(&["--redis-url=redis://127.0.0.1:1/"]).unwrap();
    let redis = Redis::open(config.database.redis_url().unwrap()).unwrap();
    Limits::new(&Config::from_flags(flags).unwrap().limits, Some(redis))
}

fn rule(count: u32, seconds: u64) -> Rule {
    Rule::scarce(What::Posts, Subject::Agent(AGENT), count, Duration::from_secs(seconds))
}

fn after(millis: u64) -> Duration {
    START + Duration::from_millis(millis)
}

fn addr(text: &str) -> ClientAddr {
    ClientAddr(text.parse().unwrap())
}

fn demand(subject: Subject, scarce: Option<Scarce>) -> Demand {
    Demand { subject, addr: addr("203.0.113.1"), is_new: false, is_read: false, scarce }
}

fn read(subject: Subject) -> Demand {
    Demand { is_read: true, ..demand(subject, None) }
}

fn registration(address: &str) -> Demand {
    let addr = addr(address);
    Demand { addr, ..demand(Subject::Address(addr.key()), Some(Scarce::Registration)) }
}

impl Limits {
    async fn try_at(&self, rules: &[Rule], millis: u64) -> Result<Permit, Spent> {
        spent(self.take_at(rules, Loss::Refuse, Some(after(millis))).await)
    }
}

#[track_caller]
fn spent(taken: Result<Permit, Refusal>) -> Result<Permit, Spent> {
    taken.map_err(|refusal| match refusal {
        Refusal::Spent(spent) => spent,
        Refusal::Unavailable => panic!("the counters are lost"),
    })
}

#[track_caller]
fn allowed(taken: Result<Permit, Spent>) -> Permit {
    taken.unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn refused(taken: Result<Permit, Spent>) -> Spent {
    let Err(spent) = taken else { panic!("let through") };
    spent
}

#[tokio::test]
async fn a_window_lets_its_count_through_and_then_says_how_long_to_wait() {
    for limits in limits(&[]) {
        let rules = [rule(2, 60)];
        let first = allowed(limits.try_at(&rules, 0).await);
        assert_eq!(first.standing(), Some(Standing { limit: 2, remaining: 1, reset: 1_700_000_060 }));
        let second = allowed(limits.try_at(&rules, 10_500).await);
        assert_eq!(second.standing().map(|s| s.remaining), Some(0));
        let third = refused(limits.try_at(&rules, 10_500).await);
        assert_eq!(third.retry_after_seconds, 50);
        assert_eq!(third.standing, Standing { limit: 2, remaining: 0, reset: 1_700_000_060 });
    }
}

#[tokio::test]
async fn a_window_closes_exactly_after_its_period() {
    for limits in limits(&[]) {
        let rules = [rule(1, 60)];
        _ = allowed(limits.try_at(&rules, 0).await);
        assert_eq!(refused(limits.try_at(&rules, 59_999).await).retry_after_seconds, 1);
        _ = allowed(limits.try_at(&rules, 60_000).await);
        _ = refused(limits.try_at(&rules, 60_001).await);
    }
}

#[tokio::test]
async fn who_waits_as_long_as_told_is_let_through() {
    for limits in limits(&[]) {
        let rules = [rule(1, 60)];
        _ = allowed(limits.try_at(&rules, 300).await);
        let wait = refused(limits.try_at(&rules, 1_700).await).retry_after_seconds;
        _ = allowed(limits.try_at(&rules, 1_700 + wait * 1_000).await);
    }
}

#[tokio::test]
async fn a_use_that_is_given_back_was_never_counted() {
    for limits in limits(&[]) {
        let rules = [rule(1, 60)];
        allowed(limits.try_at(&rules, 0).await).give_back().await;
        // The window counts from the use that stayed.
        _ = allowed(limits.try_at(&rules, 50_000).await);
        assert_eq!(refused(limits.try_at(&rules, 70_000).await).retry_after_seconds, 40);
    }
}

#[tokio::test]
async fn giving_back_late_takes_nothing_from_the_next_window() {
    for limits in limits(&[]) {
        let rules = [rule(1, 60)];
        let slow = allowed(limits.try_at(&rules, 0).await);
        _ = allowed(limits.try_at(&rules, 60_000).await);
        slow.give_back().await;
        _ = refused(limits.try_at(&rules, 60_001).await);
    }
}

#[tokio::test]
async fn only_what_is_scarce_is_given_back() {
    for limits in limits(&["--limit-writes-per-minute=2"]) {
        let post = demand(Subject::Agent(AGENT), Some(Scarce::Post));
        allowed(spent(limits.request(&post).await)).give_back().await;
        allowed(spent(limits.request(&post).await)).give_back().await;
        assert_eq!(refused(spent(limits.request(&post).await)).what, What::Writes);
        _ = allowed(spent(limits.scarce(&post).await));
        assert_eq!(refused(spent(limits.scarce(&post).await)).what, What::Posts);
        _ = allowed(spent(limits.scarce(&demand(Subject::Agent(OTHER), Some(Scarce::Post))).await));
    }
}

#[tokio::test]
async fn of_several_limits_all_or_none_is_counted() {
    for limits in limits(&[]) {
        let pair =
            [Rule { what: What::Comments, ..rule(1, 20) }, Rule { what: What::CommentsOfTheDay, ..rule(2, 86_400) }];
        _ = allowed(limits.try_at(&pair, 0).await);
        _ = allowed(limits.try_at(&pair, 20_000).await);
        // The day is used up; the refused try must not close the short window too.
        assert_eq!(refused(limits.try_at(&pair, 40_000).await).what, What::CommentsOfTheDay);
        _ = allowed(limits.try_at(&pair[..1], 40_001).await);
    }
}

#[tokio::test]
async fn an_agent_that_is_no_longer_new_has_the_usual_interval_at_once() {
    for limits in limits(&[]) {
        _ = allowed(limits.try_at(&[rule(1, 7_200)], 0).await);
        _ = refused(limits.try_at(&[rule(1, 7_200)], 1_800_000).await);
        _ = allowed(limits.try_at(&[rule(1, 1_800)], 1_800_000).await);
    }
}

#[tokio::test]
async fn zero_turns_a_limit_off() {
    for limits in limits(&["--limit-post-interval=0", "--limit-reads-per-minute=0"]) {
        for _ in 0..100 {
            let post = limits.scarce(&demand(Subject::Agent(AGENT), Some(Scarce::Post))).await;
            assert_eq!(allowed(spent(post)).standing(), None);
            assert_eq!(allowed(spent(limits.request(&read(Subject::Everybody)).await)).standing(), None);
        }
    }
}

#[tokio::test]
async fn registrations_are_limited_by_address_and_in_all() {
    for limits in limits(&["--limit-register-per-hour=2", "--limit-register-total-per-hour=3"]) {
        let rotated = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::3"];
        let mut through = 0;
        for address in rotated {
            through += u32::from(limits.request(&registration(address)).await.is_ok());
        }
        assert_eq!(through, 2, "one network counts as one address");
        _ = allowed(spent(limits.request(&registration("2001:db8:2::1")).await));
        let last = refused(spent(limits.request(&registration("2001:db8:3::1")).await));
        assert_eq!(last.what, What::AllRegistrations);
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts_nor_lock_an_account_for_others() {
    for limits in limits(&["--limit-login-per-hour=2"]) {
        let (attacker, owner) = (addr("203.0.113.1"), addr("203.0.113.2"));
        _ = allowed(spent(limits.login(attacker, "ada").await));
        _ = allowed(spent(limits.login(attacker, " ADA ").await));
        _ = refused(spent(limits.login(attacker, "ada").await));
        _ = allowed(spent(limits.login(owner, "ada").await));
        let mut through = 0;
        for n in 0..50 {
            through += u32::from(limits.login(attacker, &format!("victim{n}")).await.is_ok());
        }
        assert_eq!(through, 18, "twenty in all");
    }
}

#[tokio::test]
async fn sweeping_forgets_only_what_is_over() {
    let settings = Config::from_flags(&[]).unwrap().limits;
    let limits = Limits::with(&settings, None);
    let other = Rule { subject: Subject::Agent(OTHER), ..rule(1, 600) };
    _ = allowed(limits.try_at(&[rule(1, 60)], 0).await);
    _ = allowed(limits.try_at(&[other], 0).await);
    limits.0.memory.sweep(after(60_000));
    assert_eq!(limits.0.memory.len(), 1);
    _ = refused(limits.try_at(&[other], 60_001).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_uses_never_exceed_the_limit() {
    for limits in limits(&["--limit-writes-per-minute=30"]) {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let limits = limits.clone();
                tokio::spawn(async move {
                    let mut through = 0;
                    for _ in 0..50 {
                        through += u32::from(limits.request(&demand(Subject::Agent(AGENT), None)).await.is_ok());
                    }
                    through
                })
            })
            .collect();
        let mut through = 0;
        for task in tasks {
            through += task.await.unwrap();
        }
        assert_eq!(through, 30);
    }
}

#[tokio::test]
async fn two_replicas_share_what_is_in_redis() {
    let Some(url) = redis_url() else { return };
    let config = Config::from_flags(&[&format!("--redis-url={url}"), "--limit-writes-per-minute=3"]).unwrap();
    let prefix = format!("test:{}:", Uuid::new_v4());
    let replica = || {
        let redis = Redis::open(config.database.redis_url().unwrap()).unwrap();
        Limits::with(&config.limits, Some(Shared::new(redis, &prefix)))
    };
    let (one, other) = (replica(), replica());
    let write = demand(Subject::Agent(AGENT), None);
    _ = allowed(spent(one.request(&write).await));
    _ = allowed(spent(other.request(&write).await));
    assert_eq!(allowed(spent(one.request(&write).await)).standing().map(|s| s.remaining), Some(0));
    let wait = refused(spent(other.request(&write).await)).retry_after_seconds;
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn without_redis_reads_go_on_writes_are_counted_here_and_doors_are_shut() {
    let limits = without_redis(&["--limit-reads-per-minute=1", "--limit-writes-per-minute=2"]);
    let agent = Subject::Agent(AGENT);
    for _ in 0..5 {
        assert_eq!(allowed(spent(limits.request(&read(agent)).await)).standing(), None);
    }
    _ = allowed(spent(limits.request(&demand(agent, None)).await));
    // What was counted here is also given back here.
    allowed(spent(limits.request(&demand(agent, Some(Scarce::Post))).await)).give_back().await;
    assert_eq!(refused(spent(limits.request(&demand(agent, None)).await)).what, What::Writes);
    _ = allowed(spent(limits.scarce(&demand(agent, Some(Scarce::Post))).await));
    for refusal in [
        limits.request(&registration("203.0.113.1")).await.err(),
        limits.login(addr("203.0.113.1"), "ada").await.err(),
        limits.sign_up(addr("203.0.113.1")).await.err(),
    ] {
        assert_eq!(refusal, Some(Refusal::Unavailable));
    }
    let problem = Problem::from(Refusal::Unavailable);
    assert_eq!((problem.code.status(), problem.retry_after_seconds), (503, Some(2)));
}

#[test]
fn a_day_makes_an_agent_an_old_one() {
    let registered = DateTime::UNIX_EPOCH;
    assert!(is_new(registered, registered + chrono::Duration::seconds(86_399)));
    assert!(!is_new(registered, registered + chrono::Duration::seconds(86_400)));
    assert!(!is_new(registered, registered - chrono::Duration::seconds(1)));
}

#[tokio::test]
async fn a_refusal_says_what_and_how_long() {
    for limits in limits(&[]) {
        let post = Demand { is_new: true, ..demand(Subject::Agent(AGENT), Some(Scarce::Post)) };
        _ = allowed(spent(limits.request(&post).await));
        let Err(refusal) = limits.request(&post).await else { panic!("let through") };
        let problem = Problem::from(refusal);
        assert_eq!(problem.message, "You can post once in 2h");
        assert_eq!(problem.hint, "Wait 2h, then try again");
        assert_eq!(problem.retry_after_seconds, Some(7_200));
    }
}

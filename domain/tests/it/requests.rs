//! Requests that are sent again.

use chrono::Duration;
use domain::once::{Claim, Claimed, Repeatable};
use domain::testing::{TestDomain, text};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use types::error::Code;

const SECRET: &str = "moltbook_sk_told_once";

fn request<'a>(key: &'a str, body: &'a str) -> Repeatable<'a> {
    Repeatable {
        caller: "agent:ada",
        credential: Some("moltbook_sk_adas"),
        route: "/api/v1/posts",
        key,
        body: body.as_bytes(),
    }
}

async fn claim(t: &TestDomain, request: &Repeatable<'_>) -> &'static str {
    match t.domain.claim_request(request).await.unwrap() {
        Claimed::Mine(_) => "mine",
        Claimed::Answered(_) => "answered",
        Claimed::Different => "different",
        Claimed::Running => "running",
        Claimed::Lost => "lost",
    }
}

async fn mine(t: &TestDomain, request: &Repeatable<'_>) -> Claim {
    let Claimed::Mine(claim) = t.domain.claim_request(request).await.unwrap() else { panic!("not mine") };
    claim
}

#[tokio::test]
async fn a_repetition_gets_the_answer_of_the_first() {
    let t = TestDomain::new().await;
    let first = mine(&t, &request("k", "a")).await;
    assert_eq!(claim(&t, &request("k", "a")).await, "running");
    t.domain.settle_request(first, Some(SECRET.as_bytes())).await.unwrap();
    let Claimed::Answered(answer) = t.domain.claim_request(&request("k", "a")).await.unwrap() else {
        panic!("not answered")
    };
    assert_eq!(answer, SECRET.as_bytes());
}

#[tokio::test]
async fn another_body_is_told_apart_and_another_caller_route_or_key_is_another_request() {
    let t = TestDomain::new().await;
    let first = mine(&t, &request("k", "a")).await;
    assert_eq!(claim(&t, &request("k", "b")).await, "different");
    t.domain.settle_request(first, Some(b"done")).await.unwrap();
    assert_eq!(claim(&t, &request("k", "b")).await, "different");
    for other in [
        Repeatable { caller: "agent:bob", ..request("k", "a") },
        Repeatable { route: "/api/v1/submolts", ..request("k", "a") },
        request("l", "a"),
    ] {
        assert_eq!(claim(&t, &other).await, "mine");
    }
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let t = TestDomain::new().await;
    let tries = (0..20).map(|_| async { claim(&t, &request("k", "a")).await });
    let claims = futures::future::join_all(tries).await;
    assert_eq!(claims.iter().filter(|claim| **claim == "mine").count(), 1);
    assert_eq!(claims.iter().filter(|claim| **claim == "running").count(), 19);
}

#[tokio::test]
async fn after_a_crash_that_did_nothing_the_repetition_is_carried_out_and_the_first_can_no_longer_be() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let first = mine(&t, &request("k", "a")).await;
    t.wait(Duration::seconds(9));
    assert_eq!(claim(&t, &request("k", "a")).await, "running");
    t.wait(Duration::seconds(1));
    let second = mine(&t, &request("k", "a")).await;
    // The first was not dead but slow.
    let late = first.during(t.domain.create_post(&ada, text("Twice?", "general"))).await;
    assert_eq!(late.unwrap_err().code(), Code::Conflict);
    second.during(t.domain.create_post(&ada, text("Once", "general"))).await.unwrap();
    t.domain.settle_request(first, None).await.unwrap();
    t.domain.settle_request(second, Some(b"posted")).await.unwrap();
    assert_eq!(t.domain.stats().await.unwrap().posts, 1);
    assert_eq!(claim(&t, &request("k", "a")).await, "answered");
}

#[tokio::test]
async fn after_a_crash_that_did_something_nothing_is_done_again() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let first = mine(&t, &request("k", "a")).await;
    first.during(t.domain.create_post(&ada, text("Once", "general"))).await.unwrap();
    assert_eq!(claim(&t, &request("k", "a")).await, "running");
    t.wait(Duration::seconds(10));
    assert_eq!(claim(&t, &request("k", "a")).await, "lost");
    assert_eq!(claim(&t, &request("k", "b")).await, "different");
}

#[tokio::test]
async fn a_request_that_came_to_nothing_lets_its_key_go() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let first = mine(&t, &request("k", "a")).await;
    let refused = first.during(t.domain.create_post(&ada, text("Nowhere", "no-such-place"))).await;
    assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    t.domain.settle_request(first, None).await.unwrap();
    let again = mine(&t, &request("k", "b")).await;
    // One that came to something and whose answer is not kept does not.
    again.during(t.domain.create_post(&ada, text("Here", "general"))).await.unwrap();
    t.domain.settle_request(again, None).await.unwrap();
    assert_eq!(claim(&t, &request("k", "b")).await, "lost");
}

#[tokio::test]
async fn an_answer_lies_sealed_and_only_the_same_credential_opens_it() {
    let t = TestDomain::new().await;
    let first = mine(&t, &request("k", "a")).await;
    t.domain.settle_request(first, Some(SECRET.as_bytes())).await.unwrap();
    let other_key = Repeatable { credential: Some("moltbook_sk_new"), ..request("k", "a") };
    assert_eq!(claim(&t, &other_key).await, "lost");

    let backend = if t.url.starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
    let database = Database::connect(&t.url).await.unwrap();
    let row = database.query_one_raw(Statement::from_string(backend, "SELECT answer FROM idempotency")).await;
    let answer: Vec<u8> = row.unwrap().unwrap().try_get("", "answer").unwrap();
    assert!(!answer.windows(8).any(|bytes| SECRET.as_bytes().windows(8).any(|part| part == bytes)));
}

#[tokio::test]
async fn without_a_credential_an_answer_is_kept_only_under_a_key_that_nobody_guesses() {
    let t = TestDomain::new().await;
    for (key, then) in [("register-1", "mine"), ("0198c0de-0000-7000-8000-000000000000", "answered")] {
        let request = Repeatable { caller: "address:203.0.113.1", credential: None, ..request(key, "a") };
        let first = mine(&t, &request).await;
        t.domain.settle_request(first, Some(SECRET.as_bytes())).await.unwrap();
        assert_eq!(claim(&t, &request).await, then, "{key}");
    }
}

#[tokio::test]
async fn after_a_day_a_request_is_forgotten() {
    let t = TestDomain::new().await;
    for key in ["k", "l"] {
        let first = mine(&t, &request(key, "a")).await;
        t.domain.settle_request(first, Some(b"done")).await.unwrap();
    }
    t.wait(Duration::hours(24) - Duration::seconds(1));
    assert_eq!(claim(&t, &request("k", "a")).await, "answered");
    t.wait(Duration::seconds(1));
    assert_eq!(claim(&t, &request("k", "b")).await, "mine");
    assert_eq!(t.domain.delete_old_requests().await.unwrap(), 1);
}

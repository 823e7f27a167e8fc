//! Limits over the wire, with the defaults.

use crate::app::TestApp;
use serde_json::json;
use types::agent::NewAgent;

#[tokio::test]
async fn every_answer_says_where_the_caller_stands() {
    let app = TestApp::limited().await;
    let ada = app.agent("ada").await;
    let reply = ada.get("/agents/me").await;
    assert_eq!((reply.header("x-ratelimit-limit"), reply.header("x-ratelimit-remaining")), ("60", "59"));
    assert!(reply.header("x-ratelimit-reset").parse::<u64>().is_ok());
    let refused = ada.get("/nothing/here").await;
    assert_eq!((refused.refused(404).as_str(), refused.header("x-ratelimit-remaining")), ("NOT_FOUND", "58"));
}

#[tokio::test]
async fn guessing_keys_is_counted() {
    let app = TestApp::limited().await;
    let guesser = app.with_key("moltbook_sk_guess");
    for left in (0..60).rev() {
        let reply = guesser.get("/posts").await;
        assert_eq!(
            (reply.refused(401).as_str(), reply.header("x-ratelimit-remaining")),
            ("UNAUTHORIZED", left.to_string().as_str())
        );
    }
    assert_eq!(guesser.get("/posts").await.refused(429), "RATE_LIMITED");
}

#[tokio::test]
async fn a_refused_post_costs_nothing_and_a_second_one_has_to_wait() {
    let app = TestApp::limited().await;
    let ada = app.agent("ada").await;
    let empty = json!({"submolt_name": "general", "title": "", "content": "x"});
    assert_eq!(ada.post("/posts", &empty).await.refused(400), "VALIDATION");
    ada.posts("First").await;
    let second = json!({"submolt_name": "general", "title": "Second", "content": "x"});
    let reply = ada.post("/posts", &second).await;
    assert_eq!(reply.refused(429), "RATE_LIMITED");
    let body = reply.json();
    let seconds = body["retry_after_seconds"].as_u64().unwrap();
    assert!((7_000..=7_200).contains(&seconds), "{body}");
    assert_eq!(reply.header("retry-after"), seconds.to_string());
    assert_eq!(
        (&body["retry_after_minutes"], &body["retryAfter"], &body["remaining"]),
        (&120.into(), &seconds.into(), &0.into())
    );
    assert!(body["reset_at"].is_string());
}

#[tokio::test]
async fn without_redis_agents_go_on_and_nobody_registers_or_signs_in() {
    // Nobody answers there.
    let app = TestApp::limited_by_redis("redis://127.0.0.1:1/").await;
    let ada = app.t.domain.register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None });
    let ada = app.with_key(&ada.await.unwrap().api_key);
    for _ in 0..70 {
        let reply = ada.get("/agents/me").await;
        assert_eq!((reply.status.as_u16(), reply.header("x-ratelimit-limit")), (200, ""), "reads are not limited");
    }
    ada.posts("Counted in the process").await;
    let second = json!({"submolt_name": "general", "title": "Second", "content": "x"});
    assert_eq!(ada.post("/posts", &second).await.refused(429), "RATE_LIMITED");
    let register = app.anon().post("/agents/register", &json!({"name": "bob"})).await;
    assert_eq!((register.refused(503).as_str(), register.header("retry-after")), ("UNAVAILABLE", "2"));
    let sign_in = app.browser().submit("/_fn/sign_in", &[("handle", "grace"), ("password", "x")]).await;
    assert_eq!((sign_in.status.as_u16(), sign_in.header("retry-after")), (503, "2"), "{}", sign_in.body);
    assert_eq!(app.t.domain.stats().await.unwrap().agents, 1);
}

#[tokio::test]
async fn registrations_are_counted_per_address() {
    let app = TestApp::limited().await;
    for i in 0..5 {
        app.agent(&format!("agent-{i}")).await;
    }
    let sixth = app.anon().post("/agents/register", &json!({"name": "agent-6"})).await;
    assert_eq!(sixth.refused(429), "RATE_LIMITED");
    assert_eq!(app.t.domain.stats().await.unwrap().agents, 5);
}

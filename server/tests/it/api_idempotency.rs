//! Requests that are sent again, over the wire.

use crate::app::TestApp;
use serde_json::{Value, json};

fn hello() -> Value {
    json!({"submolt_name": "general", "title": "Hello", "content": "Once."})
}

#[tokio::test]
async fn a_post_that_is_sent_again_is_posted_once() {
    // With limits: the second one would have to wait for two hours if it were a post.
    let app = TestApp::limited().await;
    let ada = app.agent("ada").await;
    let first = ada.post_once("a", "/posts", &hello()).await;
    first.expect(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = ada.post_once("a", "/posts", &hello()).await;
    again.expect(201);
    assert_eq!((&again.body, again.header("content-type")), (&first.body, first.header("content-type")));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("x-ratelimit-remaining"), "28", "a repetition is a write like any other");
    assert_eq!(app.t.domain.stats().await.unwrap().posts, 1);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    ada.post_once("a", "/posts", &hello()).await.expect(201);
    let other = json!({"submolt_name": "general", "title": "Other", "content": "Once."});
    assert_eq!(ada.post_once("a", "/posts", &other).await.refused(422), "IDEMPOTENCY_MISMATCH");
    // The same key is another request elsewhere, and of another agent.
    ada.post_once("a", "/submolts", &json!({"name": "tides"})).await.expect(201);
    app.agent("bob").await.post_once("a", "/posts", &other).await.expect(201);
}

#[tokio::test]
async fn votes_that_toggle_are_safe_to_send_again() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let path = format!("/posts/{}/upvote", ada.posts("Hello").await);
    for _ in 0..3 {
        assert_eq!(bob.post_once("vote", &path, &json!({})).await.expect(200)["action"], "upvoted");
    }
    assert_eq!(bob.post(&path, &json!({})).await.expect(200)["action"], "removed");
}

#[tokio::test]
async fn many_at_once_are_one() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let hello = hello();
    let all = futures::future::join_all((0..8).map(|_| ada.post_once("a", "/posts", &hello))).await;
    let first = &all[0].expect(201)["post"]["id"];
    assert!(all.iter().all(|reply| &reply.expect(201)["post"]["id"] == first));
    assert_eq!(app.t.domain.stats().await.unwrap().posts, 1);
}

#[tokio::test]
async fn a_refusal_is_repeated_in_the_name_of_the_request_that_asks() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let nowhere = json!({"submolt_name": "nowhere", "title": "Hello", "content": "x"});
    let first = ada.post_once("a", "/posts", &nowhere).await;
    assert_eq!(first.refused(404), "NOT_FOUND");
    // It is there now, and the answer to this request stays what it was.
    ada.post("/submolts", &json!({"name": "nowhere"})).await.expect(201);
    let again = ada.post_once("a", "/posts", &nowhere).await;
    assert_eq!(again.refused(404), "NOT_FOUND");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["path"], "/api/v1/posts");
    assert_ne!(again.json()["request_id"], first.json()["request_id"]);
}

#[tokio::test]
async fn a_new_agent_is_told_its_key_again_if_its_request_had_a_name_that_nobody_guesses() {
    let app = TestApp::new().await;
    let (ada, bob) = (json!({"name": "ada"}), json!({"name": "bob"}));
    let name = "0198c0de-0000-7000-8000-000000000000";
    let first = app.anon().post_once(name, "/agents/register", &ada).await.expect(201);
    let again = app.anon().post_once(name, "/agents/register", &ada).await.expect(201);
    assert_eq!(first["agent"]["api_key"], again["agent"]["api_key"]);
    app.with_key(again["agent"]["api_key"].as_str().unwrap()).get("/agents/me").await.expect(200);

    app.anon().post_once("1", "/agents/register", &bob).await.expect(201);
    let guessed = app.anon().post_once("1", "/agents/register", &bob).await;
    assert_eq!(guessed.refused(409), "CONFLICT");
    assert!(!guessed.body.contains("moltbook_sk_"));
    assert_eq!(app.t.domain.stats().await.unwrap().agents, 2);
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_refused_and_elsewhere_it_means_nothing() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    for bad in ["", "tab\there", "x".repeat(256).as_str()] {
        assert_eq!(ada.post_once(bad, "/posts", &hello()).await.refused(400), "BAD_REQUEST", "{bad:?}");
    }
    assert_eq!(ada.post_once("a", "/nothing/here", &hello()).await.refused(404), "NOT_FOUND");
    let stranger = app.anon().post_once("a", "/posts", &hello()).await;
    assert_eq!(stranger.refused(401), "UNAUTHORIZED");
    let large = json!({"content": "x".repeat(300 * 1024)});
    assert_eq!(ada.post_once("b", "/posts", &large).await.refused(413), "PAYLOAD_TOO_LARGE");
}

//! Agents over the wire.

use crate::app::{ORIGIN, TestApp};
use axum::body::Body;
use axum::http::Request;
use insta::assert_json_snapshot;
use serde_json::json;

#[tokio::test]
async fn registering_answers_all_that_clients_read_and_the_key_works_at_once() {
    let app = TestApp::new().await;
    let body = json!({"name": "Reef-Bot", "description": "Watches the tide."});
    let made = app.anon().post("/agents/register", &body).await.expect(201);
    let agent = &made["agent"];
    assert!(agent["api_key"].as_str().unwrap().starts_with("moltbook_sk_"));
    let claim = format!("{ORIGIN}/claim/moltbook_claim_");
    assert!(agent["claim_url"].as_str().unwrap().starts_with(&claim), "{agent}");
    assert_json_snapshot!(made, {
        ".agent.id" => "[id]",
        ".agent.api_key" => "[key]",
        ".agent.claim_url" => "[claim]",
        ".agent.verification_code" => "[code]",
        ".setup.step_2.details" => "[claim and code]",
        ".tweet_template" => "[with code]",
    });

    let request = Request::get("/api/v1/agents/me").header("x-api-key", agent["api_key"].as_str().unwrap());
    let me = app.send(request.body(Body::empty()).unwrap()).await.expect(200);
    assert_json_snapshot!(me, { ".agent.id" => "[id]" });
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_and_a_bad_one_names_its_field() {
    let app = TestApp::new().await;
    app.agent("ada").await;
    let register = async |name: &str| app.anon().post("/agents/register", &json!({ "name": name })).await;
    assert_eq!(register("ADA").await.refused(409), "CONFLICT");
    for name in ["moltbook", "\u{430}da", "a", "a b", "x".repeat(33).as_str()] {
        let reply = register(name).await;
        assert_eq!(reply.refused(400), "VALIDATION");
        assert_eq!(reply.json()["errors"][0]["field"], "name");
    }
}

#[tokio::test]
async fn a_bad_key_is_refused_even_where_none_is_needed() {
    let app = TestApp::new().await;
    for header in ["Bearer moltbook_sk_dead", "Bearer nonsense", "Basic eDp5", "Bearer", ""] {
        let request = Request::get("/api/v1/posts").header("authorization", header);
        let reply = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.refused(401), "UNAUTHORIZED", "{header}");
    }
    assert_eq!(app.anon().get("/agents/me").await.refused(401), "UNAUTHORIZED");
    app.anon().get("/posts").await.expect(200);
}

#[tokio::test]
async fn a_profile_can_be_changed_and_is_seen_by_others() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    ada.posts("Hello").await;
    ada.patch("/agents/me", &json!({"description": "Counts waves."})).await.expect(200);
    assert_eq!(ada.patch("/agents/me", &json!({})).await.refused(400), "BAD_REQUEST");
    assert_eq!(ada.put("/agents/me", &json!({"metadata": [1]})).await.refused(400), "VALIDATION");
    let profile = app.anon().get("/agents/profile?name=Ada").await.expect(200);
    assert_eq!(profile["agent"]["description"], "Counts waves.");
    assert_eq!(profile["recentPosts"][0]["title"], "Hello");
    assert_eq!(app.anon().get("/agents/profile?name=nobody").await.refused(404), "NOT_FOUND");
    assert_eq!(ada.get("/agents/status").await.expect(200)["status"], "pending_claim");
}

#[tokio::test]
async fn following_says_what_it_did() {
    let app = TestApp::new().await;
    let (ada, _) = (app.agent("ada").await, app.agent("bob").await);
    for (done, action) in
        [("followed", true), ("already_following", true), ("unfollowed", false), ("not_following", false)]
    {
        let reply = if action {
            ada.post("/agents/bob/follow", &json!({})).await
        } else {
            ada.delete("/agents/bob/follow").await
        };
        assert_eq!(reply.expect(200)["action"], done);
    }
    assert_eq!(ada.post("/agents/ada/follow", &json!({})).await.refused(400), "BAD_REQUEST");
}

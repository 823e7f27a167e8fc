//! Changing, moderating, reporting and labelling over the wire.

use crate::app::{Api, TestApp};
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

/// A post in `tides`, and its id.
async fn in_tides(agent: &Api<'_>) -> String {
    let body = json!({"submolt_name": "tides", "title": "Hello", "content": "Text."});
    agent.post("/posts", &body).await.expect(201)["post"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_post_and_a_comment_are_changed_by_their_author() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let id = ada.posts("Helo").await;
    let changed = ada.patch(&format!("/posts/{id}"), &json!({"title": "Hello"})).await.expect(200);
    assert_eq!((&changed["post"]["title"], &changed["post"]["edited_at"]), (&json!("Hello"), &Value::Null));
    app.t.wait(chrono::Duration::minutes(20));
    let changed = ada.patch(&format!("/posts/{id}"), &json!({"content": "New."})).await.expect(200);
    assert!(changed["post"]["edited_at"].is_string());
    assert_eq!(ada.patch(&format!("/posts/{id}"), &json!({})).await.refused(400), "BAD_REQUEST");
    assert_eq!(ada.patch(&format!("/posts/{id}"), &json!({"text": "x"})).await.refused(400), "BAD_REQUEST");
    assert_eq!(bob.patch(&format!("/posts/{id}"), &json!({"title": "x"})).await.refused(403), "FORBIDDEN");
    assert_eq!(app.anon().patch(&format!("/posts/{id}"), &json!({"title": "x"})).await.refused(401), "UNAUTHORIZED");

    let comment = bob.post(&format!("/posts/{id}/comments"), &json!({"content": "Hi"})).await.expect(201);
    let comment = format!("/comments/{}", comment["comment"]["id"].as_str().unwrap());
    assert_eq!(bob.patch(&comment, &json!({"content": "Ho"})).await.expect(200)["comment"]["content"], "Ho");
    assert_eq!(ada.patch(&comment, &json!({"content": "x"})).await.refused(403), "FORBIDDEN");
    assert_eq!(bob.patch(&comment, &json!({})).await.refused(400), "BAD_REQUEST");
    bob.delete(&comment).await.expect(200);
    assert_eq!(bob.patch(&comment, &json!({"content": "x"})).await.refused(410), "GONE");
}

#[tokio::test]
async fn moderators_pin_lock_and_decide_about_reports() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    ada.post("/submolts", &json!({"name": "tides"})).await.expect(201);
    let id = in_tides(&bob).await;
    assert_eq!(ada.post(&format!("/posts/{id}/pin"), &json!({})).await.expect(200)["action"], "pinned");
    assert_eq!(ada.delete(&format!("/posts/{id}/pin")).await.expect(200)["action"], "unpinned");
    assert_eq!(ada.post(&format!("/posts/{id}/lock"), &json!({})).await.expect(200)["action"], "locked");
    let comment = json!({"content": "x"});
    assert_eq!(bob.post(&format!("/posts/{id}/comments"), &comment).await.refused(403), "FORBIDDEN");
    assert_eq!(ada.delete(&format!("/posts/{id}/lock")).await.expect(200)["action"], "unlocked");
    assert_eq!(bob.post(&format!("/posts/{id}/pin"), &json!({})).await.refused(403), "FORBIDDEN");

    let report = json!({"reason": "spam"});
    ada.post(&format!("/posts/{id}/report"), &report).await.expect(200);
    assert_eq!(ada.post(&format!("/posts/{id}/report"), &report).await.refused(409), "CONFLICT");
    assert_eq!(ada.post(&format!("/posts/{id}/report"), &json!({"reason": ""})).await.refused(400), "VALIDATION");
    let open = ada.get("/submolts/tides/reports").await.expect(200);
    assert_eq!((&open["reports"][0]["reason"], &open["has_more"]), (&json!("spam"), &json!(false)));
    assert_eq!(bob.get("/submolts/tides/reports").await.refused(403), "FORBIDDEN");
    let report = format!("/reports/{}/resolve", open["reports"][0]["id"].as_str().unwrap());
    assert_eq!(bob.post(&report, &json!({})).await.refused(403), "FORBIDDEN");
    let decided = ada.post(&report, &json!({"verdict": "dismissed"})).await.expect(200);
    assert_eq!(decided["report"]["state"], "dismissed");
    assert_eq!(ada.post(&report, &json!({})).await.refused(409), "CONFLICT");
}

#[tokio::test]
async fn an_owner_names_moderators_in_every_way_clients_do() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    ada.post("/submolts", &json!({"name": "tides"})).await.expect(201);
    let moderator = json!({"agent_name": "bob", "role": "moderator"});
    let named = ada.post("/submolts/tides/moderators", &moderator).await.expect(200);
    assert_json_snapshot!(named, { ".moderators[].id" => "[id]" });
    let owner = json!({"agent_name": "bob", "role": "owner"});
    assert_eq!(ada.post("/submolts/tides/moderators", &owner).await.refused(400), "BAD_REQUEST");
    assert_eq!(bob.post("/submolts/tides/moderators", &owner).await.refused(403), "FORBIDDEN");
    let king = json!({"agent_name": "bob", "role": "king"});
    assert_eq!(ada.post("/submolts/tides/moderators", &king).await.refused(400), "BAD_REQUEST");
    let seen = bob.get("/submolts/tides").await.expect(200);
    assert_eq!((&seen["your_role"], seen["moderator_actions"].is_array()), (&json!("moderator"), true));
    assert!(app.anon().get("/submolts/tides").await.expect(200).get("moderator_actions").is_none());

    let left = ada.delete("/submolts/tides/moderators/bob").await.expect(200);
    assert_eq!(left["moderators"].as_array().unwrap().len(), 1);
    ada.post("/submolts/tides/moderators", &json!({"agent_name": "bob"})).await.expect(200);
    let body = json!({"agent_name": "bob"});
    let delete = ada.call(axum::http::Method::DELETE, "/submolts/tides/moderators", Some(&body)).await;
    assert_eq!(delete.expect(200)["moderators"].as_array().unwrap().len(), 1);
    assert_eq!(ada.delete("/submolts/tides/moderators/ada").await.refused(400), "BAD_REQUEST");
}

#[tokio::test]
async fn a_private_submolt_shows_others_its_name_and_what_it_is_about() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let body =
        json!({"name": "cave", "description": "Deep.", "is_private": true, "is_nsfw": true, "allow_crypto": true});
    let made = ada.post("/submolts", &body).await.expect(201);
    for flag in ["is_private", "is_nsfw", "allow_crypto"] {
        assert_eq!(made["submolt"][flag], true, "{flag}");
    }
    let post = json!({"submolt_name": "cave", "title": "Secret", "content": "Text."});
    let id = ada.post("/posts", &post).await.expect(201)["post"]["id"].as_str().unwrap().to_owned();
    let seen = app.anon().get("/submolts/cave").await.expect(200);
    assert_json_snapshot!(seen, { ".submolt.id" => "[id]" });
    assert_eq!(app.anon().get("/submolts/cave/feed").await.refused(403), "FORBIDDEN");
    assert_eq!(bob.get(&format!("/posts/{id}")).await.refused(404), "NOT_FOUND");
    assert_eq!(bob.post("/submolts/cave/subscribe", &json!({})).await.refused(403), "FORBIDDEN");
    let bobs = json!({"agent_name": "bob"});
    assert_eq!(bob.post("/submolts/cave/members", &bobs).await.refused(403), "FORBIDDEN");
    assert_eq!(ada.post("/submolts/cave/members", &bobs).await.expect(200)["action"], "added");
    assert_eq!(bob.get("/submolts/cave/feed").await.expect(200)["posts"][0]["title"], "Secret");
    let remove = ada.call(axum::http::Method::DELETE, "/submolts/cave/members", Some(&bobs)).await;
    assert_eq!(remove.expect(200)["action"], "removed");
    assert_eq!(bob.get(&format!("/posts/{id}")).await.refused(404), "NOT_FOUND");
}

#[tokio::test]
async fn labels_travel_with_what_they_are_on() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    app.agent("bob").await;
    ada.post("/submolts", &json!({"name": "tides"})).await.expect(201);
    let id = in_tides(&ada).await;
    let label = json!({"key": "open", "label": "Open", "color": "emerald", "kind": "status"});
    let status = ada.post("/submolts/tides/labels", &label).await.expect(201)["label"]["id"].clone();
    let role = json!({
        "key": "host", "label": "Host", "color": "sky", "kind": "role", "prompt": "Greet.", "cadence_minutes": 60
    });
    let role = ada.post("/submolts/tides/labels", &role).await.expect(201)["label"]["id"].clone();
    let attached = ada.post("/labels/attach", &json!({"label_id": status, "post_id": id})).await.expect(201);
    ada.post("/labels/attach", &json!({"label_id": role, "agent_name": "bob"})).await.expect(201);
    let seen = app.anon().get(&format!("/posts/{id}")).await.expect(200);
    assert_json_snapshot!(seen["post"]["labels"], { "[].id" => "[id]", "[].attachment_id" => "[id]" });
    let profile = app.anon().get("/agents/profile?name=bob").await.expect(200);
    assert_json_snapshot!(profile["agent"]["labels"], {
        ".**.id" => "[id]", ".**.attachment_id" => "[id]",
    });
    assert_eq!(app.anon().get("/submolts/tides/roles").await.expect(200)["roles"][0]["key"], "host");
    let attachment = attached["attachment"]["id"].as_str().unwrap();
    ada.delete(&format!("/labels/attach/{attachment}")).await.expect(200);
    assert_eq!(ada.get(&format!("/posts/{id}")).await.expect(200)["post"]["labels"], json!([]));
}

#[rstest]
#[case::colour("/submolts/general/labels", json!({"key": "x", "label": "x", "color": "red", "kind": "tag"}), 400)]
#[case::kind("/submolts/general/labels", json!({"key": "x", "label": "x", "color": "rose", "kind": "flag"}), 400)]
#[case::no_owner("/submolts/general/labels", json!({"key": "x", "label": "x", "color": "rose", "kind": "tag"}), 403)]
#[case::nowhere("/submolts/nowhere/labels", json!({"key": "x", "label": "x", "color": "rose", "kind": "tag"}), 404)]
#[case::nul("/submolts/a%00/moderators", json!({"agent_name": "ada"}), 404)]
#[case::nul_agent("/submolts/general/moderators", json!({"agent_name": "a\u{0}"}), 404)]
#[case::no_post("/posts/01920000-0000-7000-8000-000000000000/pin", json!({}), 404)]
#[case::bad_uuid("/posts/zzz/pin", json!({}), 400)]
#[case::no_report("/reports/01920000-0000-7000-8000-000000000000/resolve", json!({}), 404)]
#[case::bad_verdict("/reports/01920000-0000-7000-8000-000000000000/resolve", json!({"verdict": "guilty"}), 400)]
#[case::no_label("/labels/attach", json!({"label_id": "01920000-0000-7000-8000-000000000000", "agent_name": "ada"}), 404)]
#[case::no_target("/labels/attach", json!({"label_id": "01920000-0000-7000-8000-000000000000"}), 400)]
#[tokio::test]
async fn bad_moderation_is_a_clear_refusal(#[case] path: &str, #[case] body: Value, #[case] status: u16) {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    ada.post(path, &body).await.refused(status);
}

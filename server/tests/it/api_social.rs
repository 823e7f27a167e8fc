//! Notifications, home, feed and direct messages over the wire.

use crate::app::{Api, TestApp};
use axum::body::Body;
use axum::http::{Method, Request};
use chrono::Duration;
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

const NOBODYS: &str = "01920000-0000-7000-8000-000000000000";

async fn comments(who: &Api<'_>, post: &str, content: &str) -> String {
    let made = who.post(&format!("/posts/{post}/comments"), &json!({"content": content})).await.expect(201);
    made["comment"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn notifications_are_listed_in_every_spelling_and_marked() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let (post, other) = (ada.posts("Hello").await, ada.posts("Other").await);
    comments(&bob, &post, "First").await;
    app.t.wait(Duration::seconds(1));
    comments(&bob, &other, "Second").await;
    app.t.wait(Duration::seconds(1));
    bob.post("/agents/ada/follow", &json!({})).await.expect(200);

    let all = ada.get("/notifications?limit=2").await.expect(200);
    assert_json_snapshot!(all, {
        ".notifications[].id" => "[id]", ".notifications[].related_post_id" => "[id]",
        ".notifications[].related_comment_id" => "[id]", ".notifications[].actor.id" => "[id]",
        ".notifications[].post_id" => "[id]", ".notifications[].comment_id" => "[id]",
        ".notifications[].from_agent.id" => "[id]",
        ".notifications[].post.id" => "[id]", ".notifications[].comment.id" => "[id]", ".next_cursor" => "[cursor]",
    });
    let next = all["next_cursor"].as_str().unwrap();
    let rest = ada.get(&format!("/notifications?limit=2&cursor={next}")).await.expect(200);
    assert_eq!((&rest["notifications"][0]["comment"]["content"], &rest["has_more"]), (&json!("First"), &json!(false)));

    let follower = all["notifications"][0]["id"].as_str().unwrap();
    ada.post(&format!("/notifications/{follower}/read"), &json!({})).await.expect(200);
    for query in ["unread_only=true", "unread=true", "filter=unread"] {
        let unread = ada.get(&format!("/notifications?{query}")).await.expect(200);
        assert_eq!(
            (&unread["unread_count"], unread["notifications"].as_array().unwrap().len()),
            (&json!(2), 2),
            "{query}"
        );
    }
    assert_eq!(
        ada.get("/notifications?unread=false&filter=all").await.expect(200)["notifications"].as_array().unwrap().len(),
        3
    );
    let marked = ada.post(&format!("/notifications/read-by-post/{post}"), &json!({})).await.expect(200);
    assert_eq!(marked["message"], "One notification is read");
    ada.post("/notifications/read-all", &json!({})).await.expect(200);
    assert_eq!(ada.get("/notifications?filter=unread").await.expect(200)["unread_count"], 0);
    assert_eq!(bob.post(&format!("/notifications/{follower}/read"), &json!({})).await.refused(404), "NOT_FOUND");
}

#[tokio::test]
async fn home_is_flat() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let post = ada.posts("Hello").await;
    comments(&bob, &post, "First").await;
    ada.post("/agents/bob/follow", &json!({})).await.expect(200);
    bob.posts("His").await;
    let home = ada.get("/home").await.expect(200);
    assert!(home.get("success").is_none());
    assert_json_snapshot!(home, {
        ".activity_on_your_posts[].post_id" => "[id]", ".activity_on_your_posts[].suggested_actions" => "[calls]",
        ".posts_from_accounts_you_follow.posts[].post_id" => "[id]", ".what_to_do_next" => "[calls]",
    });
}

#[tokio::test]
async fn the_feed_has_three_orders_and_three_filters() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    ada.post("/agents/bob/follow", &json!({})).await.expect(200);
    for title in ["a", "b", "c"] {
        bob.posts(title).await;
    }
    for sort in ["hot", "new", "top"] {
        for (filter, count) in [("all", 3), ("following", 3), ("subscribed", 0)] {
            let feed = ada.get(&format!("/feed?sort={sort}&filter={filter}")).await.expect(200);
            assert_eq!((&feed["feed_filter"], feed["posts"].as_array().unwrap().len()), (&json!(filter), count));
        }
        let first = ada.get(&format!("/feed?sort={sort}&limit=2")).await.expect(200);
        let next = first["next_cursor"].as_str().unwrap();
        let rest = ada.get(&format!("/feed?sort={sort}&limit=2&cursor={next}")).await.expect(200);
        assert_eq!(rest["posts"][0]["title"], "a");
    }
}

#[tokio::test]
async fn two_agents_talk() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let ask = json!({"to": "bob", "message": "May I ask you something?"});
    assert_eq!(ada.post("/agents/dm/request", &ask).await.refused(403), "FORBIDDEN");
    app.t.wait(Duration::hours(24));
    let asked = ada.post("/agents/dm/request", &ask).await.expect(201);
    assert_eq!((&asked["status"], &asked["to"]), (&json!("pending"), &json!("bob")));
    let id = asked["conversation_id"].as_str().unwrap();
    assert_eq!(ada.post("/agents/dm/request", &ask).await.refused(409), "CONFLICT");

    let check = bob.get("/agents/dm/check").await.expect(200);
    assert_eq!((&check["has_activity"], &check["requests"]["count"]), (&json!(true), &json!(1)));
    assert_eq!(check["requests"]["items"][0]["from"]["name"], "ada");
    let requests = bob.get("/agents/dm/requests").await.expect(200);
    assert_eq!(requests["requests"]["items"][0]["message_preview"], "May I ask you something?");
    bob.post(&format!("/agents/dm/requests/{id}/approve"), &json!({})).await.expect(200);

    let send = format!("/agents/dm/conversations/{id}/send");
    bob.post(&send, &json!({"message": "Ask", "needs_human_input": true})).await.expect(201);
    let list = ada.get("/agents/dm/conversations").await.expect(200);
    assert_eq!(
        (&list["inbox"], &list["total_unread"], &list["conversations"]["count"]),
        (&json!("main"), &json!(1), &json!(1))
    );
    let item = &list["conversations"]["items"][0];
    assert_eq!(
        (&item["with_agent"]["name"], &item["unread_count"], &item["you_initiated"]),
        (&json!("bob"), &json!(1), &json!(true))
    );
    let read = ada.get(&format!("/agents/dm/conversations/{id}")).await.expect(200);
    let last = &read["messages"][1];
    assert_eq!(
        (&last["sender"]["name"], &last["content"], &last["needs_human_input"]),
        (&json!("bob"), &json!("Ask"), &json!(true))
    );
    assert_eq!(ada.get("/agents/dm/check").await.expect(200)["has_activity"], false);

    let eve = app.agent("eve").await;
    assert_eq!(eve.get(&format!("/agents/dm/conversations/{id}")).await.refused(404), "NOT_FOUND");
    assert_eq!(eve.post(&send, &json!({"message": "Me too"})).await.refused(404), "NOT_FOUND");
    bob.post("/agents/ada/block", &json!({})).await.expect(200);
    assert_eq!(ada.post(&send, &json!({"message": "Hello?"})).await.refused(403), "FORBIDDEN");
    assert_eq!(bob.delete("/agents/ada/block").await.expect(200)["action"], "unblocked");
}

#[tokio::test]
async fn a_request_is_turned_down_with_or_without_a_body() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    app.t.wait(Duration::hours(24));
    let ask = json!({"to": "bob", "message": "May I ask you something?"});
    let asks =
        async || ada.post("/agents/dm/request", &ask).await.expect(201)["conversation_id"].as_str().unwrap().to_owned();
    for body in [None, Some(json!({})), Some(json!({"block": false}))] {
        let id = asks().await;
        bob.call(Method::POST, &format!("/agents/dm/requests/{id}/reject"), body.as_ref()).await.expect(200);
    }
    let id = asks().await;
    let refused = bob.post(&format!("/agents/dm/requests/{id}/reject"), &json!({"block": "yes"})).await;
    assert_eq!(refused.refused(400), "BAD_REQUEST");
    bob.post(&format!("/agents/dm/requests/{id}/reject"), &json!({"block": true})).await.expect(200);
    assert_eq!(ada.post("/agents/dm/request", &ask).await.refused(403), "FORBIDDEN");
}

#[rstest]
#[case(Method::GET, "/notifications")]
#[case(Method::POST, "/notifications/read-all")]
#[case(Method::POST, "/notifications/read-by-post/01920000-0000-7000-8000-000000000000")]
#[case(Method::POST, "/notifications/01920000-0000-7000-8000-000000000000/read")]
#[case(Method::GET, "/home")]
#[case(Method::GET, "/feed")]
#[case(Method::GET, "/agents/dm/check")]
#[case(Method::GET, "/agents/dm/requests")]
#[case(Method::POST, "/agents/dm/requests/01920000-0000-7000-8000-000000000000/approve")]
#[case(Method::POST, "/agents/dm/requests/01920000-0000-7000-8000-000000000000/reject")]
#[case(Method::GET, "/agents/dm/conversations")]
#[case(Method::GET, "/agents/dm/conversations/01920000-0000-7000-8000-000000000000")]
#[case(Method::POST, "/agents/bob/block")]
#[tokio::test]
async fn what_is_an_agents_own_needs_its_key(#[case] method: Method, #[case] path: &str) {
    let app = TestApp::new().await;
    assert_eq!(app.anon().call(method.clone(), path, None).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.with_key("moltbook_sk_wrong").call(method, path, None).await.refused(401), "UNAUTHORIZED");
}

#[rstest]
#[case(Method::GET, "/notifications?unread=perhaps", "", 400)]
#[case(Method::GET, "/notifications?filter=loud", "", 400)]
#[case(Method::GET, "/notifications?cursor=nonsense", "", 400)]
#[case(Method::GET, "/notifications?limit=abc", "", 400)]
#[case(Method::POST, "/notifications/zzz/read", "", 400)]
#[case(Method::POST, "/notifications/read-by-post/zzz", "", 400)]
#[case(Method::GET, "/feed?sort=loudest", "", 400)]
#[case(Method::GET, "/feed?filter=none", "", 400)]
#[case(Method::GET, "/feed?cursor=nonsense", "", 400)]
#[case(Method::GET, "/agents/dm/conversations/zzz", "", 400)]
#[case(Method::GET, "/agents/dm/conversations?cursor=AAAA", "", 400)]
#[case(Method::POST, "/agents/dm/requests/zzz/approve", "", 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"to":"bob"}"#, 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"message":"long enough to be sent"}"#, 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"to":"bob","message":"short"}"#, 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"to":"bob","message":"with a \u0000 inside"}"#, 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"to":"bob","message":"with half \ud800"}"#, 400)]
#[case(Method::POST, "/agents/dm/request", r#"{"to":"nobody","message":"long enough to be sent"}"#, 404)]
#[case(Method::POST, "/agents/dm/request", r#"{"to_owner":"nobody","message":"long enough to be sent"}"#, 404)]
#[case(Method::POST, "/agents/nobody/block", "", 404)]
#[case(Method::POST, "/agents/ada/block", "", 400)]
#[tokio::test]
async fn bad_input_is_a_clear_refusal(
    #[case] method: Method,
    #[case] path: &str,
    #[case] body: &'static str,
    #[case] status: u16,
) {
    let app = TestApp::new().await;
    let key = app.agent("ada").await.key.unwrap();
    app.agent("bob").await;
    app.t.wait(Duration::hours(24));
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    request = request.header("authorization", format!("Bearer {key}"));
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    let reply = app.send(request.body(Body::from(body)).unwrap()).await;
    reply.refused(status);
}

#[tokio::test]
async fn what_is_unknown_is_not_found() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    for path in [
        format!("/notifications/{NOBODYS}/read"),
        format!("/agents/dm/requests/{NOBODYS}/approve"),
        format!("/agents/dm/requests/{NOBODYS}/reject"),
    ] {
        assert_eq!(ada.post(&path, &json!({})).await.refused(404), "NOT_FOUND", "{path}");
    }
    let nothing = ada.post(&format!("/notifications/read-by-post/{NOBODYS}"), &json!({})).await.expect(200);
    assert_eq!(nothing["message"], Value::from("Everything was read already"));
}

//! Submolts, posts, comments and votes over the wire.

use crate::app::TestApp;
use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

#[tokio::test]
async fn a_post_travels_from_one_agent_to_another() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let body = json!({"submolt": "general", "title": "Hello", "content": "**Hi**"});
    let made = ada.post("/posts", &body).await.expect(201);
    let id = made["post"]["id"].as_str().unwrap();

    let comment = bob.post(&format!("/posts/{id}/comments"), &json!({"content": "Welcome"})).await.expect(201);
    let parent = comment["comment"]["id"].as_str().unwrap();
    let reply = json!({"content": "Thanks", "parentId": parent});
    ada.post(&format!("/posts/{id}/comments"), &reply).await.expect(201);
    let voted = bob.post(&format!("/posts/{id}/upvote"), &json!({})).await.expect(200);
    assert_eq!(
        (&voted["action"], &voted["score"], &voted["author"]["name"]),
        (&json!("upvoted"), &json!(1), &json!("ada"))
    );

    let page = app.anon().get("/posts?sort=new").await.expect(200);
    assert_json_snapshot!(page, {
        ".posts[].id" => "[id]", ".posts[].submolt.id" => "[id]", ".posts[].author.id" => "[id]", ".posts[].hot_score" => "[rank]",
    });
    let thread = app.anon().get(&format!("/posts/{id}/comments")).await.expect(200);
    assert_eq!((&thread["count"], &thread["comments"][0]["replies"][0]["content"]), (&json!(2), &json!("Thanks")));
    let replies = app.anon().get(&format!("/comments/{parent}/replies")).await.expect(200);
    assert_eq!(replies["comments"][0]["content"], "Thanks");
    assert_eq!(bob.get(&format!("/posts/{id}")).await.expect(200)["post"]["user_vote"], 1);

    ada.delete(&format!("/posts/{id}")).await.expect(200);
    assert_eq!(app.anon().get(&format!("/posts/{id}")).await.expect(200)["post"]["is_deleted"], true);
}

#[tokio::test]
async fn setting_a_vote_twice_counts_it_once_and_toggling_undoes_it() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let id = ada.posts("Hello").await;
    for _ in 0..3 {
        assert_eq!(bob.put(&format!("/posts/{id}/vote"), &json!({"value": 1})).await.expect(200)["score"], 1);
    }
    assert_eq!(bob.post(&format!("/posts/{id}/upvote"), &json!({})).await.expect(200)["action"], "removed");
    assert_eq!(bob.delete(&format!("/posts/{id}/vote")).await.expect(200)["action"], "unchanged");
    assert_eq!(bob.put(&format!("/posts/{id}/vote"), &json!({"value": 2})).await.refused(400), "BAD_REQUEST");
    assert_eq!(ada.post(&format!("/posts/{id}/upvote"), &json!({})).await.refused(400), "BAD_REQUEST");
    assert_eq!(app.anon().post(&format!("/posts/{id}/upvote"), &json!({})).await.refused(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn a_submolt_is_founded_found_and_subscribed_to() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    ada.post("/submolts", &json!({"name": "Tides", "description": "Up and down."})).await.expect(201);
    assert_eq!(ada.post("/submolts", &json!({"name": "tides"})).await.refused(409), "CONFLICT");
    assert_eq!(bob.post("/submolts/tides/subscribe", &json!({})).await.expect(200)["action"], "subscribed");
    let list = app.anon().get("/submolts?sort=popular").await.expect(200);
    assert_json_snapshot!(list, {
        ".submolts[].id" => "[id]", ".submolts[].creator_id" => "[id]", ".submolts[].created_by.id" => "[id]",
    });
    let body = json!({"submolt_name": "tides", "title": "High", "url": "https://example.org/tide"});
    ada.post("/posts", &body).await.expect(201);
    assert_eq!(bob.get("/feed?sort=new").await.expect(200)["posts"][0]["type"], "link");
    assert_eq!(app.anon().get("/submolts/tides/feed").await.expect(200)["posts"][0]["title"], "High");
    assert_eq!(bob.get("/submolts/tides").await.expect(200)["is_subscribed"], true);
    assert_eq!(app.anon().get("/submolts/nowhere").await.refused(404), "NOT_FOUND");
}

#[rstest]
#[case::malformed(Method::POST, "/posts", Some("application/json"), r#"{"title":"#, 400, "BAD_REQUEST")]
#[case::lone_surrogate(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"\ud800","content":"x","submolt_name":"general"}"#,
    400,
    "BAD_REQUEST"
)]
#[case::no_content_type(Method::POST, "/posts", None, r#"{"title":"x"}"#, 415, "UNSUPPORTED_MEDIA_TYPE")]
#[case::form(
    Method::POST,
    "/posts",
    Some("application/x-www-form-urlencoded"),
    "title=x",
    415,
    "UNSUPPORTED_MEDIA_TYPE"
)]
#[case::text_for_content(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"x","text":"y","submolt_name":"general"}"#,
    400,
    "BAD_REQUEST"
)]
#[case::body_for_content(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"x","body":"y","submolt_name":"general"}"#,
    400,
    "BAD_REQUEST"
)]
#[case::missing_title(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"content":"y","submolt_name":"general"}"#,
    400,
    "BAD_REQUEST"
)]
#[case::nul(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"a\u0000b","content":"y","submolt_name":"general"}"#,
    400,
    "VALIDATION"
)]
#[case::array(Method::POST, "/posts", Some("application/json"), "[]", 400, "BAD_REQUEST")]
#[case::unknown_submolt(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"x","content":"y","submolt_name":"nowhere"}"#,
    404,
    "NOT_FOUND"
)]
#[case::nul_in_submolt(
    Method::POST,
    "/posts",
    Some("application/json"),
    r#"{"title":"x","content":"y","submolt_name":"a\u0000"}"#,
    404,
    "NOT_FOUND"
)]
#[case::bad_uuid(Method::GET, "/posts/zzz", None, "", 400, "BAD_REQUEST")]
#[case::unknown_uuid(Method::GET, "/posts/01920000-0000-7000-8000-000000000000", None, "", 404, "NOT_FOUND")]
#[case::bad_cursor(Method::GET, "/posts?cursor=nonsense", None, "", 400, "BAD_REQUEST")]
#[case::bad_limit(Method::GET, "/posts?limit=abc", None, "", 400, "BAD_REQUEST")]
#[case::negative_limit(Method::GET, "/posts?limit=-1", None, "", 400, "BAD_REQUEST")]
#[case::bad_sort(Method::GET, "/posts?sort=loudest", None, "", 400, "BAD_REQUEST")]
#[case::nul_in_query(Method::GET, "/posts?submolt=%00", None, "", 404, "NOT_FOUND")]
#[case::no_route(Method::GET, "/nothing/here", None, "", 404, "NOT_FOUND")]
#[case::no_method(Method::DELETE, "/posts", None, "", 405, "METHOD_NOT_ALLOWED")]
#[tokio::test]
async fn bad_input_is_a_clear_refusal_and_changes_nothing(
    #[case] method: Method,
    #[case] path: &str,
    #[case] content_type: Option<&str>,
    #[case] body: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let app = TestApp::new().await;
    let key = app.agent("ada").await.key.unwrap();
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    request = request.header("authorization", format!("Bearer {key}"));
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let reply = app.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    assert_eq!(reply.refused(status), code);
    assert_eq!(app.t.domain.stats().await.unwrap().posts, 0);
}

#[tokio::test]
async fn a_body_of_two_megabytes_is_too_large() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let body = json!({"submolt_name": "general", "title": "x", "content": "y".repeat(2 * 1024 * 1024)});
    assert_eq!(ada.post("/posts", &body).await.refused(413), "PAYLOAD_TOO_LARGE");
    let body = json!({"submolt_name": "general", "title": "x", "content": "y".repeat(40_001)});
    assert_eq!(ada.post("/posts", &body).await.refused(400), "VALIDATION");
}

#[tokio::test]
async fn a_parent_from_another_post_is_refused() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let (here, there) = (ada.posts("Here").await, ada.posts("There").await);
    let comment = ada.post(&format!("/posts/{there}/comments"), &json!({"content": "x"})).await.expect(201);
    let reply = json!({"content": "y", "parent_id": comment["comment"]["id"]});
    assert_eq!(ada.post(&format!("/posts/{here}/comments"), &reply).await.refused(400), "BAD_REQUEST");
}

#[tokio::test]
async fn pages_lead_through_a_list_without_gap_or_repeat() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    for i in 0..7 {
        ada.posts(&format!("p{i}")).await;
    }
    let mut titles: Vec<Value> = Vec::new();
    let mut path = "/posts?sort=new&limit=3".to_owned();
    loop {
        let page = app.anon().get(&path).await.expect(200);
        titles.extend(page["posts"].as_array().unwrap().iter().map(|post| post["title"].clone()));
        assert_eq!(page["has_more"], page["next_cursor"].is_string());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/posts?sort=new&limit=3&cursor={cursor}");
    }
    assert_eq!(titles, ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]);
}

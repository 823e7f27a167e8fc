//! The listener for the API alone.

use crate::app::{Reply, TestApp};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

async fn get(app: &TestApp, path: &str) -> Reply {
    app.send_plain(Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_same_routes_are_at_the_root_and_under_their_base() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let id = ada.posts("Hello").await;
    for base in ["", "/api/v1"] {
        assert_eq!(get(&app, &format!("{base}/posts/{id}")).await.expect(200)["post"]["title"], "Hello");
        let request = Request::post(format!("{base}/posts"))
            .header("x-api-key", ada.key.as_deref().unwrap())
            .header("content-type", "application/json")
            // A cookie means nothing here, so no evidence is asked for where the request was made.
            .header("cookie", "moltbook_session=abc")
            .header("origin", "https://elsewhere.example")
            .body(Body::from(json!({"submolt": "general", "title": "By the root", "content": "x"}).to_string()));
        app.send_plain(request.unwrap()).await.expect(201);
    }
    assert_eq!(app.t.domain.stats().await.unwrap().posts, 3);
}

#[tokio::test]
async fn lists_also_say_data_and_pagination() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    for n in 0..3 {
        ada.posts(&format!("Number {n}")).await;
    }
    let list = get(&app, "/posts?sort=new&limit=2").await.expect(200);
    assert_eq!(list["data"], list["posts"]);
    assert_eq!(list["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(list["pagination"], json!({"count": 2, "limit": 2, "offset": 0, "hasMore": true}));
    let rest = get(&app, "/posts?sort=new&limit=2&offset=2").await.expect(200);
    assert_eq!(rest["pagination"], json!({"count": 1, "limit": 2, "offset": 2, "hasMore": false}));
    // The usual listener stays as it is.
    assert!(app.anon().get("/posts").await.expect(200).get("data").is_none());
    // What is packed for the wire is unpacked first, here and in the cache behind it.
    let packed = Request::get("/posts").header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    assert!(!app.send_plain(packed).await.header("content-encoding").is_empty());
}

#[tokio::test]
async fn there_are_no_pages_and_every_refusal_is_json() {
    let app = TestApp::new().await;
    for path in ["/", "/m", "/login", "/skill.md", "/api/docs", "/_fn/sign_in", "/nothing/here"] {
        let reply = get(&app, path).await;
        assert_eq!(reply.refused(404), "NOT_FOUND", "{path}");
        assert_eq!((reply.json()["path"].as_str(), reply.header("set-cookie")), (Some(path), ""));
    }
    assert_eq!(get(&app, "/posts/zzz").await.refused(400), "BAD_REQUEST");
    assert_eq!(get(&app, "/agents/me").await.refused(401), "UNAUTHORIZED");
}

//! Listening to what happens: the order, going on after a break, places, and the end.

use crate::app::{Listener, TestApp};
use crate::process::Server;
use domain::testing::text;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn comment_and_vote(app: &TestApp) -> (String, String) {
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let post = ada.posts("Hello").await;
    let path = format!("/posts/{post}/comments");
    let comment = bob.post(&path, &json!({"content": "Two\nlines"})).await.expect(201);
    bob.put(&format!("/posts/{post}/vote"), &json!({"value": 1})).await.expect(200);
    (post, comment["comment"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_listener_hears_posts_comments_and_scores_as_anybody_sees_them() {
    let app = TestApp::new().await;
    let mut listener = app.listen("/events", None).await.unwrap();
    let (post, comment) = comment_and_vote(&app).await;
    app.hub.turn().await.unwrap();

    let first = listener.event().await;
    assert_eq!((first.name.as_str(), &first.data["id"], &first.data["title"]), ("post", &json!(post), &json!("Hello")));
    assert_eq!((&first.data["submolt_name"], &first.data["author"]["name"]), (&json!("general"), &json!("ada")));
    assert!(first.data.get("user_vote").is_none());
    let second = listener.event().await;
    assert_eq!((second.name.as_str(), &second.data["id"]), ("comment", &json!(comment)));
    assert_eq!((&second.data["content"], &second.data["post_title"]), (&json!("Two\nlines"), &json!("Hello")));
    let third = listener.event().await;
    assert_eq!((third.name.as_str(), &third.data["score"], &third.data["post_id"]), ("score", &json!(1), &json!(post)));
    assert!(first.id < second.id && second.id < third.id);
}

#[tokio::test]
async fn the_stream_is_neither_compressed_nor_kept_nor_collected_on_the_way() {
    let app = TestApp::new().await;
    let listener = app.listen("/events", None).await.unwrap();
    let header = |name: &str| listener.headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!((header("content-type"), header("cache-control")), ("text/event-stream", "no-store"));
    assert_eq!((header("content-encoding"), header("x-accel-buffering")), ("", "no"));
    // Two anonymous listeners at a time have a stream each.
    let mut others = [app.listen("/events", None).await.unwrap(), app.listen("/events", None).await.unwrap()];
    app.agent("ada").await.posts("Hello").await;
    app.hub.turn().await.unwrap();
    for other in &mut others {
        assert_eq!(other.event().await.name, "post");
    }
}

#[tokio::test]
async fn who_comes_back_goes_on_after_the_last_event_it_has() {
    let app = TestApp::new().await;
    let mut listener = app.listen("/events", None).await.unwrap();
    comment_and_vote(&app).await;
    app.hub.turn().await.unwrap();
    let first = listener.event().await.id.to_string();
    drop(listener);
    let by_header = app.listen("/events?last_event_id=0", Some(&first)).await.unwrap();
    let by_query = app.listen(&format!("/events?last_event_id={first}"), None).await.unwrap();
    for mut again in [by_header, by_query] {
        assert_eq!([again.event().await.name, again.event().await.name], ["comment", "score"]);
    }
    // Who brings nothing hears what happens next, and not what was.
    let mut new = app.listen("/events", None).await.unwrap();
    app.agent("eve").await.posts("Later").await;
    app.hub.turn().await.unwrap();
    assert_eq!(new.event().await.data["title"], "Later");
}

#[tokio::test]
async fn a_submolt_can_be_listened_to_by_itself() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    ada.post("/submolts", &json!({"name": "tides"})).await.expect(201);
    let mut listener = app.listen("/events?submolt=tides", None).await.unwrap();
    ada.posts("Elsewhere").await;
    let body = json!({"submolt_name": "tides", "title": "High", "content": "Water."});
    ada.post("/posts", &body).await.expect(201);
    app.hub.turn().await.unwrap();
    assert_eq!(listener.event().await.data["title"], "High");
}

#[tokio::test]
async fn what_cannot_be_listened_to_is_refused() {
    let app = TestApp::new().await;
    for (path, status, code) in [
        ("/events?submolt=nowhere", 404, "NOT_FOUND"),
        ("/events?submolt=%00", 404, "NOT_FOUND"),
        ("/events?last_event_id=abc", 400, "BAD_REQUEST"),
        ("/events?last_event_id=-1", 400, "BAD_REQUEST"),
        ("/events?last_event_id=9223372036854775808", 400, "BAD_REQUEST"),
    ] {
        let reply = app.listen(path, None).await.err().unwrap_or_else(|| panic!("{path} was not refused"));
        assert_eq!(reply.refused(status), code, "{path}");
    }
    assert!(app.listen("/events", Some("last")).await.is_err());
    assert_eq!(app.with_key("moltbook_sk_wrong").get("/events").await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.anon().post("/events", &json!({})).await.refused(405), "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn an_address_has_some_places_and_gets_them_back() {
    let app = TestApp::with_flags(&["--limit-events-per-address=2"]).await;
    let held = [app.listen("/events", None).await.unwrap(), app.listen("/events", None).await.unwrap()];
    let refused = app.listen("/events", None).await.err().unwrap();
    assert_eq!(refused.refused(429), "RATE_LIMITED");
    assert_eq!((refused.header("retry-after"), &refused.json()["retry_after_seconds"]), ("30", &json!(30)));
    drop(held);
    assert!(app.listen("/events", None).await.is_ok());

    let app = TestApp::with_flags(&["--events-max-clients=1"]).await;
    let _held = app.listen("/events", None).await.unwrap();
    let refused = app.listen("/events", None).await.err().unwrap();
    assert_eq!(refused.refused(503), "UNAVAILABLE");
    assert_eq!(refused.header("retry-after"), "30");
}

/// Everything that is left of a stream, once it has ended.
async fn rest(mut listener: Listener) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    while let Some(event) = listener.next().await {
        events.push((event.name, event.data));
    }
    events
}

#[tokio::test]
async fn who_comes_too_late_is_told_that_something_is_missing() {
    let app = TestApp::new().await;
    let ada = app.t.agent("ada").await;
    for i in 0..3 {
        app.t.post(&ada, &format!("Old {i}")).await;
    }
    app.hub.turn().await.unwrap();
    app.t.wait(chrono::Duration::days(8));
    app.t.domain.create_post(&ada, text("New", "general")).await.unwrap();
    app.hub.turn().await.unwrap();
    app.t.domain.remove_old_public_events(Duration::from_hours(7 * 24)).await.unwrap();

    // The server before is gone, and with it what it had in memory.
    let hub = app.another_hub();
    let mut late = app.listen_to(&hub, "/events", Some("1")).await.unwrap();
    let gap = late.event().await;
    assert_eq!((gap.name.as_str(), gap.id, &gap.data["after"], &gap.data["upto"]), ("gap", 3, &json!(1), &json!(3)));
    assert_eq!(late.event().await.data["title"], "New");

    // An id that nobody gave: of another database, say.
    let mut lost = app.listen_to(&hub, "/events", Some("4711")).await.unwrap();
    assert_eq!((lost.event().await.name.as_str(), hub.turn().await.is_ok()), ("gap", true));
    app.t.post(&ada, "Newest").await;
    hub.turn().await.unwrap();
    assert_eq!(lost.event().await.data["title"], "Newest");
}

#[tokio::test]
async fn a_listener_that_fell_behind_reads_on_from_the_database() {
    let app = TestApp::new().await;
    let ada = app.t.agent("ada").await;
    let mut titles = Vec::new();
    for i in 0..60 {
        titles.push(app.t.post(&ada, &format!("Number {i}")).await.title);
    }
    app.hub.turn().await.unwrap();
    // So much happened since that a new server does not have it in memory.
    app.t.run_sql("UPDATE outbox_head SET position = 10000").await.unwrap();
    let hub = app.another_hub();
    let mut behind = app.listen_to(&hub, "/events", Some("0")).await.unwrap();
    let mut heard = Vec::new();
    for _ in 0..60 {
        heard.push(behind.event().await.data["title"].as_str().unwrap().to_owned());
    }
    assert_eq!(heard, titles);
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let app = TestApp::new().await;
    let listener = app.listen("/events", None).await.unwrap();
    app.agent("ada").await.posts("Last words").await;
    app.hub.turn().await.unwrap();
    app.hub.close();
    assert!(rest(listener).await.len() <= 1);
}

#[tokio::test]
async fn listeners_do_not_hold_a_server_that_stops_and_are_counted() {
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nhost: x\r\naccept-encoding: br, gzip\r\n\r\n").await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let figures = reqwest::get(format!("{}/metrics", server.ops)).await.unwrap().text().await.unwrap();
    assert!(figures.contains("moltbook_events_clients 1"), "{figures}");

    let registered = reqwest::Client::new()
        .post(format!("{}/api/v1/agents/register", server.url))
        .json(&json!({ "name": "ada" }))
        .send();
    let agent: Value = registered.await.unwrap().json().await.unwrap();
    let key = agent["agent"]["api_key"].as_str().unwrap().to_owned();
    let body = json!({ "submolt_name": "general", "title": "Live", "content": "As it happens." });
    let post = reqwest::Client::new().post(format!("{}/api/v1/posts", server.url)).bearer_auth(key).json(&body);
    assert_eq!(post.send().await.unwrap().status(), 201);
    let mut heard = String::new();
    while !heard.contains("\"title\":\"Live\"") {
        let mut part = vec![0; 4_096];
        let length = stream.read(&mut part).await.unwrap();
        assert!(length > 0, "the stream ended: {heard}");
        heard.push_str(&String::from_utf8_lossy(&part[..length]));
    }

    let ended = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert!(ended.status.success());
    assert!(ended.took < Duration::from_secs(8), "{:?}", ended.took);
    let mut end = Vec::new();
    stream.read_to_end(&mut end).await.unwrap();
    assert!(end.ends_with(b"0\r\n\r\n"), "cut off instead of ended");
}

//! An agent's own account over the wire: its picture, its key, its tokens, leaving.

use crate::app::{Api, Browser, ORIGIN, Reply, TestApp};
use axum::body::Body;
use axum::http::{Method, Request, header};
use domain::testing::picture;
use serde_json::{Value, json};

const RED: [u8; 3] = [200, 0, 0];

/// A form with one part.
fn form(part: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"evil.svg\"\r\n\
         Content-Type: image/svg+xml\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat()
}

async fn send_form(app: &TestApp, agent: &Api<'_>, path: &str, body: Vec<u8>) -> Reply {
    let request = Request::post(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", agent.key.as_deref().unwrap_or_default()))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    app.send(request.body(Body::from(body)).unwrap()).await
}

async fn upload(app: &TestApp, agent: &Api<'_>, path: &str, file: &[u8]) -> Reply {
    send_form(app, agent, path, form("file", file)).await
}

#[tokio::test]
async fn a_picture_is_served_for_ever_under_what_it_holds_and_gone_when_it_is_removed() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let url = upload(&app, &ada, "/agents/me/avatar", &picture(RED)).await.expect(200);
    let url = url["avatar_url"].as_str().unwrap().to_owned();
    assert_eq!(ada.get("/agents/me").await.expect(200)["agent"]["avatar_url"], url.as_str());

    let path = url.strip_prefix(ORIGIN).unwrap();
    let seen = app.bytes(path, None).await;
    assert_eq!((seen.0, &seen.2[..2]), (200, &b"\xff\xd8"[..]));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(seen.1[name], value, "{name}");
    }
    let tag = seen.1["etag"].to_str().unwrap();
    assert_eq!(app.bytes(path, Some(tag)).await.0, 304);

    ada.delete("/agents/me/avatar").await.expect(200);
    assert_eq!(app.bytes(path, None).await.0, 404);
    for strange in ["/media/", "/media/x", "/media/..%2f..%2ftest.db", "/media/%00.jpg"] {
        assert_eq!(app.bytes(strange, None).await.0, 404, "{strange}");
    }
}

#[tokio::test]
async fn what_is_no_picture_of_a_good_size_is_refused_in_the_usual_shape() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let avatar = "/agents/me/avatar";
    assert_eq!(upload(&app, &ada, avatar, b"<svg/>").await.refused(415), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(upload(&app, &ada, avatar, &picture(RED)[..30]).await.refused(400), "BAD_REQUEST");
    assert_eq!(upload(&app, &ada, avatar, &vec![0; 1024 * 1024 + 1]).await.refused(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(upload(&app, &ada, avatar, &vec![0; 3 * 1024 * 1024]).await.refused(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(ada.post(avatar, &json!({"file": "x"})).await.refused(415), "UNSUPPORTED_MEDIA_TYPE");
    for form in [form("picture", &picture(RED)), b"--edge\r\n".to_vec(), Vec::new()] {
        assert_eq!(send_form(&app, &ada, avatar, form).await.refused(400), "BAD_REQUEST");
    }
    let stranger = app.with_key("moltbook_sk_dead");
    assert_eq!(upload(&app, &stranger, avatar, &picture(RED)).await.refused(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn a_submolt_is_decorated_by_its_owner() {
    let app = TestApp::new().await;
    let (ada, eve) = (app.agent("ada").await, app.agent("eve").await);
    ada.post("/submolts", &json!({"name": "tides"})).await.expect(201);
    let avatar = upload(&app, &ada, "/submolts/tides/avatar", &picture(RED)).await.expect(200);
    let banner = upload(&app, &ada, "/submolts/tides/banner", &picture([0, 0, 200])).await.expect(200);
    let submolt = &app.anon().get("/submolts/tides").await.expect(200)["submolt"];
    assert_eq!((&submolt["avatar_url"], &submolt["banner_url"]), (&avatar["avatar_url"], &banner["banner_url"]));
    for path in ["/submolts/tides/avatar", "/submolts/tides/banner"] {
        assert_eq!(upload(&app, &eve, path, &picture(RED)).await.refused(403), "FORBIDDEN");
    }
    let large = vec![0; 500 * 1024 + 1];
    assert_eq!(upload(&app, &ada, "/submolts/tides/avatar", &large).await.refused(413), "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_profile_page_shows_the_picture_by_its_path() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let url = upload(&app, &ada, "/agents/me/avatar", &picture(RED)).await.expect(200);
    let path = url["avatar_url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    let page = app.browser().get("/u/ada").await;
    assert!(page.body.contains(&format!("src=\"{path}\"")), "{}", page.body);
}

#[tokio::test]
async fn a_key_is_replaced_and_an_agent_leaves() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let post = ada.posts("Hello").await;
    let new = ada.post("/agents/me/rotate-key", &json!({})).await.expect(200);
    assert_eq!(ada.get("/agents/me").await.refused(401), "UNAUTHORIZED");
    let ada = app.with_key(new["api_key"].as_str().unwrap());
    ada.get("/agents/me").await.expect(200);

    assert_eq!(ada.post("/agents/me/setup-owner-email", &json!({"email": "a@b.co"})).await.refused(403), "FORBIDDEN");
    assert_eq!(ada.post("/agents/me/setup-owner-email", &json!({"email": "x"})).await.refused(400), "VALIDATION");

    ada.delete("/agents/me").await.expect(200);
    assert_eq!(ada.get("/agents/me").await.refused(401), "UNAUTHORIZED");
    let seen = app.anon().get(&format!("/posts/{post}")).await.expect(200);
    assert_eq!((&seen["post"]["author"]["name"], &seen["post"]["title"]), (&"[deleted]".into(), &"Hello".into()));
    let page = app.browser().get(&format!("/post/{post}")).await;
    assert!(page.status.is_success() && page.body.contains("[deleted]") && !page.body.contains("/u/%5B"));
}

#[tokio::test]
async fn agents_and_what_they_wrote_are_listed_page_by_page() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let post = ada.posts("Hello").await;
    bob.post(&format!("/posts/{post}/comments"), &json!({"content": "Indeed."})).await.expect(201);
    bob.post(&format!("/posts/{post}/upvote"), &json!({})).await.expect(200);

    let first = app.anon().get("/agents/leaderboard?limit=1").await.expect(200);
    assert_eq!((&first["leaderboard"], &first["agents"][0]["name"]), (&first["agents"], &"ada".into()));
    let next = format!("/agents/leaderboard?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = app.anon().get(&next).await.expect(200);
    assert_eq!((&rest["agents"][0]["name"], &rest["has_more"]), (&"bob".into(), &Value::Bool(false)));
    let recent = app.anon().get("/agents/recent").await.expect(200);
    assert_eq!((&recent["agents"][0]["name"], recent.get("leaderboard")), (&"bob".into(), None));

    assert_eq!(app.anon().get("/agents/Ada/posts").await.expect(200)["posts"][0]["title"], "Hello");
    assert_eq!(app.anon().get("/agents/bob/comments").await.expect(200)["comments"][0]["content"], "Indeed.");
    for path in ["/agents/nobody/posts", "/agents/nobody/comments"] {
        assert_eq!(app.anon().get(path).await.refused(404), "NOT_FOUND");
    }
    assert_eq!(app.anon().get("/agents/recent?cursor=nonsense").await.refused(400), "BAD_REQUEST");
    assert_eq!(app.anon().get("/agents/leaderboard?limit=abc").await.refused(400), "BAD_REQUEST");
}

/// Asks as an app whose a token is.
async fn verify(app: &TestApp, key: Option<&str>, body: &Value) -> Reply {
    let mut request = Request::post("/api/v1/agents/verify-identity").header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header("x-moltbook-app-key", key);
    }
    app.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn signed_in<'app>(app: &'app TestApp, handle: &str) -> Browser<'app> {
    let browser = app.browser();
    let fields = [("handle", handle), ("password", "a long password")];
    assert_eq!(browser.submit("/_fn/sign_up", &fields).await.status.as_u16(), 303);
    browser
}

#[tokio::test]
async fn a_developer_makes_an_app_that_learns_who_an_agent_is() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    let grace = signed_in(&app, "grace").await;
    let made = grace.call(Method::POST, "/developer/apps", Some(&json!({"name": "Shop"}))).await.expect(201);
    let key = made["app_key"].as_str().unwrap().to_owned();
    let listed = grace.get("/api/v1/developer/apps").await.expect(200);
    assert_eq!(listed["apps"], json!([made["app"]]));

    let token = ada.post("/agents/me/identity-token", &json!({"audience": "shop.example"})).await.expect(200);
    assert_eq!((&token["expires_in"], &token["audience"]), (&3600.into(), &"shop.example".into()));
    let question = json!({"token": token["identity_token"], "audience": "shop.example"});
    let answer = verify(&app, Some(&key), &question).await.expect(200);
    insta::assert_json_snapshot!(answer, { ".agent.id" => "[id]" });

    // Without a body a token is for everybody.
    let open = ada.call(Method::POST, "/agents/me/identity-token", None).await.expect(200);
    assert_eq!(open["audience"], Value::Null);
    assert!(verify(&app, Some(&key), &json!({"token": open["identity_token"]})).await.status.is_success());

    let path = format!("/developer/apps/{}", made["app"]["id"].as_str().unwrap());
    grace.call(Method::DELETE, &path, None).await.expect(200);
    let refused = verify(&app, Some(&key), &question).await.expect(401);
    assert_eq!((&refused["error"], &refused["code"]), (&"invalid_app_key".into(), &"UNAUTHORIZED".into()));
    assert_eq!(refused["message"], "The app key is not valid");
    let refused = verify(&app, None, &question).await.expect(401);
    assert_eq!(refused["error"], "missing_app_key");
}

#[tokio::test]
async fn apps_are_for_people_and_only_from_pages_of_this_site() {
    let app = TestApp::new().await;
    let body = json!({"name": "Shop"});
    assert_eq!(app.agent("ada").await.post("/developer/apps", &body).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.anon().get("/developer/apps").await.refused(401), "UNAUTHORIZED");
    let grace = signed_in(&app, "grace").await;
    let blank = json!({"name": " "});
    assert_eq!(grace.call(Method::POST, "/developer/apps", Some(&blank)).await.refused(400), "VALIDATION");
    let nothing = "/developer/apps/00000000-0000-0000-0000-000000000000";
    assert_eq!(grace.call(Method::DELETE, nothing, None).await.refused(404), "NOT_FOUND");
    assert_eq!(grace.call(Method::DELETE, "/developer/apps/x", None).await.refused(400), "BAD_REQUEST");
    let forged = grace.call_from("https://evil.example", Method::POST, "/developer/apps", Some(&body)).await;
    assert_eq!(forged.status.as_u16(), 403, "{}", forged.body);
}

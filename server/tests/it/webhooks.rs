//! Webhooks over HTTP: registering, what arrives, and what never leaves.

use crate::app::TestApp;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use axum::routing::{any, post};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use server::events::guard::Guarded;
use server::events::webhooks::Postman;
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use types::governance::Approval;

type Mail = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// Somebody who takes what is sent to `/taken`, refuses at `/broken`, and sends on to it from `/moved`.
async fn receiver() -> (String, Mail) {
    let mail = Mail::default();
    let take = |State(mail): State<Mail>, headers: HeaderMap, body: Bytes| async move {
        mail.lock().unwrap().push((headers, body));
    };
    let router = Router::new()
        .route("/taken", post(take))
        .route("/broken", any(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/moved", any(async || Redirect::temporary("/taken")))
        .with_state(Arc::clone(&mail));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, mail)
}

/// What a receiver compares the header with.
fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    let digest: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digest}")
}

#[tokio::test]
async fn a_test_arrives_signed() {
    let (url, mail) = receiver().await;
    let app = TestApp::with(|settings| settings.webhooks_to_private = true).await;
    let ada = app.agent("ada").await;
    let made = ada.post("/webhooks", &json!({"url": format!("{url}/taken"), "events": ["mention"]})).await.expect(201);
    let (id, secret) = (made["webhook"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let tested = ada.post(&format!("/webhooks/{id}/test"), &json!({})).await.expect(201);
    assert_eq!(tested["delivery"]["state"], "pending");

    let postman = Postman::new(app.t.domain.clone(), Guarded::new(true).unwrap());
    assert_eq!(postman.round().await.unwrap(), 1);
    assert_eq!(postman.round().await.unwrap(), 0);
    let (headers, body) = mail.lock().unwrap().pop().unwrap();
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!((header("content-type"), header("x-moltbook-event")), ("application/json", "test"));
    assert_eq!(header("x-moltbook-delivery"), tested["delivery"]["id"].as_str().unwrap());
    assert_eq!(header("x-moltbook-signature"), signature(secret, header("x-moltbook-timestamp"), &body));
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["event"], &body["id"]), (&json!("test"), &tested["delivery"]["id"]));

    let log = ada.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
    let entry = &log["deliveries"][0];
    assert_eq!(
        (&entry["state"], &entry["attempts"], &entry["status_code"]),
        (&json!("delivered"), &json!(1), &json!(200))
    );
    assert_eq!(log["has_more"], false);
    // The secret is told once.
    for path in ["/webhooks".to_owned(), format!("/webhooks/{id}"), format!("/webhooks/{id}/deliveries")] {
        assert!(!ada.get(&path).await.body.contains("whsec"), "{path}");
    }
}

#[tokio::test]
async fn refusals_and_redirects_are_failures_and_a_redirect_leads_nowhere() {
    let (url, mail) = receiver().await;
    let app = TestApp::with(|settings| settings.webhooks_to_private = true).await;
    let ada = app.agent("ada").await;
    let postman = Postman::new(app.t.domain.clone(), Guarded::new(true).unwrap());
    for (path, status, reason) in [("broken", 500, "answered 500"), ("moved", 307, "redirects are not followed")] {
        let made = ada.post("/webhooks", &json!({"url": format!("{url}/{path}")})).await.expect(201);
        let id = made["webhook"]["id"].as_str().unwrap();
        ada.post(&format!("/webhooks/{id}/test"), &json!({})).await.expect(201);
        assert_eq!(postman.round().await.unwrap(), 1);
        let log = ada.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        let entry = &log["deliveries"][0];
        assert_eq!((&entry["state"], &entry["status_code"]), (&json!("pending"), &json!(status)));
        assert!(entry["error"].as_str().unwrap().contains(reason) && entry["next_attempt_at"].is_string(), "{entry}");
    }
    assert!(mail.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_address_that_became_private_is_not_called() {
    let (url, mail) = receiver().await;
    let app = TestApp::with(|settings| settings.webhooks_to_private = true).await;
    let ada = app.agent("ada").await;
    let port = url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "hooks.example.org"] {
        let made = ada.post("/webhooks", &json!({"url": format!("http://{host}:{port}/taken")})).await.expect(201);
        let id = made["webhook"]["id"].as_str().unwrap();
        ada.post(&format!("/webhooks/{id}/test"), &json!({})).await.expect(201);
        let names = Arc::new(|_name| Box::pin(async { Ok(vec!["127.0.0.1".parse().unwrap()]) }) as _);
        let postman = Postman::new(app.t.domain.clone(), Guarded::with_names(false, names).unwrap());
        assert_eq!(postman.round().await.unwrap(), 1);
        let log = ada.get(&format!("/webhooks/{id}/deliveries")).await.expect(200);
        let error = log["deliveries"][0]["error"].as_str().unwrap();
        assert!(error.contains("private") && !error.contains("127.0.0.1 "), "{error}");
    }
    assert!(mail.lock().unwrap().is_empty());
}

#[tokio::test]
async fn webhooks_are_their_agents_own() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let body = json!({"url": "https://hooks.example.org/ada"});
    let made = ada.post("/webhooks", &body).await.expect(201);
    let id = made["webhook"]["id"].as_str().unwrap();
    let list = ada.get("/webhooks").await.expect(200);
    assert_eq!((&list["webhooks"][0]["id"], &list["has_more"]), (&json!(id), &json!(false)));
    for path in [format!("/webhooks/{id}"), format!("/webhooks/{id}/deliveries")] {
        assert_eq!(bob.get(&path).await.refused(404), "NOT_FOUND");
        assert_eq!(app.anon().get(&path).await.refused(401), "UNAUTHORIZED");
    }
    assert_eq!(bob.delete(&format!("/webhooks/{id}")).await.refused(404), "NOT_FOUND");
    assert_eq!(bob.post(&format!("/webhooks/{id}/test"), &json!({})).await.refused(404), "NOT_FOUND");
    assert_eq!(app.anon().post("/webhooks", &body).await.refused(401), "UNAUTHORIZED");
    for _ in 1..5 {
        ada.post("/webhooks", &body).await.expect(201);
    }
    assert_eq!(ada.post("/webhooks", &body).await.refused(409), "CONFLICT");
    ada.delete(&format!("/webhooks/{id}")).await.expect(200);
    assert_eq!(ada.get(&format!("/webhooks/{id}")).await.refused(404), "NOT_FOUND");
}

#[tokio::test]
async fn bad_input_is_refused() {
    let app = TestApp::new().await;
    let ada = app.agent("ada").await;
    for body in [
        json!({"url": "http://127.0.0.1:8080/"}),
        json!({"url": "http://localhost/"}),
        json!({"url": "ftp://example.org"}),
        json!({"url": "a\u{0}b"}),
        json!({"url": format!("https://example.org/{}", "x".repeat(2_048))}),
    ] {
        let reply = ada.post("/webhooks", &body).await;
        assert_eq!(reply.refused(400), "VALIDATION", "{body}");
        assert_eq!(reply.json()["errors"][0]["field"], "url");
    }
    for body in [json!({}), json!({"url": 5}), json!({"url": "https://example.org", "events": ["everything"]})] {
        assert_eq!(ada.post("/webhooks", &body).await.refused(400), "BAD_REQUEST", "{body}");
    }
    for path in ["/webhooks/zzz", "/webhooks?cursor=nonsense", "/webhooks?limit=abc"] {
        assert_eq!(ada.get(path).await.refused(400), "BAD_REQUEST", "{path}");
    }
}

#[tokio::test]
async fn the_operator_is_told_of_what_waits_for_approval_by_a_signed_message() {
    let (url, mail) = receiver().await;
    let app = TestApp::with(|settings| {
        settings.approval = Approval::All;
        settings.webhooks_to_private = true;
    })
    .await;
    let secret = "a secret of the operator, long enough";
    app.t.domain.set_approval_webhook(Some((&format!("{url}/taken"), secret))).await.unwrap();
    let post = app.agent("ada").await.posts("Hello").await;
    let postman = Postman::new(app.t.domain.clone(), Guarded::new(true).unwrap());
    assert_eq!(postman.round().await.unwrap(), 1);
    let (headers, body) = mail.lock().unwrap().pop().unwrap();
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(header("x-moltbook-event"), "approval_pending");
    assert_eq!(header("x-moltbook-signature"), signature(secret, header("x-moltbook-timestamp"), &body));
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["data"]["kind"], &body["data"]["id"]), (&json!("post"), &json!(post)));
}

#[tokio::test]
async fn the_operators_address_is_checked_when_it_is_connected_to() {
    let (url, mail) = receiver().await;
    let app = TestApp::with(|settings| settings.approval = Approval::All).await;
    let port = url.rsplit(':').next().unwrap();
    let public = format!("http://hooks.example.org:{port}/taken");
    app.t.domain.set_approval_webhook(Some((&public, "a secret of the operator, long enough"))).await.unwrap();
    app.agent("ada").await.posts("Hello").await;
    let names = Arc::new(|_name| Box::pin(async { Ok(vec!["127.0.0.1".parse().unwrap()]) }) as _);
    let postman = Postman::new(app.t.domain.clone(), Guarded::with_names(false, names).unwrap());
    assert_eq!(postman.round().await.unwrap(), 1);
    assert!(mail.lock().unwrap().is_empty());
    assert_eq!(app.t.domain.pending_deliveries().await.unwrap(), 1, "it is tried again");
}

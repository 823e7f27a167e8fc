//! What describes the API, and what agents read first.

use crate::app::{ORIGIN, TestApp};
use crate::described::{Described, Operation};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use types::actor::AgentRole;

#[tokio::test]
async fn the_document_lists_what_is_served() {
    let app = TestApp::new().await;
    let document = app.browser().get("/api/openapi.json").await.expect(200);
    assert_eq!((&document["openapi"], &document["servers"][0]["url"]), (&"3.1.0".into(), &ORIGIN.into()));
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for status in ["400", "401", "429", "503"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path} says nothing of {status}");
            }
            operations.insert(operation["operationId"].as_str().unwrap().to_owned(), format!("{method} {path}"));
        }
    }
    insta::assert_json_snapshot!(operations);
}

/// The bodies of requests and of answers that went well, and where they stand.
fn bodies<'a>(operation: &'a str, is: &'a Value) -> Vec<(String, &'a Value)> {
    let answers = is["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
    let contents = answers.map(|(status, answer)| (status.as_str(), &answer["content"]));
    let contents = contents.chain([("request", &is["requestBody"]["content"])]);
    let bodies = contents.flat_map(|(what, content)| {
        content.as_object().into_iter().flatten().map(move |(_, body)| (format!("{operation}, {what}"), body))
    });
    bodies.collect()
}

/// How an operation is called, with the examples of its parameters in its path.
fn call_of(operation: &Operation<'_>) -> (Method, String) {
    let (method, path) = operation.name.split_once(' ').unwrap();
    let parameters = operation.is["parameters"].as_array().into_iter().flatten();
    let known = parameters.filter_map(|known| Some((known["name"].as_str()?, known["example"].as_str()?)));
    let path = known.fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    (method.parse().unwrap(), path)
}

#[tokio::test]
async fn every_operation_shows_what_is_sent_and_what_is_answered() {
    let described = Described::by(&TestApp::new().await).await;
    let mut wrong = Vec::new();
    for operation in described.operations() {
        let parameters = operation.is["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| (format!("{}, {}", operation.name, parameter["name"]), parameter));
        let bodies = bodies(&operation.name, operation.is);
        assert!(bodies.iter().any(|(place, _)| place.contains(", 2")), "{} answers nothing", operation.name);
        for (place, shown) in bodies.into_iter().chain(parameters) {
            match shown.get("example") {
                Some(example) => wrong.extend(described.misfits(&shown["schema"], example, &place)),
                None => wrong.push(format!("{place}: has no example")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_requests_that_are_shown_can_be_sent() {
    let app = TestApp::new().await;
    let described = Described::by(&app).await;
    let boss = app.agent_as("tidal-archivist", AgentRole::Admin).await;
    app.agent("patient-heron").await;
    // Only a private one has members to let in.
    boss.post("/submolts", &json!({"name": "science", "is_private": true})).await.expect(201);
    let mut sent = 0;
    for operation in described.operations() {
        let Some(body) = operation.is["requestBody"]["content"]["application/json"].get("example") else { continue };
        let (method, path) = call_of(&operation);
        let reply = boss.call(method, &path, Some(body)).await;
        let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!(!["BAD_REQUEST", "VALIDATION"].contains(&code.as_str()), "{}: {}", operation.name, reply.body);
        assert!(reply.status.as_u16() < 405 || reply.status == 409, "{}: {}", operation.name, reply.body);
        sent += 1;
    }
    assert!(sent > 20, "only {sent} requests are shown");
}

#[tokio::test]
async fn who_brings_no_key_hears_of_that_before_anything_about_the_body() {
    let app = TestApp::new().await;
    let described = Described::by(&app).await;
    let needs_key =
        |is: &Value| is["security"].as_array().is_some_and(|any| any.iter().all(|one| !one["api_key"].is_null()));
    let operations = described.operations();
    let operations = operations.iter().filter(|known| known.is["requestBody"].is_object() && needs_key(known.is));
    for operation in operations {
        let (method, path) = call_of(operation);
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let reply = app.send(request.header(header::CONTENT_TYPE, "text/plain").body(Body::from("{")).unwrap()).await;
        assert_eq!(reply.status, 401, "{}: {}", operation.name, reply.body);
    }
}

#[tokio::test]
async fn no_example_holds_what_looks_like_a_credential() {
    let app = TestApp::new().await;
    let described = Described::by(&app).await;
    let ada = app.agent("ada").await;
    for operation in described.operations() {
        for (place, body) in bodies(&operation.name, operation.is) {
            let post = json!({"submolt_name": "general", "title": place, "content": body["example"].to_string()});
            let post = ada.post("/posts", &post).await.expect(201)["post"].take();
            let warnings = post["content_warnings"].as_array().unwrap();
            assert!(!warnings.contains(&json!("credential")), "{place}: {}", body["example"]);
        }
    }
}

#[tokio::test]
async fn the_files_for_agents_name_this_instance() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for (path, kind, text) in [
        ("/skill.md", "text/markdown; charset=utf-8", "curl -X POST http://moltbook.test/api/v1/agents/register"),
        ("/heartbeat.md", "text/markdown; charset=utf-8", "GET http://moltbook.test/api/v1/home"),
        ("/messaging.md", "text/markdown; charset=utf-8", "POST http://moltbook.test/api/v1/agents/dm/request"),
        ("/rules.md", "text/markdown; charset=utf-8", "# Rules"),
        ("/llms.txt", "text/plain; charset=utf-8", "http://moltbook.test/skill.md"),
        ("/skill.json", "application/json", "http://moltbook.test/api/v1"),
        ("/api/docs", "text/html; charset=utf-8", "/api/v1/agents/register"),
    ] {
        let reply = browser.get(path).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, kind), "{path}");
        assert!(reply.body.contains(text) && !reply.body.contains("{{"), "{path}: {}", reply.body);
    }
    let package = browser.get("/skill.json").await.json();
    assert_eq!((&package["name"], &package["homepage"]), (&"moltbook".into(), &ORIGIN.into()));
}

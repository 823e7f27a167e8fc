//! What describes the API, and what agents read first.

use crate::app::{ORIGIN, TestApp};
use std::collections::BTreeMap;

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

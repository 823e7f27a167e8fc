//! Search over the wire.

use crate::app::TestApp;
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

#[tokio::test]
async fn a_search_answers_all_that_clients_read() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.agent("ada").await, app.agent("bob").await);
    let id = ada.posts("The tides of March").await;
    bob.post(&format!("/posts/{id}/comments"), &json!({"content": "High tide!"})).await.expect(201);
    let found = app.anon().get("/search?q=tide").await.expect(200);
    assert_json_snapshot!(found, {
        ".results[].id" => "[id]", ".results[].author.id" => "[id]", ".results[].submolt.id" => "[id]",
        ".results[].post.id" => "[id]", ".results[].post_id" => "[id]", ".results[].url" => "[url]",
    });
    assert_eq!(found["results"][0]["post_id"], id.as_str());

    let first = app.anon().get("/search?q=tide&limit=1").await.expect(200);
    let next = format!("/search?q=tide&limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = app.anon().get(&next).await.expect(200);
    assert_eq!((&second["results"][0]["type"], &second["has_more"]), (&json!("comment"), &json!(false)));
    assert_eq!(app.anon().get("/search?q=tide&type=skills").await.expect(200)["count"], 0);
    assert_eq!(app.anon().get("/search?q=%22of+march%22+author:bob").await.expect(200)["count"], 0);
    let suggested = app.anon().get("/search/suggest?q=the%20ti").await.expect(200);
    assert_eq!(suggested["suggestions"][0]["text"], "The tides of March");
}

#[rstest]
#[case::no_text("/search", "BAD_REQUEST")]
#[case::empty("/search?q=", "VALIDATION")]
#[case::blank("/search?q=%20", "VALIDATION")]
#[case::nul("/search?q=a%00b", "VALIDATION")]
#[case::bad_type("/search?q=tide&type=users", "BAD_REQUEST")]
#[case::bad_limit("/search?q=tide&limit=abc", "BAD_REQUEST")]
#[case::bad_cursor("/search?q=tide&cursor=nonsense", "BAD_REQUEST")]
#[case::empty_beginning("/search/suggest?q=", "VALIDATION")]
#[tokio::test]
async fn a_bad_search_is_a_clear_refusal(#[case] path: &str, #[case] code: &str) {
    let app = TestApp::new().await;
    assert_eq!(app.anon().get(path).await.refused(400), code);
    let long = format!("/search?q={}", "x".repeat(501));
    assert_eq!(app.anon().get(&long).await.refused(400), "VALIDATION");
}

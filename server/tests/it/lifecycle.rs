//! Ready, draining, gone.

use crate::process::Server;
use reqwest::StatusCode;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn probe(server: &Server, path: &str) -> (StatusCode, Value) {
    let response = reqwest::get(format!("{}{path}", server.ops)).await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_running_request_is_finished_while_no_new_ones_are_wanted() {
    let server = Server::start(&[]);
    assert_eq!(probe(&server, "/readyz").await.0, StatusCode::OK);

    // A request whose body is not all there yet.
    let mut running = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    let (head, rest) = ("{\"name\":\"ada\",", "\"description\":\"late\"}");
    let length = head.len() + rest.len();
    let start = format!(
        "POST /api/v1/agents/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{head}"
    );
    running.write_all(start.as_bytes()).await.unwrap();
    // It is being answered once the server counts it.
    loop {
        let figures = reqwest::get(format!("{}/metrics", server.ops)).await.unwrap().text().await.unwrap();
        if figures.contains(r#"http_server_active_requests{http_request_method="POST",url_scheme="http"} 1"#) {
            break;
        }
        tokio::task::yield_now().await;
    }

    server.interrupt();
    server.wait_for(|line| line["message"].as_str().is_some_and(|text| text.starts_with("Stopping")));
    let (status, body) = probe(&server, "/readyz").await;
    assert_eq!((status, &body["status"]), (StatusCode::SERVICE_UNAVAILABLE, &Value::from("draining")));
    assert_eq!(probe(&server, "/healthz").await.0, StatusCode::OK);
    assert!(reqwest::get(&server.url).await.is_err(), "new requests go elsewhere");

    running.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(tokio::task::spawn_blocking(|| server.ended()).await.unwrap().status.success());
}

#[tokio::test]
async fn the_listener_for_the_api_alone_lives_and_ends_with_the_server() {
    let server = Server::start(&[("API_ADDR", "127.0.0.1:0")]);
    let list: Value = reqwest::get(format!("{}/posts", server.api)).await.unwrap().json().await.unwrap();
    assert_eq!(list["pagination"]["count"], 0);
    assert_eq!(reqwest::get(format!("{}/login", server.api)).await.unwrap().status(), StatusCode::NOT_FOUND);
    let api = server.api.clone();
    assert!(tokio::task::spawn_blocking(|| server.stop()).await.unwrap().status.success());
    assert!(reqwest::get(format!("{api}/posts")).await.is_err());
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_the_server() {
    let server = Server::start(&[("SHUTDOWN_TIMEOUT", "1s")]);
    let mut stuck = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    stuck.write_all(b"POST /api/v1/agents/register HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n").await.unwrap();
    let ended = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert!(ended.status.success());
    // Without a bound it would not end at all.
    assert!(ended.took < Duration::from_secs(8), "{:?}", ended.took);
}

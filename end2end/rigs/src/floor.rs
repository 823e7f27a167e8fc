//! A bare axum JSON route, in a process of its own: the floor that figures are compared with.

use anyhow::Result;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

/// Serves the route until the process is killed.
pub async fn serve(port: u16) -> Result<()> {
    let router =
        Router::new().route("/", get(|| async { Json(json!({ "success": true, "posts": [], "has_more": false })) }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    Ok(axum::serve(listener, router).await?)
}

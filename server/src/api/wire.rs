//! The envelope of every answer: `success` and a named payload beside it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use types::page::Page;
use utoipa::ToSchema;

/// An answer that went well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Success<T> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// The payload's fields stand beside `success`.
    #[serde(flatten)]
    payload: T,
}

impl<T> Success<T> {
    pub(super) fn new(payload: T) -> Self {
        Self { success: true, payload }
    }
}

impl<T: Serialize> IntoResponse for Success<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

/// An answer to something that was made.
pub(super) struct Created<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Success::new(self.0)).into_response()
    }
}

/// A sentence about what was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"message": "Done"}))]
pub(super) struct Message {
    message: String,
}

impl Message {
    pub(super) fn new(message: impl Into<String>) -> Success<Self> {
        Success::new(Self { message: message.into() })
    }
}

/// What was done, in a word and in a sentence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"action": "done", "message": "Done"}))]
pub(super) struct Action {
    action: &'static str,
    message: String,
}

impl Action {
    pub(super) fn new(action: &'static str, message: String) -> Success<Self> {
        Success::new(Self { action, message })
    }
}

/// What a cursor looks like: a list gives its own, and takes no other's.
pub const CURSOR: &str = "AQEAAAAAAAAAAAGYDE5aG3w9ngBtb2x0AAQA";

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"has_more": true, "next_cursor": CURSOR}))]
pub(super) struct More {
    /// Whether another page follows.
    has_more: bool,
    /// To be sent as `cursor` for the next page.
    next_cursor: Option<String>,
}

/// The rows of a page, and where it goes on.
pub(super) fn split<T>(page: Page<T>) -> (Vec<T>, More) {
    let more = More { has_more: page.has_more(), next_cursor: page.next_cursor };
    (page.items, more)
}

//! Answers at once while the database is away, and never with a broken answer.

use crate::http::error::ApiError;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::db::Health;
use std::any::Any;
use types::error::Code;

/// Answers 503 while the database is down; a request that already waits for it is not left waiting.
pub async fn fail_fast(State(mut health): State<Health>, request: Request, next: Next) -> Response {
    if !health.is_up() {
        return unavailable();
    }
    tokio::select! {
        // A request that has its answer keeps it.
        biased;
        response = next.run(request) => repair(response),
        () = health.down() => unavailable(),
    }
}

/// The session layer answers an empty 500 when it cannot save: that is the store's outage, not a defect.
fn repair(response: Response) -> Response {
    let is_blank =
        response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.body().size_hint().exact() == Some(0);
    if is_blank { unavailable() } else { response }
}

fn unavailable() -> Response {
    let hint = "Try again in a moment";
    ApiError::of(Code::Unavailable, "The service is not available right now", hint).retry_after(1).into_response()
}

/// What a panicking handler answers; the panic itself is logged where it happens, by the panic hook.
pub fn panicked(_cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let hint = "Try again; if it stays, tell the operator the request id";
    ApiError::of(Code::Internal, "Something went wrong on our side", hint).into_response()
}

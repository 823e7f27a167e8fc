//! What is known of a person, as a file for that person.

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Domain;
use types::actor::Actor;

/// Where it is.
pub const PATH: &str = "/settings/export.json";

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/json"),
    (header::CONTENT_DISPOSITION, "attachment; filename=\"moltbook-export.json\""),
    (header::CACHE_CONTROL, "private, no-store"),
];

/// The file; strangers are asked to sign in.
pub async fn download(State(domain): State<Domain>, Caller(who): Caller) -> Response {
    if who == Actor::Anonymous {
        return Redirect::to("/login?next=/settings").into_response();
    }
    let file = match domain.export(&who).await {
        Ok(export) => serde_json::to_vec_pretty(&export).map_err(|e| domain::Error::Internal(e.into())),
        Err(e) => Err(e),
    };
    match file {
        Ok(file) => (HEADERS, file).into_response(),
        Err(e) => ApiError::from(e).into_response(),
    }
}

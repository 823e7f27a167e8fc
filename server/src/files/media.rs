//! Pictures, each under the SHA-256 of what it holds: an address never shows anything else, so it may be kept for ever.

use super::{ANYWHERE, is_known};
use crate::http::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Domain;
use types::error::Code;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/media/{file}", get(picture))
}

async fn picture(State(domain): State<Domain>, Path(file): Path<String>, headers: HeaderMap) -> ApiResult<Response> {
    let Some(picture) = domain.picture(&file).await? else {
        return Err(ApiError::of(Code::NotFound, "There is no such picture", "It may have been removed"));
    };
    let tag = format!("\"{}\"", file.split('.').next().unwrap_or_default());
    let about = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.content_type)),
        (header::CACHE_CONTROL, FOR_EVER),
        (HeaderName::from_static("cross-origin-resource-policy"), ANYWHERE),
        // Hexadecimal digits in quotes always are a value.
        (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
    ];
    Ok(if is_known(&headers, &tag) {
        (StatusCode::NOT_MODIFIED, about).into_response()
    } else {
        (about, picture.bytes).into_response()
    })
}

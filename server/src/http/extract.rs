//! What handlers take out of a request. Whatever is wrong with it is answered in the API's own error shape.

use crate::api::CURSOR;
use crate::http::error::ApiError;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::actor::Actor;
use types::error::Code;
use types::limits::{JSON_BODY_MAX_BYTES, UPLOAD_MAX_BYTES};
use types::page::PageRequest;
use utoipa::IntoParams;

const SEND_A_FILE: &str = "Send multipart/form-data with the picture in the part 'file'";

/// A JSON body of a caller that is known. Nobody else's is looked at: who brings no key should hear of that first.
pub struct ApiJson<T>(pub T);

/// A JSON body of anybody.
pub struct OpenJson<T>(pub T);

/// The JSON body of a known caller that brings text; `text` and `body` in place of `content` are refused rather than lost.
pub struct ContentJson<T>(pub T);

/// The part `file` of a form of a known caller, whatever it is called there and whatever kind it claims to be.
pub struct ApiFile(pub Vec<u8>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        is_known(&request)?;
        OpenJson::from_request(request, state).await.map(|OpenJson(value)| Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OpenJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let value = json(request, state).await?;
        serde_json::from_value(value).map(Self).map_err(misshapen)
    }
}

fn is_known(request: &Request) -> Result<(), ApiError> {
    match request.extensions().get::<Actor>() {
        Some(Actor::Agent { .. } | Actor::Human { .. }) => Ok(()),
        Some(Actor::Anonymous) | None => Err(domain::Error::Unauthenticated("an agent's API key is needed").into()),
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ContentJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        is_known(&request)?;
        let value = json(request, state).await?;
        if let Some(mistake) = ["text", "body"].into_iter().find(|key| value.get(key).is_some()) {
            let message = format!("There is no field '{mistake}'");
            return Err(ApiError::of(Code::BadRequest, message, "Put the text into 'content'"));
        }
        serde_json::from_value(value).map(Self).map_err(misshapen)
    }
}

/// A JSON body that may be missing.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        ApiJson::from_request(request, state).await.map(|ApiJson(value)| Self(value))
    }
}

impl<S: Send + Sync> FromRequest<S> for ApiFile {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        is_known(&request)?;
        if essence(request.headers()) != "multipart/form-data" {
            return Err(ApiError::of(Code::UnsupportedMediaType, "The body is no form with a file", SEND_A_FILE));
        }
        let unreadable = || ApiError::of(Code::BadRequest, "The form could not be read", SEND_A_FILE);
        let mut form = Multipart::from_request(request, state).await.map_err(|_no_boundary| unreadable())?;
        while let Some(part) = form.next_field().await.map_err(broken_form)? {
            if part.name() == Some("file") {
                return Ok(Self(part.bytes().await.map_err(broken_form)?.into()));
            }
        }
        Err(ApiError::of(Code::BadRequest, "The form has no part 'file'", SEND_A_FILE))
    }
}

fn broken_form(e: MultipartError) -> ApiError {
    if e.status().as_u16() == Code::PayloadTooLarge.status() {
        return ApiError::of(Code::PayloadTooLarge, "The file is too large", "GET /api/docs says how large it may be");
    }
    ApiError::of(Code::BadRequest, "The form could not be read", SEND_A_FILE)
}

async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ApiError> {
    if !is_json(request.headers()) {
        let hint = "Send JSON, with 'Content-Type: application/json'";
        return Err(ApiError::of(Code::UnsupportedMediaType, "The body is not JSON", hint));
    }
    let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
    serde_json::from_slice(&bytes).map_err(|e| {
        ApiError::of(Code::BadRequest, format!("The body is not valid JSON: {e}"), "Check quotes, commas and escapes")
    })
}

/// The media type without its parameters.
fn essence(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = essence(headers);
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// All of a body, before any handler takes it apart: as much as one of this kind may hold.
pub async fn whole_body(headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    let most = if is_json(headers) { JSON_BODY_MAX_BYTES } else { UPLOAD_MAX_BYTES };
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(e) if e.is::<LengthLimitError>() => Err(too_large(most)),
        Err(_) => Err(broken()),
    }
}

fn unreadable(rejection: BytesRejection) -> ApiError {
    if rejection.status().as_u16() == Code::PayloadTooLarge.status() {
        return too_large(JSON_BODY_MAX_BYTES);
    }
    broken()
}

fn too_large(most: usize) -> ApiError {
    ApiError::of(Code::PayloadTooLarge, "The body is too large", &format!("Send at most {} KB", most / 1024))
}

fn broken() -> ApiError {
    ApiError::of(Code::BadRequest, "The body could not be read", "Send it again")
}

fn misshapen(e: serde_json::Error) -> ApiError {
    ApiError::of(Code::BadRequest, format!("The body does not fit: {e}"), "GET /api/docs describes every body")
}

/// A parameter of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub struct ApiPath<T>(pub T);

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::of(Code::BadRequest, format!("The path does not fit: {}", rejection.body_text()), "Ids are UUIDs")
    }
}

/// The query.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub struct ApiQuery<T>(pub T);

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let message = format!("The query does not fit: {}", rejection.body_text());
        Self::of(Code::BadRequest, message, "GET /api/docs lists what each parameter can be")
    }
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows on the page, 1 to 100; more is taken for 100.
    #[serde(default)]
    #[param(format = "uint64", example = 25)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(example = json!(CURSOR))]
    cursor: Option<String>,
    /// Rows to skip; for old clients, at most 1,000. Prefer `cursor`.
    #[serde(default)]
    #[param(format = "uint64", example = 0)]
    offset: Option<u64>,
}

impl From<Paging> for PageRequest {
    fn from(paging: Paging) -> Self {
        Self::new(paging.limit, paging.cursor, paging.offset)
    }
}

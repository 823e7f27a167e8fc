//! The one place where a refusal becomes HTTP, in the one shape every caller knows.

use crate::http::request_id::RequestId;
use axum::Json;
use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use domain::Clock;
use serde::Serialize;
use types::error::{Code, Detail, Detected, FieldError, Problem};
use types::verification::ContentType;
use utoipa::ToSchema;
use uuid::Uuid;

/// What handlers of the agent API return.
pub type ApiResult<T> = Result<T, ApiError>;

/// A refusal on its way out.
#[derive(Debug)]
pub struct ApiError {
    problem: Box<Problem>,
    name: Option<Name>,
}

/// What stands in `error` in place of the sentence, where existing clients compare a word.
#[derive(Clone, Copy, Debug)]
struct Name(&'static str);

impl ApiError {
    /// A refusal that the server itself has a reason for.
    pub fn new(problem: Problem) -> Self {
        Self { problem: Box::new(problem), name: None }
    }

    /// The refusal as data.
    pub fn into_problem(self) -> Problem {
        *self.problem
    }

    /// A refusal in a few words.
    pub fn of(code: Code, message: impl Into<String>, hint: &str) -> Self {
        Self::new(Problem {
            code,
            message: message.into(),
            hint: hint.to_owned(),
            errors: Vec::new(),
            retry_after_seconds: None,
            detail: None,
        })
    }

    /// The refusal with the time, in seconds, after which to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.problem.retry_after_seconds = Some(seconds);
        self
    }
}

impl From<domain::Error> for ApiError {
    fn from(error: domain::Error) -> Self {
        let problem = error.problem();
        if problem.code.status() >= 500 {
            tracing::error!(error = &error as &dyn std::error::Error, "A request failed: {error}");
        }
        let name = match &error {
            domain::Error::Identity(refusal) => Some(Name(refusal.name())),
            _ => None,
        };
        Self { name, ..Self::new(problem) }
    }
}

/// The body of every refusal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error, example = json!({
    "statusCode": 404, "error": "There is no such post", "message": "There is no such post", "code": "NOT_FOUND",
    "hint": "Check the id", "path": "/api/v1/posts/01980c4e-5a1b-7c3d-9e00-6d6f6c740004",
    "timestamp": "2026-03-14T09:26:53.000Z", "request_id": "6f1c2a90b7d34e58", "errors": null, "detected": null,
    "content_type": null, "content_id": null, "retry_after_seconds": null, "retry_after_minutes": null,
    "retryAfter": null, "remaining": null, "reset_at": null,
}))]
pub(crate) struct ErrorBody {
    /// Always false.
    success: bool,
    /// The HTTP status once more.
    #[serde(rename = "statusCode")]
    status_code: u16,
    /// What happened. A word in place of the sentence where an identity token was refused.
    error: String,
    /// What happened.
    message: String,
    /// The kind of refusal.
    code: Code,
    /// What to do about it.
    hint: String,
    /// The path that was asked for.
    path: String,
    /// When.
    timestamp: String,
    /// What to tell the operator.
    request_id: String,
    /// What is wrong with which field; with the code `VALIDATION`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The credentials in the text; with the code `CREDENTIAL_DETECTED`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    detected: Vec<Detected>,
    /// What a wrong answer was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<ContentType>,
    /// The id of what a wrong answer was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_id: Option<Uuid>,
    /// How long to wait, where waiting helps; in minutes too, rounded up, and in the spellings that clients read.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_minutes: Option<u64>,
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// Uses left: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u64>,
    /// When the wait is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_at: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        respond(&self.problem, self.name, "", "")
    }
}

fn respond(problem: &Problem, name: Option<Name>, path: &str, request_id: &str) -> Response {
    let now = Clock::system().now();
    let (detected, about) = match problem.detail.as_deref() {
        Some(Detail::Detected(detected)) => (detected.clone(), None),
        Some(Detail::Answered(about)) => (Vec::new(), Some(*about)),
        None => (Vec::new(), None),
    };
    let wait = problem.retry_after_seconds;
    let body = ErrorBody {
        success: false,
        status_code: problem.code.status(),
        error: name.map_or_else(|| problem.message.clone(), |Name(word)| word.to_owned()),
        message: problem.message.clone(),
        code: problem.code,
        hint: problem.hint.clone(),
        path: path.to_owned(),
        timestamp: rfc3339(now),
        request_id: request_id.to_owned(),
        errors: problem.errors.clone(),
        detected,
        content_type: about.map(|about| about.content_type),
        content_id: about.map(|about| about.content_id),
        retry_after_seconds: wait,
        retry_after_minutes: wait.map(|seconds| seconds.div_ceil(60)),
        retry_after: wait,
        remaining: wait.map(|_| 0),
        reset_at: wait.map(|seconds| rfc3339(now + Duration::seconds(i64::try_from(seconds).unwrap_or(0)))),
    };
    let status = StatusCode::from_u16(body.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if problem.code == Code::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(problem.clone());
    if let Some(name) = name {
        response.extensions_mut().insert(name);
    }
    response
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Writes into a refusal what only the request knows: its path and its id. A browser gets it as a page.
pub async fn complete(request: Request, next: Next) -> Response {
    let wants_page = wants_page(&request);
    let uri =
        request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |OriginalUri(uri)| uri.clone());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>() else { return response };
    let id = id.as_ref().map_or("", RequestId::as_str);
    let name = response.extensions().get::<Name>().copied();
    let mut complete = respond(problem, name, uri.path(), id);
    if wants_page {
        let page = Html(app::shell::error_document(problem.code, Some(id)));
        let (kind, body) = page.into_response().into_parts();
        *complete.body_mut() = body;
        complete.headers_mut().extend(kind.headers);
        complete.headers_mut().remove(header::CONTENT_LENGTH);
    }
    for (name, value) in response.headers() {
        // They belong to the body that is replaced, which may already be compressed.
        if ![header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CONTENT_ENCODING].contains(name) {
            complete.headers_mut().insert(name, value.clone());
        }
    }
    complete
}

fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html")) && !request.uri().path().starts_with("/api/")
}

/// What an API path that does not exist answers.
pub async fn no_such_route() -> ApiError {
    ApiError::of(Code::NotFound, "There is nothing at this path", "GET /api/docs lists what there is")
}

/// What an API path answers to a method it does not have.
pub async fn no_such_method() -> ApiError {
    ApiError::of(Code::MethodNotAllowed, "This path does not take this method", "GET /api/docs lists what there is")
}

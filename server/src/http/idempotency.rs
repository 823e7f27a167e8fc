//! Answers a request that is sent again as it was answered the first time: `Idempotency-Key` on every POST of the API.
//!
//! A request without the header costs nothing here. One with it is carried out in a task of its own, to its end even if
//! the caller goes away: that is when it will be sent again. Answers of 5xx and 429 are not kept, nor are those to
//! callers who were not recognised: they say that nothing was done, or not yet.

use crate::http::auth;
use crate::http::client_addr::ClientAddr;
use crate::http::csrf;
use crate::http::error::ApiError;
use crate::http::extract;
use crate::http::limits::Subject;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Domain;
use domain::once::{Claim, Claimed, Repeatable};
use domain::origin::Origin;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tracing::Instrument;
use types::actor::Actor;
use types::error::{Code, Problem};

/// The header by which a caller names a request.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is not the first of its request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Characters in the name of a request.
pub const LONGEST_KEY: usize = 255;
/// Larger answers are not kept. Those to a POST are small.
const LARGEST_ANSWER: usize = 1_024 * 1_024;
/// Looked at again after these, in milliseconds, while the first request is still being carried out.
const WAITS: [u64; 6] = [25, 50, 100, 200, 400, 800];
/// Where a request goes that fits no route.
const NO_ROUTE: &str = "/api/{*rest}";

/// Whether the caller named the request.
pub fn has_key(headers: &HeaderMap) -> bool {
    headers.contains_key(HEADER)
}

/// Carries a named POST out, unless it is a repetition.
pub async fn once(State(domain): State<Domain>, request: Request, next: Next) -> Response {
    let has_route = request.extensions().get::<MatchedPath>().is_some_and(|route| route.as_str() != NO_ROUTE);
    if *request.method() != Method::POST || !has_key(request.headers()) || !has_route {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Some(key) = readable(&parts.headers).map(str::to_owned) else {
        let hint = "Send one Idempotency-Key of 1 to 255 printable ASCII characters, such as a UUID";
        return ApiError::of(Code::BadRequest, "The Idempotency-Key cannot be used", hint).into_response();
    };
    let body = match extract::whole_body(&parts.headers, body).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let caller = caller(&parts);
    let repeatable = Repeatable {
        caller: &caller,
        credential: auth::key(&parts.headers).ok().flatten().or_else(|| csrf::session_cookie(&parts.headers)),
        route: parts.uri.path_and_query().map_or("/", |target| target.as_str()),
        key: &key,
        body: &body,
    };
    match claim(&domain, &repeatable).await {
        Ok(Claimed::Mine(claim)) => carry_out(domain, claim, Request::from_parts(parts, Body::from(body)), next).await,
        Ok(Claimed::Answered(kept)) => Kept::read(&kept).map_or_else(lost, Kept::replay),
        Ok(Claimed::Lost) => lost(),
        Ok(Claimed::Different) => {
            let hint = "Send the same bytes again, or a new request under a key of its own";
            let message = "This Idempotency-Key was sent with another body before";
            ApiError::of(Code::IdempotencyMismatch, message, hint).into_response()
        }
        Ok(Claimed::Running) => {
            let hint = "Send it again in a moment, with the same key";
            let refusal = ApiError::of(Code::Conflict, "This request is still being carried out", hint);
            refusal.retry_after(1).into_response()
        }
        Err(e) => ApiError::from(e).into_response(),
    }
}

/// Whose request it is. Sessions are recognised further in, so people are known here by their cookie.
fn caller(parts: &Parts) -> String {
    let addr = parts.extensions.get::<ClientAddr>().copied();
    let addr = addr.unwrap_or(ClientAddr(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    match (parts.extensions.get::<Actor>(), csrf::session_cookie(&parts.headers)) {
        (None | Some(Actor::Anonymous), Some(session)) => format!("session:{session}"),
        (actor, _) => Subject::of(actor.unwrap_or(&Actor::Anonymous), addr).to_string(),
    }
}

/// Claims the request; waits a little for one that is being carried out.
async fn claim(domain: &Domain, request: &Repeatable<'_>) -> domain::Result<Claimed> {
    for wait in WAITS {
        match domain.claim_request(request).await? {
            Claimed::Running => tokio::time::sleep(Duration::from_millis(wait)).await,
            claimed => return Ok(claimed),
        }
    }
    domain.claim_request(request).await
}

async fn carry_out(domain: Domain, claim: Claim, request: Request, next: Next) -> Response {
    let work = async move {
        let response = Box::pin(claim.during(next.run(request))).await;
        let (response, kept) = keep(response).await;
        if let Err(e) = domain.settle_request(claim, kept.as_deref()).await {
            // The claim ends by itself, and says truthfully whether something was done.
            tracing::warn!(error = &e as &dyn std::error::Error, "An answer was not kept for a repetition: {e}");
        }
        response
    };
    let work = work.in_current_span();
    // A task of its own knows nothing of the one that it comes from.
    let task = match Origin::current() {
        Some(origin) => tokio::spawn(origin.of(work)),
        None => tokio::spawn(work),
    };
    match task.await {
        Ok(response) => response,
        Err(e) if e.is_panic() => std::panic::resume_unwind(e.into_panic()),
        Err(_stopping) => {
            let hint = "Send the request again, with the same key";
            ApiError::of(Code::Unavailable, "The server is stopping", hint).retry_after(1).into_response()
        }
    }
}

/// An answer as it is kept: a line of JSON that says what it is, then its body.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    /// The body follows.
    Body {
        status: u16,
        content_type: Option<String>,
        #[serde(skip)]
        body: Bytes,
    },
    /// Written anew for each repetition: a refusal names the request it answers.
    Refusal(Problem),
}

/// The response, and what is kept of it.
async fn keep(response: Response) -> (Response, Option<Vec<u8>>) {
    let status = response.status();
    let is_final =
        !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS && status != StatusCode::UNAUTHORIZED;
    if !is_final {
        return (response, None);
    }
    if let Some(problem) = response.extensions().get::<Problem>() {
        let kept = Kept::Refusal(problem.clone()).write();
        return (response, kept);
    }
    if response.body().size_hint().upper().is_none_or(|size| size > LARGEST_ANSWER as u64) {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    // A body in memory, as its size says, cannot fail.
    let body = axum::body::to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kept =
        Kept::Body { status: status.as_u16(), content_type: content_type.map(str::to_owned), body: body.clone() };
    (Response::from_parts(parts, Body::from(body)), kept.write())
}

impl Kept {
    fn write(&self) -> Option<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self).ok()?;
        bytes.push(b'\n');
        if let Self::Body { body, .. } = self {
            bytes.extend_from_slice(body);
        }
        Some(bytes)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let mut kept = serde_json::from_slice(&bytes[..end]).ok()?;
        if let Self::Body { body, .. } = &mut kept {
            *body = Bytes::copy_from_slice(&bytes[end + 1..]);
        }
        Some(kept)
    }

    fn replay(self) -> Response {
        let mut response = match self {
            Self::Refusal(problem) => ApiError::new(problem).into_response(),
            Self::Body { status, content_type, body } => {
                let mut response = Response::new(Body::from(body));
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                if let Some(kind) = content_type.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
                    response.headers_mut().insert(header::CONTENT_TYPE, kind);
                }
                response
            }
        };
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }
}

fn lost() -> Response {
    let hint = "Look whether it did what you wanted; send it under a new key only if it did not. An answer with a \
                secret in it is kept only under a key of at least 16 random characters, such as a UUID";
    let message = "This request was carried out already, and its answer is no longer known";
    ApiError::of(Code::Conflict, message, hint).into_response()
}

/// The one name of a request, if it is one that can be used.
fn readable(headers: &HeaderMap) -> Option<&str> {
    let mut keys = headers.get_all(HEADER).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else { return None };
    let is_printable = |key: &&str| key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    key.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len())).filter(is_printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_printable_name() {
        let (longest, too_long) = ("x".repeat(LONGEST_KEY), "x".repeat(LONGEST_KEY + 1));
        for (keys, is_usable) in [
            (&["1"][..], true),
            (&["0198c0de-0000-7000-8000-000000000000"], true),
            (&["with a blank"], true),
            (&[&longest], true),
            (&[&too_long], false),
            (&[""], false),
            (&["a\tb"], false),
            (&["caf\u{e9}"], false),
            (&["a", "a"], false),
        ] {
            let mut headers = HeaderMap::new();
            for key in keys {
                headers.append(HEADER, HeaderValue::from_bytes(key.as_bytes()).unwrap());
            }
            assert_eq!(readable(&headers).is_some(), is_usable, "{keys:?}");
        }
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let body = Bytes::from_static(b"{\"a\":1}\nand more\n");
        let kept = Kept::Body { status: 201, content_type: Some("application/json".to_owned()), body: body.clone() };
        let replayed = Kept::read(&kept.write().unwrap()).unwrap();
        assert!(matches!(&replayed, Kept::Body { status: 201, body: read, .. } if *read == body));
        let response = replayed.replay();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()[REPLAYED], "true");
        assert!(Kept::read(b"nonsense").is_none());
    }
}

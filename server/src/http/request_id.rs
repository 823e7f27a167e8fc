//! A name for each request, the same in its answer, its log lines and its trace.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

/// The header, of requests and of answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Long enough for every format in use, short enough for a log line.
const LONGEST: usize = 64;

/// The name of a request, as a request extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The name a caller gave, if it can stand in a log line and in a page as it is; else a new one.
    fn of(request: &Request) -> Self {
        match request.headers().get(HEADER) {
            Some(given) if is_sane(given.as_bytes()) => Self(given.clone()),
            _ => Self::new(),
        }
    }

    fn new() -> Self {
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().as_hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown")))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Names the request: in its headers, in its extensions, and in the headers of its answer.
pub async fn name(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(&request);
    request.headers_mut().insert(HEADER, id.0.clone());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(HEADER, id.0);
    response
}

fn is_sane(given: &[u8]) -> bool {
    (8..=LONGEST).contains(&given.len()) && given.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use rstest::rstest;

    #[rstest]
    #[case("0198c0de-0000-7000-8000-000000000000", true)]
    #[case("edge.01-abc_def", true)]
    #[case("short", false)]
    #[case("has spaces in it", false)]
    #[case("<script>alert(1)</script>", false)]
    #[case(&"a".repeat(LONGEST + 1), false)]
    fn only_a_harmless_name_is_taken_over(#[case] given: &str, #[case] kept: bool) {
        let request = Request::builder().header(HEADER, given).body(Body::empty()).unwrap();
        let id = RequestId::of(&request);
        assert_eq!(id.as_str() == given, kept);
        assert!(kept || id.as_str().parse::<Uuid>().unwrap().get_version_num() == 7);
    }
}

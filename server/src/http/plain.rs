//! What is different on the API-only listener.
//!
//! Some clients build addresses so that a base's path is lost, so the routes are at the root too. Some read lists as
//! `data` and `pagination`, so lists say both. There are no pages, and a cookie means nothing.

use crate::api;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Map, Value, json};
use types::limits::{OFFSET_MAX, PAGE_MAX, POSTS_PAGE};

/// Larger answers are no lists of ours.
const LARGEST: u64 = 16 * 1_024 * 1_024;

/// Puts a path at the root under the base of the API, and takes cookies away.
pub fn under_base(mut request: Request) -> Request {
    request.headers_mut().remove(header::COOKIE);
    let path = request.uri().path();
    let is_there = path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if !is_there && let Some(uri) = moved(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn moved(uri: &Uri) -> Option<Uri> {
    let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{}{target}", api::BASE).parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Writes `data` and `pagination` into every list.
pub async fn spell_out(mut request: Request, next: Next) -> Response {
    // The answer is read here, so it must not be packed yet.
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    let is_read = *request.method() == Method::GET;
    let asked = Asked::of(request.uri().query().unwrap_or_default());
    let response = next.run(request).await;
    let is_small = response.body().size_hint().upper().is_some_and(|size| size <= LARGEST);
    if !is_read || response.status() != StatusCode::OK || !is_json(response.headers()) || !is_small {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // A body in memory, as its size says, cannot fail.
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Some(list) = serde_json::from_slice(&body).ok().and_then(|answer| asked.spell_out(answer)) else {
        return Response::from_parts(parts, Body::from(body));
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(list.to_string()))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// The part of a list that was asked for.
struct Asked {
    limit: Option<u64>,
    offset: u64,
}

impl Asked {
    fn of(query: &str) -> Self {
        let number = |name: &str| {
            let pair = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
            pair.and_then(|(_, value)| value.parse().ok())
        };
        Self {
            limit: number("limit").map(|limit: u64| limit.clamp(1, PAGE_MAX)),
            offset: number("offset").unwrap_or(0).min(OFFSET_MAX),
        }
    }

    /// `None` for an answer that is no list: a list says whether there is more, and has rows.
    fn spell_out(&self, answer: Value) -> Option<Value> {
        let Value::Object(mut list) = answer else { return None };
        let has_more = list.get("has_more")?.as_bool()?;
        let rows = rows(&list)?.clone();
        let count = rows.len() as u64;
        // A page that is followed by another one is full.
        let limit = self.limit.unwrap_or(if has_more { count } else { count.max(POSTS_PAGE) });
        list.insert("data".to_owned(), Value::Array(rows));
        let pagination = json!({ "count": count, "limit": limit, "offset": self.offset, "hasMore": has_more });
        list.insert("pagination".to_owned(), pagination);
        Some(Value::Object(list))
    }
}

fn rows(list: &Map<String, Value>) -> Option<&Vec<Value>> {
    list.values().find_map(Value::as_array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/posts?sort=new", "/api/v1/posts?sort=new")]
    #[case("/", "/api/v1/")]
    #[case("/apis", "/api/v1/apis")]
    #[case("/api/v1/posts", "/api/v1/posts")]
    #[case("/api", "/api")]
    fn what_is_asked_for_at_the_root_is_looked_for_under_the_base(#[case] asked: &str, #[case] found: &str) {
        let request = Request::get(asked).header(header::COOKIE, "a=b").body(Body::empty()).unwrap();
        let request = under_base(request);
        assert_eq!(request.uri().to_string(), found);
        assert!(!request.headers().contains_key(header::COOKIE));
    }

    #[test]
    fn a_list_is_spelt_out_and_anything_else_is_left_alone() {
        let list = json!({ "success": true, "posts": [1, 2], "has_more": true, "next_cursor": "x" });
        let told = Asked::of("limit=2&offset=4").spell_out(list.clone()).unwrap();
        assert_eq!((&told["data"], &told["posts"]), (&json!([1, 2]), &json!([1, 2])));
        assert_eq!(told["pagination"], json!({ "count": 2, "limit": 2, "offset": 4, "hasMore": true }));
        let told = Asked::of("limit=900").spell_out(list).unwrap();
        assert_eq!(told["pagination"]["limit"], PAGE_MAX);
        for other in [json!([1]), json!({ "post": {}, "success": true }), json!({ "has_more": true })] {
            assert_eq!(Asked::of("").spell_out(other), None);
        }
    }
}

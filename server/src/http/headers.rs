//! Headers that tell browsers what an answer may never do.

use crate::http::csrf::has_session_cookie;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// For everything that is not a page: nothing in it may run, load or be framed.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// For a page that brings no policy of its own, such as one made outside the shell: no scripts at all.
const BARE_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);
/// A page is made for whoever asks.
const PAGE_IS_PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
/// With a session a page also shows what the person did. A browser that goes back shows its copy unless it may not
/// keep one: a vote would seem lost, and a page would outlive signing out.
const PAGE_IS_PERSONAL: HeaderValue = HeaderValue::from_static("private, no-store");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Claim and sign-in links carry a secret in their path. Not `no-referrer`: it makes forms send `Origin: null`.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), \
             usb=()",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// What depends on the instance.
#[derive(Clone, Copy, Debug)]
pub struct SecurityHeaders {
    /// Whether browsers reach the instance over TLS, and from then on shall do so only.
    pub https: bool,
}

/// Adds the headers that an answer does not have yet.
pub async fn secure(State(instance): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    let is_personal = has_session_cookie(request.headers());
    let mut response = next.run(request).await;
    add(response.headers_mut(), instance, is_personal);
    response
}

fn add(headers: &mut HeaderMap, instance: SecurityHeaders, is_personal: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if instance.https {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HSTS);
    }
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(if is_page { BARE_PAGE } else { NO_PAGE });
    if is_page {
        headers.entry(header::CACHE_CONTROL).or_insert(if is_personal { PAGE_IS_PERSONAL } else { PAGE_IS_PRIVATE });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(kind: &'static str, own: Option<&'static str>) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(own) = own {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(own));
        }
        add(&mut headers, SecurityHeaders { https: false }, false);
        headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_page_keeps_its_own_policy() {
        assert_eq!(policy("text/html; charset=utf-8", Some("script-src 'nonce-x'")), "script-src 'nonce-x'");
        assert!(policy("text/html; charset=utf-8", None).contains("style-src 'self'"));
        assert_eq!(policy("application/json", None), "default-src 'none'; frame-ancestors 'none'");
    }

    #[test]
    fn a_page_with_a_session_is_not_kept() {
        for (is_personal, kept) in [(true, "private, no-store"), (false, "private, no-cache")] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            add(&mut headers, SecurityHeaders { https: false }, is_personal);
            assert_eq!(headers[header::CACHE_CONTROL], kept);
        }
    }

    #[test]
    fn transport_security_is_promised_only_over_tls() {
        for https in [true, false] {
            let mut headers = HeaderMap::new();
            add(&mut headers, SecurityHeaders { https }, false);
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https);
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}

//! Refuses what another site makes a signed-in browser send.
//!
//! A browser attaches the session cookie by itself, so a change that relies on it needs evidence that our own pages
//! asked for it. Browsers give that evidence in `Sec-Fetch-Site` and `Origin`, which scripts cannot forge. A caller with
//! an API key and no cookie sends nothing by itself and needs no evidence.

use crate::config::PublicUrl;
use crate::http::error::ApiError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use types::error::Code;

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "moltbook_session";
/// Server functions are forms; they change the session even of somebody who has none yet (signing in).
const FORMS: &str = "/_fn";

/// Our own origin.
#[derive(Clone, Debug)]
pub struct SameOrigin {
    public_url: PublicUrl,
}

/// What the headers say of where a request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    Ours,
    Foreign,
    None,
}

impl SameOrigin {
    /// Trusts the pages of this URL.
    pub fn new(public_url: PublicUrl) -> Self {
        Self { public_url }
    }

    fn allows(&self, method: &Method, path: &str, host: Option<&str>, headers: &HeaderMap) -> bool {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return true;
        }
        let is_form = path.strip_prefix(FORMS).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !is_form && !has_session_cookie(headers) {
            return true;
        }
        // One that speaks against it outweighs one that speaks for it.
        let evidence = [fetch_site(headers), self.origin(host, headers)];
        evidence.contains(&Evidence::Ours) && !evidence.contains(&Evidence::Foreign)
    }

    fn origin(&self, host: Option<&str>, headers: &HeaderMap) -> Evidence {
        let Some(origin) = headers.get(header::ORIGIN) else { return Evidence::None };
        let Ok(origin) = origin.to_str() else { return Evidence::Foreign };
        // A sandboxed or privacy-minded page hides its origin; that says nothing.
        if origin == "null" {
            return Evidence::None;
        }
        // An instance may be reached by more names than one (127.0.0.1 and localhost); a browser states the one it used
        // in `Host`, and the cookie was sent because it belongs to that host.
        let host_is_ours = host.is_some_and(|host| {
            origin.split_once("://") == Some((self.public_url.scheme(), host.to_ascii_lowercase().as_str()))
        });
        if origin == self.public_url.as_str() || host_is_ours { Evidence::Ours } else { Evidence::Foreign }
    }
}

/// Refuses a request that another site may have caused.
pub async fn protect(State(same_origin): State<SameOrigin>, request: Request, next: Next) -> Response {
    let host = request
        .uri()
        .authority()
        .map(http::uri::Authority::as_str)
        .or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    if same_origin.allows(request.method(), request.uri().path(), host, request.headers()) {
        return next.run(request).await;
    }
    let hint = "Open the page again and send the form from there; programs send their API key and no cookie";
    ApiError::of(Code::Forbidden, "This request did not come from a page of this site", hint).into_response()
}

fn fetch_site(headers: &HeaderMap) -> Evidence {
    match headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes) {
        // `none`: the person did it, by a bookmark or the address bar.
        Some(b"same-origin" | b"none") => Evidence::Ours,
        Some(_) => Evidence::Foreign,
        None => Evidence::None,
    }
}

/// The session cookie of the request.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value)
}

/// Whether a browser session came with the request.
pub fn has_session_cookie(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|b| *b == b';'))
        .any(|pair| pair.trim_ascii().split(|b| *b == b'=').next() == Some(SESSION_COOKIE.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use rstest::rstest;

    const COOKIE: (&str, &str) = ("cookie", "theme=dark; moltbook_session=abc");
    const OWN: (&str, &str) = ("origin", "https://moltbook.example");
    const EVIL: (&str, &str) = ("origin", "https://evil.example");
    const PLAIN: (&str, &str) = ("origin", "http://moltbook.example");
    const OTHER_NAME: (&str, &str) = ("origin", "https://www.moltbook.example");
    const NULL: (&str, &str) = ("origin", "null");
    const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
    const USER: (&str, &str) = ("sec-fetch-site", "none");
    const SIBLING: (&str, &str) = ("sec-fetch-site", "same-site");
    const CROSS: (&str, &str) = ("sec-fetch-site", "cross-site");
    const KEY: (&str, &str) = ("authorization", "Bearer moltbook_sk_x");

    #[rstest]
    #[case::reading_needs_nothing("GET", "/", &[COOKIE, EVIL, CROSS], true)]
    #[case::head("HEAD", "/", &[COOKIE, CROSS], true)]
    #[case::an_agent_has_no_cookie("POST", "/api/v1/posts", &[KEY], true)]
    #[case::an_agent_in_somebody_elses_page("POST", "/api/v1/posts", &[KEY, EVIL, CROSS], true)]
    #[case::own_origin("POST", "/api/v1/posts", &[COOKIE, OWN], true)]
    #[case::own_page("POST", "/_fn/vote_post", &[COOKIE, OWN, SAME], true)]
    #[case::no_origin_but_the_browser_vouches("POST", "/_fn/vote_post", &[COOKIE, SAME], true)]
    #[case::bookmark("POST", "/_fn/vote_post", &[COOKIE, USER], true)]
    #[case::reached_by_another_name("POST", "/_fn/vote_post", &[COOKIE, OTHER_NAME], true)]
    #[case::hidden_origin_but_the_browser_vouches("POST", "/_fn/vote_post", &[COOKIE, NULL, SAME], true)]
    #[case::another_site("POST", "/_fn/vote_post", &[COOKIE, EVIL, CROSS], false)]
    #[case::another_site_in_an_old_browser("POST", "/_fn/vote_post", &[COOKIE, EVIL], false)]
    #[case::a_neighbour("POST", "/_fn/vote_post", &[COOKIE, SIBLING], false)]
    #[case::contradiction("POST", "/_fn/vote_post", &[COOKIE, EVIL, SAME], false)]
    #[case::the_other_contradiction("POST", "/_fn/vote_post", &[COOKIE, OWN, CROSS], false)]
    #[case::without_tls("POST", "/_fn/vote_post", &[COOKIE, PLAIN], false)]
    #[case::hidden_origin("POST", "/_fn/vote_post", &[COOKIE, NULL], false)]
    #[case::a_cookie_and_no_evidence("POST", "/_fn/vote_post", &[COOKIE], false)]
    #[case::a_cookie_on_the_api("DELETE", "/api/v1/posts/1", &[COOKIE, CROSS], false)]
    #[case::a_cookie_beside_a_key("POST", "/api/v1/posts", &[COOKIE, KEY], false)]
    #[case::signing_in_without_evidence("POST", "/_fn/sign_in", &[], false)]
    #[case::signing_in_from_elsewhere("POST", "/_fn/sign_in", &[EVIL], false)]
    #[case::signing_in_here("POST", "/_fn/sign_in", &[OWN], true)]
    #[case::another_method("FROB", "/_fn/sign_in", &[], false)]
    #[case::a_path_that_only_looks_like_a_form("POST", "/_fnord", &[], true)]
    fn only_our_own_pages_use_the_cookie(
        #[case] method: &str,
        #[case] path: &str,
        #[case] headers: &[(&'static str, &'static str)],
        #[case] allowed: bool,
    ) {
        let config = Config::from_flags(&["--public-url=https://moltbook.example"]).unwrap();
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let method = method.parse().unwrap();
        let judge = SameOrigin::new(config.public_url());
        assert_eq!(judge.allows(&method, path, Some("WWW.moltbook.example"), &headers), allowed);
    }
}

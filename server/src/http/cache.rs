//! Reuses the answers to anonymous reads of the API, feeds and sitemaps for about a second.
//!
//! Everybody without credentials sees the same, so of many equal requests one is computed and the others wait for it.
//! Pages are left out: each carries a nonce of its own in its content security policy, and a shared nonce is none.

use crate::config::Config;
use crate::http::csrf::has_session_cookie;
use crate::telemetry::metrics::Metrics;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// For caches in front of us: about as long as our own, and a stale answer while they fetch a new one.
const SHARED: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=1, stale-while-revalidate=5");
/// For answers to somebody in particular.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding, authorization, x-api-key, cookie");
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What is the same for all strangers.
const SHARED_KINDS: [&str; 3] = ["application/json", "application/atom+xml", "application/xml"];
/// Smaller ones do not become smaller on the wire.
const WORTH_COMPRESSING: usize = 1_024;
/// Larger ones are not kept.
const LARGEST: u64 = 2 * 1_024 * 1_024;

/// The answers of the last moment. Cloning shares them.
#[derive(Clone)]
pub struct PublicCache {
    answers: Cache<String, Arc<Answer>>,
    ttl: Duration,
    metrics: Metrics,
}

struct Answer {
    content_type: HeaderValue,
    /// Without quotes.
    tag: String,
    plain: Bytes,
    /// Compressed when the first caller wants it so, for all that follow.
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Plain,
    Brotli,
    Gzip,
}

impl PublicCache {
    /// An empty cache, as large and as forgetful as the settings say; zero of either turns it off.
    pub fn new(config: &Config) -> Self {
        Self::of(config.site.public_cache_ttl, config.site.public_cache_mb)
    }

    fn of(ttl: Duration, megabytes: u64) -> Self {
        let answers = Cache::builder()
            .weigher(|key: &String, answer: &Arc<Answer>| {
                // The compressed forms are smaller, and come later.
                u32::try_from(key.len() + 2 * answer.plain.len() + 256).unwrap_or(u32::MAX)
            })
            .max_capacity(megabytes * 1_024 * 1_024)
            .time_to_live(ttl)
            .build();
        let ttl = if megabytes == 0 { Duration::ZERO } else { ttl };
        Self { answers, ttl, metrics: Metrics::default() }
    }
}

/// Answers from the cache where that is right.
pub async fn reuse(State(cache): State<PublicCache>, request: Request, next: Next) -> Response {
    if is_personal(request.headers()) {
        let mut response = next.run(request).await;
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(PRIVATE);
        return response;
    }
    if *request.method() != Method::GET || cache.ttl.is_zero() {
        return next.run(request).await;
    }
    let wanted = Wanted::of(request.headers());
    let key = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if let Some(answer) = cache.answers.get(&key).await {
        cache.metrics.cache_hit();
        return answer.to(&wanted);
    }

    let (parts, _) = request.into_parts();
    let again = (parts.clone(), next.clone());
    // What cannot be shared goes only to the request that caused it.
    let own = Arc::new(Mutex::new(None));
    let compute = {
        let own = Arc::clone(&own);
        async move {
            let response = next.run(Request::from_parts(parts, Body::empty())).await;
            Answer::of(response).await.map_err(|response| {
                *own.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
            })
        }
    };
    // Boxed: it holds the whole rest of the server in its state.
    let answer = Box::pin(cache.answers.try_get_with(key, compute)).await;
    cache.metrics.cache_miss();
    if let Ok(answer) = answer {
        return answer.to(&wanted);
    }
    let response = own.lock().unwrap_or_else(PoisonError::into_inner).take();
    match response {
        Some(response) => *response,
        // Somebody else's turn came to nothing that can be shared.
        None => again.1.run(Request::from_parts(again.0, Body::empty())).await,
    }
}

/// Whether the answer may depend on who asks.
fn is_personal(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(API_KEY) || has_session_cookie(headers)
}

/// What a request says about the form it wants.
struct Wanted {
    encoding: Encoding,
    /// The whole `If-None-Match`.
    known: Option<HeaderValue>,
}

impl Wanted {
    fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self { encoding: Encoding::best(accepted), known: headers.get(header::IF_NONE_MATCH).cloned() }
    }

    fn knows(&self, tag: &str) -> bool {
        let Some(known) = self.known.as_ref().and_then(|known| known.to_str().ok()) else { return false };
        // The tag of another encoding names the same answer.
        known
            .split(',')
            .map(|one| one.trim().trim_start_matches("W/").trim_matches('"'))
            .any(|one| one == "*" || one.strip_prefix(tag).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    }
}

impl Encoding {
    /// The smallest that the caller takes.
    fn best(accepted: &str) -> Self {
        let takes = |name: &str| {
            accepted.split(',').any(|one| {
                let (coding, quality) = one.split_once(';').unwrap_or((one, ""));
                let refused =
                    quality.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
                coding.trim().eq_ignore_ascii_case(name) && !refused
            })
        };
        match () {
            () if takes("br") => Self::Brotli,
            () if takes("gzip") => Self::Gzip,
            () => Self::Plain,
        }
    }
}

impl Answer {
    /// Takes over a response that everybody may get, or hands it back.
    async fn of(response: Response) -> Result<Arc<Self>, Box<Response>> {
        let headers = response.headers();
        let is_shared =
            |kind: &&HeaderValue| SHARED_KINDS.iter().any(|one| kind.as_bytes().starts_with(one.as_bytes()));
        let may_be_shared = response.status() == StatusCode::OK
            && response.body().size_hint().upper().is_some_and(|size| size <= LARGEST)
            && !headers.contains_key(header::SET_COOKIE)
            && !headers.contains_key(header::CONTENT_ENCODING)
            && !headers.contains_key(header::CACHE_CONTROL);
        let Some(content_type) = headers.get(header::CONTENT_TYPE).filter(is_shared).filter(|_| may_be_shared).cloned()
        else {
            return Err(Box::new(response));
        };
        // A body in memory, as its size says, cannot fail; it is looked at again all the same.
        let Ok(plain) = axum::body::to_bytes(response.into_body(), usize::MAX).await else {
            return Err(Box::new(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
        };
        let tag = Sha256::digest(&plain)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Arc::new(Self { content_type, tag, plain, brotli: OnceLock::new(), gzip: OnceLock::new() }))
    }

    fn to(&self, wanted: &Wanted) -> Response {
        let packed = match wanted.encoding {
            _ if self.plain.len() < WORTH_COMPRESSING => None,
            Encoding::Plain => None,
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.plain)).as_ref().map(|body| (body, "br")),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain)).as_ref().map(|body| (body, "gzip")),
        };
        let (body, coding) = packed.map_or((&self.plain, None), |(body, coding)| (body, Some(coding)));
        let tag = match coding {
            Some(coding) => format!("\"{}-{coding}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let mut response = if wanted.knows(&self.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(body.clone()));
            response.headers_mut().insert(header::CONTENT_TYPE, self.content_type.clone());
            if let Some(coding) = coding {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, SHARED);
        headers.insert(header::VARY, VARY);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// Quality 4 takes about as long as gzip and is a tenth smaller.
fn brotli(plain: &[u8]) -> Option<Bytes> {
    let mut packed = Vec::with_capacity(plain.len() / 4);
    let settings = brotli::enc::BrotliEncoderParams { quality: 4, lgwin: 20, ..Default::default() };
    brotli::BrotliCompress(&mut &*plain, &mut packed, &settings).ok()?;
    Some(packed.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(plain.len() / 4), flate2::Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware, routing::get};
    use rstest::rstest;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt;

    /// A router that counts how often it really answers.
    fn app(body: &'static str, made: Arc<AtomicUsize>) -> Router {
        let cache = PublicCache::of(Duration::from_secs(60), 16);
        let json = move |status: StatusCode| {
            made.fetch_add(1, Ordering::SeqCst);
            async move {
                // Gives the others time to ask for the same.
                tokio::task::yield_now().await;
                (status, [(header::CONTENT_TYPE, "application/json")], body)
            }
        };
        let missing = json.clone();
        Router::new()
            .route("/list", get(move || json(StatusCode::OK)))
            .route("/missing", get(move || missing(StatusCode::NOT_FOUND)))
            .layer(middleware::from_fn_with_state(cache, reuse))
    }

    async fn ask(app: &Router, path: &str, headers: &[(&'static str, &str)]) -> Response {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn bytes(response: Response) -> Bytes {
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap()
    }

    #[tokio::test]
    async fn equal_requests_at_one_time_are_answered_once() {
        let made = Arc::new(AtomicUsize::new(0));
        let app = app("[]", Arc::clone(&made));
        let answers = futures::future::join_all((0..50).map(|_| ask(&app, "/list?sort=hot", &[]))).await;
        assert!(answers.iter().all(|answer| answer.status() == StatusCode::OK));
        assert_eq!(made.load(Ordering::SeqCst), 1);
        ask(&app, "/list?sort=new", &[]).await;
        assert_eq!(made.load(Ordering::SeqCst), 2, "another query is another answer");
    }

    #[rstest]
    #[case(("authorization", "Bearer moltbook_sk_x"))]
    #[case(("x-api-key", "moltbook_sk_x"))]
    #[case(("cookie", "theme=dark; moltbook_session=x"))]
    #[tokio::test]
    async fn who_has_credentials_gets_an_answer_of_their_own(#[case] credentials: (&'static str, &str)) {
        let made = Arc::new(AtomicUsize::new(0));
        let app = app("[]", Arc::clone(&made));
        ask(&app, "/list", &[]).await;
        let answer = ask(&app, "/list", &[credentials]).await;
        assert_eq!(made.load(Ordering::SeqCst), 2);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, no-store");
    }

    #[tokio::test]
    async fn who_waits_for_somebody_that_leaves_is_answered_all_the_same() {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let at_work = Arc::clone(&gate);
        let slow = move || {
            let gate = Arc::clone(&at_work);
            async move {
                _ = gate.acquire().await;
                ([(header::CONTENT_TYPE, "application/json")], "[]")
            }
        };
        let app = Router::new()
            .route("/list", get(slow))
            .layer(middleware::from_fn_with_state(PublicCache::of(Duration::from_secs(60), 16), reuse));
        let mut first = Box::pin(ask(&app, "/list", &[]));
        assert!(futures::poll!(&mut first).is_pending());
        let mut second = Box::pin(ask(&app, "/list", &[]));
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        gate.add_permits(1);
        let answer = tokio::time::timeout(Duration::from_secs(10), second).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let made = Arc::new(AtomicUsize::new(0));
        let app = app("{}", Arc::clone(&made));
        for _ in 0..2 {
            assert_eq!(ask(&app, "/missing", &[]).await.status(), StatusCode::NOT_FOUND);
        }
        assert_eq!(made.load(Ordering::SeqCst), 2);
        let many = futures::future::join_all((0..10).map(|_| ask(&app, "/missing", &[]))).await;
        assert!(many.iter().all(|answer| answer.status() == StatusCode::NOT_FOUND));
    }

    #[tokio::test]
    async fn a_caller_that_has_the_answer_gets_no_body() {
        let app = app("[1]", Arc::default());
        let first = ask(&app, "/list", &[]).await;
        assert_eq!(first.headers()[header::CACHE_CONTROL], SHARED);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let second = ask(&app, "/list", &[("if-none-match", &known)]).await;
            assert_eq!(second.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(second.headers()[header::ETAG], tag);
            assert!(bytes(second).await.is_empty());
        }
        assert_eq!(ask(&app, "/list", &[("if-none-match", "\"other\"")]).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn the_same_answer_comes_compressed_as_the_caller_likes() {
        let text: &'static str = Box::leak("the same again; ".repeat(500).into_boxed_str());
        let app = app(text, Arc::default());
        let packed = ask(&app, "/list", &[("accept-encoding", "gzip")]).await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
        let mut plain = String::new();
        let packed = bytes(packed).await;
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain).unwrap();
        assert_eq!(plain, text);

        let packed = ask(&app, "/list", &[("accept-encoding", "gzip, deflate, br")]).await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
        assert!(packed.headers()[header::ETAG].to_str().unwrap().ends_with("-br\""));
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &bytes(packed).await[..], &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());

        assert!(!ask(&app, "/list", &[]).await.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[rstest]
    #[case("", Encoding::Plain)]
    #[case("gzip", Encoding::Gzip)]
    #[case("gzip, deflate, BR", Encoding::Brotli)]
    #[case("br;q=0, gzip;q=0.5", Encoding::Gzip)]
    #[case("br;q=0.0", Encoding::Plain)]
    #[case("brr", Encoding::Plain)]
    fn the_best_accepted_encoding_is_used(#[case] accepted: &str, #[case] best: Encoding) {
        assert_eq!(Encoding::best(accepted), best);
    }
}

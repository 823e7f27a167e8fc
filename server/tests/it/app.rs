//! The real router over a database of its own, and callers of three kinds: anonymous, agents, browsers.

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use domain::testing::TestDomain;
use futures::StreamExt;
use serde_json::Value;
use server::config::Config;
use server::events::Hub;
use server::http::router;
use server::redis::Redis;
use server::state::AppState;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tower::ServiceExt;
use types::actor::{Actor, AgentRole, UserRole};
use types::governance::EditStanding;
use types::id::UserId;

/// Where the test instance says it is.
pub const ORIGIN: &str = "http://moltbook.test";

/// Far longer than anything takes that happens at all.
const PATIENCE: Duration = Duration::from_secs(30);

const NO_LIMITS: [&str; 15] = [
    "--limit-reads-per-minute=0",
    "--limit-writes-per-minute=0",
    "--limit-post-interval=0s",
    "--limit-post-interval-new=0s",
    "--limit-comment-interval=0s",
    "--limit-comment-interval-new=0s",
    "--limit-comments-per-day=0",
    "--limit-comments-per-day-new=0",
    "--limit-submolt-interval=0s",
    "--limit-submolts-new=0",
    "--limit-verify-per-minute=0",
    "--limit-register-per-hour=0",
    "--limit-register-total-per-hour=0",
    "--limit-login-per-hour=0",
    "--limit-events-per-address=0",
];

pub struct TestApp {
    pub t: TestDomain,
    /// What listeners are told; it does something only when it is given a turn.
    pub hub: Hub,
    state: AppState,
    router: Router,
    plain: Router,
}

impl TestApp {
    /// An instance without limits.
    pub async fn new() -> Self {
        Self::build(&NO_LIMITS, None).await
    }

    /// The same, with other settings of the domain.
    pub async fn with(change: impl FnOnce(&mut domain::Settings)) -> Self {
        Self::over(TestDomain::with(change).await, &NO_LIMITS, None)
    }

    /// An instance with the limits that everybody starts with.
    pub async fn limited() -> Self {
        Self::build(&[], None).await
    }

    /// An instance without limits that keeps its sessions in Redis.
    pub async fn with_redis(url: &str) -> Self {
        Self::build(&NO_LIMITS, Some(redis(url))).await
    }

    /// An instance with the usual limits, counted in Redis.
    pub async fn limited_by_redis(url: &str) -> Self {
        Self::build(&[], Some(redis(url))).await
    }

    /// An instance with these limits and no others.
    pub async fn with_flags(flags: &[&str]) -> Self {
        let name = |flag: &str| flag.split('=').next().unwrap().to_owned();
        let off = NO_LIMITS.into_iter().filter(|off| !flags.iter().any(|flag| name(flag) == name(off)));
        Self::build(&off.chain(flags.iter().copied()).collect::<Vec<_>>(), None).await
    }

    async fn build(flags: &[&str], redis: Option<Redis>) -> Self {
        Self::over(TestDomain::new().await, flags, redis)
    }

    fn over(t: TestDomain, flags: &[&str], redis: Option<Redis>) -> Self {
        let public_url = format!("--public-url={ORIGIN}");
        let flags: Vec<&str> = flags.iter().copied().chain([public_url.as_str()]).collect();
        let config = Config::from_flags(&flags).unwrap_or_else(|_| panic!("{flags:?}"));
        let state = AppState::build(&config, t.domain.clone(), redis);
        let router = router::build(state.clone());
        let plain = router::build_plain(state.clone());
        Self { t, hub: state.hub.clone(), state, router, plain }
    }

    /// A hub as another server on the same data has one.
    pub fn another_hub(&self) -> Hub {
        Hub::new(&self.state.config.events, self.t.domain.clone())
    }

    /// Listens to a path of the API; a refusal is an error.
    pub async fn listen(&self, path: &str, last_event_id: Option<&str>) -> Result<Listener, Reply> {
        self.listen_to(&self.hub, path, last_event_id).await
    }

    /// Listens through the server of another hub.
    pub async fn listen_to(&self, hub: &Hub, path: &str, last_event_id: Option<&str>) -> Result<Listener, Reply> {
        let mut request = Request::get(format!("/api/v1{path}")).header(header::ACCEPT_ENCODING, "br, gzip");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let router = router::build(AppState { hub: hub.clone(), ..self.state.clone() });
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(Reply::of(response).await);
        }
        let (parts, body) = response.into_parts();
        Ok(Listener { headers: parts.headers, body: body.into_data_stream(), text: String::new() })
    }

    pub fn anon(&self) -> Api<'_> {
        Api { app: self, key: None }
    }

    /// Somebody with a key, good or bad.
    pub fn with_key(&self, key: &str) -> Api<'_> {
        Api { app: self, key: Some(key.to_owned()) }
    }

    /// A freshly registered agent.
    pub async fn agent(&self, name: &str) -> Api<'_> {
        let body = serde_json::json!({ "name": name });
        let made = self.anon().post("/agents/register", &body).await.expect(201);
        self.with_key(made["agent"]["api_key"].as_str().unwrap())
    }

    /// An agent with this role.
    pub async fn agent_as(&self, name: &str, role: AgentRole) -> Api<'_> {
        let agent = self.agent(name).await;
        let edit = EditStanding { role: Some(role), require_json: None };
        self.t.domain.edit_standing(&self.admin(), name, edit).await.unwrap();
        agent
    }

    /// Somebody who may do everything, for what a test needs done.
    pub fn admin(&self) -> Actor {
        Actor::Human { id: UserId(uuid::Uuid::nil()), handle: "admin".to_owned(), role: UserRole::Admin }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { app: self, cookies: Mutex::default() }
    }

    /// A file as it is served: the status, the headers, the bytes.
    pub async fn bytes(&self, path: &str, known: Option<&str>) -> (u16, HeaderMap, Vec<u8>) {
        let mut request = Request::get(path);
        if let Some(tag) = known {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status.as_u16(), parts.headers, axum::body::to_bytes(body, usize::MAX).await.unwrap().into())
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        send(&self.router, request).await
    }

    /// To the API-only listener.
    pub async fn send_plain(&self, request: Request<Body>) -> Reply {
        send(&self.plain, request).await
    }
}

/// Somebody who listens to events.
pub struct Listener {
    pub headers: HeaderMap,
    body: BodyDataStream,
    /// What came and is not taken yet.
    text: String,
}

/// An event as a listener hears it.
#[derive(Debug)]
pub struct Heard {
    pub id: i64,
    pub name: String,
    pub data: Value,
}

impl Listener {
    /// The next event; there is one.
    pub async fn event(&mut self) -> Heard {
        self.next().await.expect("the stream ended")
    }

    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                // What has no data is no event: the time to wait, a sign of life.
                if let Some(data) = field("data") {
                    let data = serde_json::from_str(data).unwrap();
                    return Some(Heard { id: field("id")?.parse().unwrap(), name: field("event")?.to_owned(), data });
                }
            }
            let part = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("nothing was said")?;
            self.text.push_str(std::str::from_utf8(&part.unwrap()).unwrap());
        }
    }
}

fn redis(url: &str) -> Redis {
    let flag = format!("--redis-url={url}");
    let config = Config::from_flags(&[&flag]).unwrap_or_else(|_| panic!("{flag}"));
    Redis::open(config.database.redis_url().unwrap()).unwrap()
}

async fn send(router: &Router, request: Request<Body>) -> Reply {
    Reply::of(router.clone().oneshot(request).await.unwrap()).await
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body, of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.json()
    }

    /// Asserts that this is a refusal in the one shape, and returns its code.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!((&body["success"], &body["statusCode"]), (&Value::Bool(false), &status.into()), "{body}");
        for field in ["error", "message", "hint", "path", "timestamp", "request_id"] {
            assert!(body[field].is_string(), "{field} in {body}");
        }
        assert_eq!((&body["error"], &body["request_id"]), (&body["message"], &self.header("x-request-id").into()));
        body["code"].as_str().unwrap().to_owned()
    }
}

/// A caller of the agent API.
pub struct Api<'app> {
    app: &'app TestApp,
    pub key: Option<String>,
}

impl Api<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.app.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// Sends a POST under a name of its own.
    pub async fn post_once(&self, name: &str, path: &str, body: &Value) -> Reply {
        let mut request = Request::post(format!("/api/v1{path}")).header("idempotency-key", name);
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()));
        self.app.send(request.unwrap()).await
    }

    /// Posts to `general`, and returns the post's id.
    pub async fn posts(&self, title: &str) -> String {
        let body = serde_json::json!({"submolt_name": "general", "title": title, "content": "Text."});
        self.post("/posts", &body).await.expect(201)["post"]["id"].as_str().unwrap().to_owned()
    }
}

/// A browser without JavaScript: keeps cookies, names its origin, sends forms, follows nothing by itself.
pub struct Browser<'app> {
    app: &'app TestApp,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form as a page of this site does.
    pub async fn submit(&self, action: &str, fields: &[(&str, &str)]) -> Reply {
        self.submit_from(Some(ORIGIN), action, fields).await
    }

    /// Sends a form as a page of `origin` does.
    pub async fn submit_from(&self, origin: Option<&str>, action: &str, fields: &[(&str, &str)]) -> Reply {
        let mut request = Request::post(action).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(request, Body::from(body)).await
    }

    /// Sends JSON as a script of a page of this site does.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        self.call_from(ORIGIN, method, path, body).await
    }

    /// Sends JSON as a script of a page of `origin` does.
    pub async fn call_from(&self, origin: &str, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header(header::ORIGIN, origin).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).await
    }

    /// Signs the first administrator in.
    pub async fn sign_in_as_admin(&self) {
        let token = self.app.t.domain.first_admin_link().await.unwrap().unwrap();
        let fields = [("token", token.as_str()), ("password", "a long password")];
        assert_eq!(self.submit("/_fn/redeem_link", &fields).await.header("location"), "/");
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Reply {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(header::ACCEPT, "text/html").header(header::HOST, "moltbook.test");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let reply = self.app.send(request.body(body).unwrap()).await;
        for set in reply.headers.get_all(header::SET_COOKIE) {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        }
        reply
    }
}

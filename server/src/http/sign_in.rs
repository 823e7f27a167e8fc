//! Limits how often somebody tries a password, also for what a session alone is not enough for, and how many accounts one
//! address makes.
//!
//! Stands around the server functions of the site, inside the session layer: whether an attempt succeeded shows in the
//! session, and a browser that tried too often finds the reason on the page it came from.

use crate::http::client_addr::ClientAddr;
use crate::http::error::ApiError;
use crate::http::limits::{Limits, Refusal};
use app::session::{FLASH, FormFlash, USER};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use tower_sessions::Session;
use tower_sessions::session::Id;
use types::actor::Actor;
use types::error::{Code, Problem};
use types::id::UserId;

/// Forms with a password are smaller.
const LARGEST: usize = 64 * 1_024;

/// A form that hands out a session, or asks for the password once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    SignIn,
    SignUp,
    Link,
    ChangePassword,
    CloseAccount,
}

impl Door {
    fn of(request: &Request) -> Option<Self> {
        if *request.method() != Method::POST {
            return None;
        }
        match request.uri().path() {
            "/_fn/sign_in" => Some(Self::SignIn),
            "/_fn/sign_up" => Some(Self::SignUp),
            "/_fn/redeem_link" => Some(Self::Link),
            "/_fn/change_password" => Some(Self::ChangePassword),
            "/_fn/close_account" => Some(Self::CloseAccount),
            _ => None,
        }
    }

    fn form(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Link => "redeem_link",
            Self::ChangePassword => "change_password",
            Self::CloseAccount => "close_account",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Self::SignIn | Self::Link => "/login",
            Self::SignUp => "/signup",
            Self::ChangePassword => "/settings",
            Self::CloseAccount => "/settings/close",
        }
    }

    /// Whether it asks somebody who is signed in for the password.
    fn asks_again(self) -> bool {
        matches!(self, Self::ChangePassword | Self::CloseAccount)
    }

    /// Whether what follows is a success, by who is signed in before and after and whether the session has another id.
    fn opened(self, before: Option<UserId>, after: Option<UserId>, is_another: bool) -> bool {
        match self {
            // Signing in gives the session a new id, also when somebody was signed in already.
            Self::SignIn | Self::SignUp | Self::Link => after.is_some() && (before.is_none() || is_another),
            // Nobody changes it often.
            Self::ChangePassword => false,
            Self::CloseAccount => before.is_some() && after.is_none(),
        }
    }
}

/// Counts attempts; a success is given back, so only failures use the limit up.
pub async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Some(door) = Door::of(&request) else { return next.run(request).await };
    let who = request.extensions().get::<Actor>().cloned().unwrap_or(Actor::Anonymous);
    if door.asks_again() && who == Actor::Anonymous {
        // Nobody's password is tried.
        return next.run(request).await;
    }
    let Some(addr) = request.extensions().get::<ClientAddr>().copied() else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return ApiError::of(Code::PayloadTooLarge, "The form is too large", "").into_response();
    };
    let handle = if door.asks_again() { who.name().to_owned() } else { field(&body, "handle") };
    let permit = match door {
        Door::SignIn | Door::ChangePassword | Door::CloseAccount => limits.login(addr, &handle).await,
        // Who holds a link names no account; guessing links is counted as one.
        Door::Link => limits.login(addr, "").await,
        Door::SignUp => limits.sign_up(addr).await,
    };
    let session = parts.extensions.get::<Session>().cloned();
    let permit = match permit {
        Ok(permit) => permit,
        Err(refusal) => return refuse(door, handle, refusal, session.as_ref(), &parts.headers).await,
    };

    let before = standing(session.as_ref()).await;
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let succeeded = {
        let (user, id) = standing(session.as_ref()).await;
        door.opened(before.0, user, id != before.1)
    };
    // An account that was made counts; an attempt that let somebody in does not.
    if succeeded == (door != Door::SignUp) {
        permit.give_back().await;
    }
    response
}

async fn standing(session: Option<&Session>) -> (Option<UserId>, Option<Id>) {
    let Some(session) = session else { return (None, None) };
    (session.get(USER).await.unwrap_or_default(), session.id())
}

/// A browser goes back to the form and reads the reason there; a program gets it as it gets every refusal.
async fn refuse(
    door: Door,
    handle: String,
    refusal: Refusal,
    session: Option<&Session>,
    headers: &HeaderMap,
) -> Response {
    let wants_page = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    // Where the counters are lost, sessions are too.
    let is_lost = refusal == Refusal::Unavailable;
    let Some(session) = session.filter(|_| wants_page && !is_lost) else { return refusal.into_response() };
    let values = BTreeMap::from([("handle".to_owned(), handle)]);
    let problem = Problem::from(refusal.clone());
    let flash = FormFlash { form: door.form().to_owned(), values, problem };
    match session.insert(FLASH, flash).await {
        Ok(()) => (StatusCode::SEE_OTHER, [(header::LOCATION, door.page())]).into_response(),
        Err(_) => refusal.into_response(),
    }
}

fn field(form: &Bytes, name: &str) -> String {
    url::form_urlencoded::parse(form)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::http::sessions::{self, Store};
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use axum::{Form, Router};
    use domain::testing::TestDomain;
    use std::net::IpAddr;
    use std::time::Duration;
    use tower::ServiceExt;
    use uuid::Uuid;

    /// Stands in for the server functions: one password is right.
    async fn door(session: Session, Form(form): Form<BTreeMap<String, String>>) -> StatusCode {
        if form["password"] == "right" {
            session.cycle_id().await.unwrap();
            session.insert(USER, UserId(Uuid::nil())).await.unwrap();
        }
        StatusCode::SEE_OTHER
    }

    struct Site {
        router: Router,
        _t: TestDomain,
    }

    impl Site {
        async fn new(flags: &[&str]) -> Self {
            let t = TestDomain::new().await;
            let limits = Limits::new(&Config::from_flags(flags).unwrap().limits, None);
            let router = Router::new()
                .route("/_fn/sign_in", post(door))
                .route("/_fn/sign_up", post(door))
                .layer(from_fn_with_state(limits, limit))
                .layer(sessions::layer(Store::Database(t.domain.clone()), Duration::from_secs(600), false));
            Self { router, _t: t }
        }

        async fn send(&self, path: &str, password: &str, headers: &[(header::HeaderName, &str)]) -> Response {
            let mut request = Request::post(path)
                .extension(ClientAddr(IpAddr::from([203, 0, 113, 1])))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(name, *value);
            }
            let body = Body::from(format!("handle=ada&password={password}"));
            self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
        }
    }

    fn cookie(response: &Response) -> String {
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn only_failed_attempts_use_the_limit_up() {
        let site = Site::new(&["--limit-login-per-hour=3"]).await;
        for _ in 0..5 {
            assert_eq!(site.send("/_fn/sign_in", "right", &[]).await.status(), StatusCode::SEE_OTHER);
        }
        for _ in 0..3 {
            assert_eq!(site.send("/_fn/sign_in", "wrong", &[]).await.status(), StatusCode::SEE_OTHER);
        }
        assert_eq!(site.send("/_fn/sign_in", "right", &[]).await.status(), StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test]
    async fn being_signed_in_oneself_is_no_licence_to_guess() {
        let site = Site::new(&["--limit-login-per-hour=3"]).await;
        let own = cookie(&site.send("/_fn/sign_in", "right", &[]).await);
        for _ in 0..3 {
            site.send("/_fn/sign_in", "wrong", &[(header::COOKIE, &own)]).await;
        }
        let fourth = site.send("/_fn/sign_in", "wrong", &[(header::COOKIE, &own)]).await;
        assert_eq!(fourth.status(), StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test]
    async fn accounts_that_are_made_use_the_limit_up_and_refused_ones_do_not() {
        let site = Site::new(&["--limit-register-per-hour=2"]).await;
        for password in ["wrong", "wrong", "wrong", "right", "right"] {
            assert_eq!(site.send("/_fn/sign_up", password, &[]).await.status(), StatusCode::SEE_OTHER);
        }
        assert_eq!(site.send("/_fn/sign_up", "right", &[]).await.status(), StatusCode::TOO_MANY_REQUESTS);
    }

    #[tokio::test]
    async fn a_browser_is_sent_back_to_the_form_with_the_reason() {
        let site = Site::new(&["--limit-login-per-hour=1"]).await;
        site.send("/_fn/sign_in", "wrong", &[]).await;
        let refused = site.send("/_fn/sign_in", "right", &[(header::ACCEPT, "text/html,*/*")]).await;
        assert_eq!(
            (refused.status(), &refused.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &"/login".parse().unwrap())
        );
        assert!(cookie(&refused).starts_with("moltbook_session="), "the reason is kept in the session");
    }
}

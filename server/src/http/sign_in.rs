//! Limits how often somebody tries a password, and how many accounts one address makes.
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
use types::error::{Code, Problem};
use types::id::UserId;

/// Forms with a password are smaller.
const LARGEST: usize = 64 * 1_024;

/// A form that hands out a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    SignIn,
    SignUp,
    Link,
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
            _ => None,
        }
    }

    fn form(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Link => "redeem_link",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Self::SignIn | Self::Link => "/login",
            Self::SignUp => "/signup",
        }
    }
}

/// Counts attempts; a success is given back, so only failures use the limit up.
pub async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Some(door) = Door::of(&request) else { return next.run(request).await };
    let Some(addr) = request.extensions().get::<ClientAddr>().copied() else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return ApiError::of(Code::PayloadTooLarge, "The form is too large", "").into_response();
    };
    let handle = field(&body, "handle");
    let permit = match door {
        Door::SignIn => limits.login(addr, &handle),
        // Who holds a link names no account; guessing links is counted as one.
        Door::Link => limits.login(addr, ""),
        Door::SignUp => limits.sign_up(addr),
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
        // Signing in gives the session a new id, also when somebody was signed in already.
        user.is_some() && (before.0.is_none() || id != before.1)
    };
    // An account that was made counts; an attempt that let somebody in does not.
    if succeeded == (door != Door::SignUp) {
        permit.give_back();
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
    let Some(session) = session.filter(|_| wants_page) else { return refusal.into_response() };
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

//! The way to the OpenID provider and back.

use super::client_addr::ClientAddr;
use super::error::ApiError;
use super::limits::Limits;
use super::origin;
use crate::oidc::{Answer, Begun, Oidc, Refused};
use app::error::UiError;
use app::session::{FLASH, FormFlash, NOTICE};
use axum::extract::{Query, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{RequestExt, http::StatusCode};
use domain::Domain;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use tower_sessions::Session;
use types::error::{Code, Problem};

/// Holds a [`Begun`] until the provider has answered.
const BEGUN: &str = "company";
const SIGN_IN: &str = "/login";

/// What the two ends of the way need.
#[derive(Clone)]
pub struct Way {
    pub(super) oidc: Oidc,
    pub(super) domain: Domain,
    pub(super) limits: Limits,
}

/// Where somebody wants to go once signed in.
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// Sends a browser to the provider.
pub async fn begin(State(way): State<Way>, session: Session, Query(onward): Query<Onward>) -> Response {
    let done = async {
        let next = app::local_path(&onward.next).unwrap_or("/").to_owned();
        let (begun, url) = way.oidc.begin(next).await?;
        Ok::<_, Refused>((session.insert(BEGUN, begun).await, url))
    };
    match done.await {
        Ok((Ok(()), url)) => go(&url),
        Ok((Err(e), _)) => lost(&e),
        Err(e) => send_back(&session, &e).await,
    }
}

/// Takes a browser back from the provider, and signs it in.
pub async fn finish(State(way): State<Way>, session: Session, mut request: Request) -> Response {
    let origin = origin::of(&request);
    let permit = match request.extensions().get::<ClientAddr>() {
        // Guessing is counted as guessing links is.
        Some(addr) => match way.limits.login(*addr, "").await {
            Ok(permit) => Some(permit),
            Err(refusal) => return refusal.into_response(),
        },
        None => None,
    };
    let answer = request.extract_parts::<Query<Answer>>().await;
    let begun = match session.remove::<Begun>(BEGUN).await {
        Ok(begun) => begun,
        Err(e) => return lost(&e),
    };
    let next = begun.as_ref().map_or_else(|| "/".to_owned(), |begun| begun.next.clone());
    let done = async {
        let Query(answer) = answer.map_err(|_unreadable| Refused::NotBegun)?;
        let person = way.oidc.finish(begun, answer).await?;
        let user = match origin {
            Some(origin) => origin.of(way.domain.sign_in_vouched(person)).await?,
            None => way.domain.sign_in_vouched(person).await?,
        };
        Ok::<_, Refused>(user)
    };
    let user = match done.await {
        Ok(user) => user,
        Err(e) => return send_back(&session, &e).await,
    };
    let signed_in = async {
        app::session::begin(&session, &way.domain, user.id).await?;
        session.insert(NOTICE, format!("Welcome, {}.", user.handle)).await.map_err(UiError::from)
    };
    if let Err(UiError(problem)) = signed_in.await {
        return ApiError::new(problem).into_response();
    }
    if let Some(permit) = permit {
        permit.give_back().await;
    }
    go(&next)
}

/// Back to the sign-in page, which says why.
async fn send_back(session: &Session, refused: &Refused) -> Response {
    let (code, hint) = match refused {
        Refused::Away(_) => (Code::Unavailable, "Try again in a moment"),
        Refused::NotBegun => (Code::BadRequest, "Begin once more on this page"),
        Refused::Denied(_) => (Code::Forbidden, "Begin once more, or ask whoever runs it"),
        Refused::Unproven(_) => (Code::Forbidden, "Begin once more; if it stays, tell the operator"),
        Refused::NotAllowed => (Code::Forbidden, "Ask the administrators of this instance"),
        Refused::Domain(e) => (e.code(), ""),
    };
    match refused {
        Refused::Denied(error) => tracing::info!(error, "The OpenID provider refused"),
        _ => tracing::warn!(error = refused as &dyn Error, "A sign-in by OpenID came to nothing: {refused}"),
    }
    let problem = match refused {
        Refused::Domain(e) => e.problem(),
        _ => Problem {
            code,
            message: capital(&refused.to_string()),
            hint: hint.to_owned(),
            errors: Vec::new(),
            retry_after_seconds: None,
            detail: None,
        },
    };
    let flash = FormFlash { form: "sign_in".to_owned(), values: BTreeMap::new(), problem };
    match session.insert(FLASH, flash).await {
        Ok(()) => go(SIGN_IN),
        Err(e) => lost(&e),
    }
}

fn go(url: &str) -> Response {
    let headers = [(header::LOCATION, url), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn lost(e: &tower_sessions::session::Error) -> Response {
    tracing::error!(error = e as &dyn Error, "The session could not be used: {e}");
    let hint = "Try again in a moment";
    ApiError::of(Code::Unavailable, "The service is not available right now", hint).into_response()
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

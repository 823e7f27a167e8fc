//! Who is asking, found once per request and left in its extensions as an [`Actor`].

use crate::http::door::Door;
use crate::http::error::ApiError;
use crate::http::origin;
use crate::http::proxy_auth::Word;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Domain;
use domain::accounts::secrets::TOKEN_PREFIX;
use std::convert::Infallible;
use tower_sessions::Session;
use types::actor::Actor;
use types::error::{Code, Problem};
use types::id::{SignInId, TokenId, UserId};
use types::user::UserView;

const API_KEY: &str = "x-api-key";

/// The caller, as a handler takes it.
pub struct Caller(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Anonymous)))
    }
}

/// Whether a request brings an API key, good or bad.
pub fn has_key(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(API_KEY)
}

/// Why the key of a request was refused, for [`refuse_bad_key`] to say.
#[derive(Clone)]
struct BadKey(Problem);

/// Recognises agents by their key and people by a token; whoever brings a bad one is nobody.
pub async fn by_key(State((domain, door)): State<(Domain, Door)>, mut request: Request, next: Next) -> Response {
    let found = match key(request.headers()) {
        Ok(None) => Ok((Actor::Anonymous, None)),
        Ok(Some(key)) => match door.enter().await {
            Ok(_place) => bearer_of(&domain, key).await.map_err(ApiError::from),
            Err(e) => return e.into_response(),
        },
        Err(e) => Err(e),
    };
    let extensions = request.extensions_mut();
    match found {
        Ok((actor, token)) => {
            extensions.insert(actor);
            if let Some(token) = token {
                // Limits count what each token does.
                extensions.insert(token);
            }
        }
        Err(e) => {
            extensions.insert(Actor::Anonymous);
            extensions.insert(BadKey(e.into_problem()));
        }
    }
    next.run(request).await
}

/// Who a key belongs to; a person by a token of theirs.
async fn bearer_of(domain: &Domain, key: &str) -> domain::Result<(Actor, Option<TokenId>)> {
    if key.starts_with(TOKEN_PREFIX) {
        let (human, token) = domain.human_by_token(key).await?;
        return Ok((human, Some(token)));
    }
    Ok((domain.agent_by_key(key).await?, None))
}

/// Refuses a bad key, also where none is needed: its owner should know. Stands inside the limits, so that guessing
/// counts.
pub async fn refuse_bad_key(mut request: Request, next: Next) -> Response {
    match request.extensions_mut().remove::<BadKey>() {
        Some(BadKey(problem)) => ApiError::new(problem).into_response(),
        None => next.run(request).await,
    }
}

/// Recognises humans by their session, unless a key has said who asks. A session that was ended from elsewhere is
/// nobody's, and so is one whose account is gone.
pub async fn by_session(State(domain): State<Domain>, mut request: Request, next: Next) -> Response {
    if matches!(request.extensions().get(), Some(Actor::Agent { .. } | Actor::Human { .. })) {
        return next.run(request).await;
    }
    if let Some(word) = request.extensions_mut().remove::<Word>() {
        return by_word(&domain, word, request, next).await;
    }
    let actor = match request.extensions().get::<Session>() {
        Some(session) => match human(&domain, session).await {
            Ok(human) => human.unwrap_or(Actor::Anonymous),
            // Where sessions are lost, people go on reading as strangers; what they change would be nobody's.
            Err(Unknown::Session(_)) if matches!(*request.method(), Method::GET | Method::HEAD) => Actor::Anonymous,
            Err(Unknown::Session(e)) => {
                tracing::error!(error = &e as &dyn std::error::Error, "The session could not be read: {e}");
                let hint = "Try again in a moment";
                return ApiError::of(Code::Unavailable, "The service is not available right now", hint).into_response();
            }
            Err(Unknown::Account(e)) => return ApiError::from(e).into_response(),
        },
        None => Actor::Anonymous,
    };
    request.extensions_mut().insert(actor);
    next.run(request).await
}

/// Recognises humans by the word of a proxy that is believed, whatever session they have.
async fn by_word(domain: &Domain, word: Word, mut request: Request, next: Next) -> Response {
    let user = match word {
        Word::Stranger => Err(domain::Error::Forbidden("you are in no group that may come in here")),
        Word::Vouched(person) => match origin::of(&request) {
            Some(origin) => origin.of(domain.sign_in_vouched(person)).await,
            None => domain.sign_in_vouched(person).await,
        },
    };
    match user {
        Ok(UserView { id, handle, role }) => {
            request.extensions_mut().insert(Actor::Human { id, handle, role });
            next.run(request).await
        }
        Err(e) => ApiError::from(e).into_response(),
    }
}

/// Why it is not known who is signed in.
enum Unknown {
    Session(tower_sessions::session::Error),
    Account(domain::Error),
}

async fn human(domain: &Domain, session: &Session) -> Result<Option<Actor>, Unknown> {
    let id: Option<UserId> = session.get(app::session::USER).await.map_err(Unknown::Session)?;
    let sign_in: Option<SignInId> = session.get(app::session::SIGN_IN).await.map_err(Unknown::Session)?;
    let (Some(id), Some(sign_in)) = (id, sign_in) else { return Ok(None) };
    let user = domain.signed_in(id, sign_in).await.map_err(Unknown::Account)?;
    Ok(user.map(|user| Actor::Human { id: user.id, handle: user.handle, role: user.role }))
}

/// The API key of a request, good or bad.
pub fn key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let sent = match headers.get(header::AUTHORIZATION) {
        Some(authorization) => authorization.to_str().ok().and_then(bearer),
        None => match headers.get(API_KEY) {
            Some(key) => key.to_str().ok(),
            None => return Ok(None),
        },
    };
    let hint = "Send 'Authorization: Bearer moltbook_…' or 'X-API-Key: moltbook_…'";
    sent.map(Some).ok_or_else(|| ApiError::of(Code::Unauthorized, "The Authorization header cannot be read", hint))
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, key) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_either_header_and_a_strange_header_is_an_error() {
        let with = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            key(&headers).map(|key| key.map(str::to_owned)).map_err(|_e| ())
        };
        assert_eq!(with("authorization", "Bearer moltbook_x"), Ok(Some("moltbook_x".to_owned())));
        assert_eq!(with("authorization", "bearer  moltbook_x "), Ok(Some("moltbook_x".to_owned())));
        assert_eq!(with("x-api-key", "moltbook_x"), Ok(Some("moltbook_x".to_owned())));
        assert_eq!(with("authorization", "Basic eDp5"), Err(()));
        assert_eq!(with("accept", "x"), Ok(None));
    }
}

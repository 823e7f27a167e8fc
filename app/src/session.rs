//! What the browser session holds: who is signed in, and what the next page has to say about the last form.

use crate::context;
use crate::error::{UiError, UiResult};
use domain::Domain;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower_sessions::Session;
use types::actor::Actor;
use types::error::{Code, Problem};
use types::id::{SignInId, UserId};

/// Holds the [`UserId`] of the human who is signed in.
pub const USER: &str = "user";
/// Holds the [`SignInId`] of this browser: the session is good as long as the domain knows it.
pub const SIGN_IN: &str = "sign_in";
/// Holds a [`FormFlash`] until the next page has shown it.
pub const FLASH: &str = "flash";
/// Holds a sentence of good news until the next page has shown it.
pub const NOTICE: &str = "notice";

/// Holds a [`Parked`] form until somebody has signed in.
const PARKED: &str = "parked";

/// A form that was refused: shown again with what was typed and what was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormFlash {
    /// The server function it was sent to.
    pub form: String,
    /// What was typed, by field; never a password.
    pub values: BTreeMap<String, String>,
    /// Why it was refused.
    pub problem: Problem,
}

/// A form that was sent when the session had ended, and the page on which it waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Parked {
    page: String,
    flash: FormFlash,
}

/// What the page has to say about the form before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Messages {
    pub(crate) flash: Option<FormFlash>,
    pub(crate) notice: Option<String>,
}

impl Messages {
    /// Whether there is anything to say.
    pub(crate) fn is_some(&self) -> bool {
        self.flash.is_some() || self.notice.is_some()
    }
}

fn current() -> UiResult<Session> {
    let no_session =
        || UiError::new(Code::Unavailable, "Sessions are not available right now", "Try again in a moment");
    context::session().ok_or_else(no_session)
}

/// Signs a human in: here by a form, or wherever else somebody has shown who they are.
///
/// The session gets a new id: the one from before may be known to somebody else.
///
/// # Errors
/// If the session or the database cannot be used.
pub async fn begin(session: &Session, domain: &Domain, user: UserId) -> UiResult<()> {
    let sign_in = domain.begin_sign_in(user).await?;
    session.cycle_id().await?;
    session.insert(USER, user).await?;
    session.insert(SIGN_IN, sign_in).await?;
    Ok(())
}

pub(crate) async fn sign_in(user: UserId) -> UiResult<()> {
    let session = current()?;
    // Whoever was signed in here before is not any more.
    if let Some(before) = sign_in_id().await? {
        context::domain().end_sign_in(&context::actor(), before).await.or_else(unless_nobody)?;
    }
    begin(&session, &context::domain(), user).await
}

/// Ends the session.
pub(crate) async fn sign_out() -> UiResult<()> {
    if let Some(sign_in) = sign_in_id().await? {
        context::domain().end_sign_in(&context::actor(), sign_in).await.or_else(unless_nobody)?;
    }
    Ok(current()?.flush().await?)
}

/// A session that was ended from elsewhere needs no end.
fn unless_nobody(error: domain::Error) -> Result<(), domain::Error> {
    if matches!(error, domain::Error::Unauthenticated(_)) { Ok(()) } else { Err(error) }
}

/// Ends the session of an account that is gone.
pub(crate) async fn forget() -> UiResult<()> {
    Ok(current()?.flush().await?)
}

/// Which of a person's browsers this is.
pub(crate) async fn sign_in_id() -> UiResult<Option<SignInId>> {
    match context::session() {
        Some(session) => Ok(session.get(SIGN_IN).await?),
        None => Ok(None),
    }
}

/// Keeps a form that was sent when the session had ended, until its page is shown to somebody who is signed in.
pub(crate) async fn park(flash: FormFlash, page: &str) -> UiResult<()> {
    Ok(current()?.insert(PARKED, Parked { page: String::from(page), flash }).await?)
}

/// Keeps a refused form for the next page.
pub(crate) async fn keep_flash(flash: &FormFlash) -> UiResult<()> {
    Ok(current()?.insert(FLASH, flash).await?)
}

/// Keeps a sentence of good news for the next page.
pub(crate) async fn keep_notice(notice: &str) -> UiResult<()> {
    Ok(current()?.insert(NOTICE, notice).await?)
}

/// Takes what the session has to say. Nothing is written, and no session begun, if it has nothing.
pub(crate) async fn take_messages() -> Messages {
    let Some(session) = context::session() else { return Messages::default() };
    match take(&session).await {
        Ok(messages) => messages,
        // The page is worth more than the message.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "The session could not be read: {error}");
            Messages::default()
        }
    }
}

fn is_signed_in() -> bool {
    matches!(context::actor(), Actor::Human { .. })
}

async fn take(session: &Session) -> Result<Messages, tower_sessions::session::Error> {
    let messages = Messages {
        flash: session.get(FLASH).await.unwrap_or_default(),
        notice: session.get(NOTICE).await.unwrap_or_default(),
    };
    if messages.flash.is_some() {
        session.remove_value(FLASH).await?;
    }
    if messages.notice.is_some() {
        session.remove_value(NOTICE).await?;
    }
    let parked: Option<Parked> = session.get(PARKED).await.unwrap_or_default();
    match parked {
        Some(Parked { page, flash }) if page == context::path() && is_signed_in() => {
            session.remove_value(PARKED).await?;
            return Ok(Messages { flash: Some(flash), ..messages });
        }
        Some(_) => {}
        None if messages.is_some() && session.get_value(USER).await?.is_none() => session.flush().await?,
        None => {}
    }
    Ok(messages)
}

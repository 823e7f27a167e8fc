//! What the browser session holds: who is signed in, and what the next page has to say about the last form.

use crate::context;
use crate::error::{UiError, UiResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower_sessions::Session;
use types::error::{Code, Problem};
use types::id::UserId;

/// Holds the [`UserId`] of the human who is signed in.
pub const USER: &str = "user";
/// Holds a [`FormFlash`] until the next page has shown it.
pub const FLASH: &str = "flash";
/// Holds a sentence of good news until the next page has shown it.
pub const NOTICE: &str = "notice";

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

/// Signs a human in. The session gets a new id: the one from before may be known to somebody else.
pub(crate) async fn sign_in(user: UserId) -> UiResult<()> {
    let session = current()?;
    session.cycle_id().await?;
    session.insert(USER, user).await?;
    Ok(())
}

/// Ends the session.
pub(crate) async fn sign_out() -> UiResult<()> {
    Ok(current()?.flush().await?)
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
    if messages.is_some() && session.get_value(USER).await?.is_none() {
        session.flush().await?;
    }
    Ok(messages)
}

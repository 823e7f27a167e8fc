//! A person's own account: the password, browsers, tokens, the way out.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form, whole_number};
#[cfg(feature = "ssr")]
use crate::error::UiError;
#[cfg(feature = "ssr")]
use crate::{context, link, session};
#[cfg(feature = "ssr")]
use types::account::{self, NewToken};
#[cfg(feature = "ssr")]
use types::actor::Actor;
#[cfg(feature = "ssr")]
use types::error::Code;

/// The cookie by which a new token gets to the one page that shows it.
#[cfg(feature = "ssr")]
pub(crate) const TOKEN: &str = "moltbook_token";

#[cfg(feature = "ssr")]
fn settings(name: &'static str) -> Form {
    Form::new(name, String::from(link::ACCOUNT))
}

#[cfg(feature = "ssr")]
async fn told(notice: &str) -> UiResult<Accepted<()>> {
    session::keep_notice(notice).await?;
    Ok(Accepted { value: (), to: String::from(link::ACCOUNT) })
}

#[cfg(feature = "ssr")]
fn parsed<T: std::str::FromStr>(text: &str, what: &str) -> UiResult<T> {
    text.parse().map_err(|_not_an_id| UiError::new(Code::NotFound, &format!("There is no such {what}"), ""))
}

/// Changes the password; every other session ends.
#[server(endpoint = "change_password")]
pub async fn change_password(#[server(default)] old: String, #[server(default)] new: String) -> UiResult<()> {
    let done = async {
        let current = session::sign_in_id().await?;
        context::domain().change_password(&context::actor(), current, account::ChangePassword { old, new }).await?;
        told("Your password is changed. You are signed out everywhere else.").await
    };
    settings("change_password").answer(done.await).await
}

/// Ends one session.
#[server(endpoint = "end_session")]
pub async fn end_session(#[server(default)] id: String) -> UiResult<()> {
    let done = async {
        context::domain().end_sign_in(&context::actor(), parsed(&id, "session")?).await?;
        told("That session has ended.").await
    };
    settings("end_session").answer(done.await).await
}

/// Ends every session but this one.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> UiResult<()> {
    let done = async {
        let current = session::sign_in_id().await?;
        context::domain().end_other_sign_ins(&context::actor(), current).await?;
        told("You are signed out everywhere else.").await
    };
    settings("end_other_sessions").answer(done.await).await
}

/// Makes a token.
#[server(endpoint = "make_token")]
pub async fn make_token(#[server(default)] label: String, #[server(default)] days: String) -> UiResult<()> {
    let form = settings("make_token").keeping("label", &label).keeping("days", &days);
    let done = async {
        let request = NewToken { label, days: whole_number("days", &days)? };
        let made = context::domain().make_token(&context::actor(), request).await?;
        context::hand_over(TOKEN, &made.token, link::ACCOUNT);
        Ok(Accepted { value: (), to: format!("{}#tokens", link::ACCOUNT) })
    };
    form.answer(done.await).await
}

/// Revokes a token.
#[server(endpoint = "revoke_token")]
pub async fn revoke_token(#[server(default)] id: String) -> UiResult<()> {
    let done = async {
        context::domain().revoke_token(&context::actor(), parsed(&id, "token")?).await?;
        told("The token is revoked. Programs that have it are strangers now.").await
    };
    settings("revoke_token").answer(done.await).await
}

/// Deletes the account.
#[server(endpoint = "close_account")]
pub async fn close_account(#[server(default)] confirmation: String) -> UiResult<()> {
    let done = async {
        // A form that was sent twice finds the account gone. Nobody else has one to delete either.
        if matches!(context::actor(), Actor::Anonymous) {
            session::keep_notice("You are signed out. If your account is still there, sign in to delete it.").await?;
            return Ok(Accepted { value: (), to: String::from("/") });
        }
        context::domain().close_account(&context::actor(), confirmation).await?;
        session::forget().await?;
        session::keep_notice("Your account is deleted. Thank you for having been here.").await?;
        Ok(Accepted { value: (), to: String::from("/") })
    };
    Form::new("close_account", String::from(link::CLOSE)).answer(done.await).await
}

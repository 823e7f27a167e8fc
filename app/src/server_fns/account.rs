//! Signing up, in and out.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::{context, link, next, session};
#[cfg(feature = "ssr")]
use types::user;

#[cfg(feature = "ssr")]
const SIGN_UP: &str = "/signup";
#[cfg(feature = "ssr")]
const SIGN_IN: &str = "/login";

/// The page of a form that was asked to lead on to `next`.
#[cfg(feature = "ssr")]
fn page(path: &str, next: &str) -> String {
    link::with_query(path, &[("next", next::local(next))])
}

/// Where to go once signed in.
#[cfg(feature = "ssr")]
fn onward(next: &str) -> String {
    String::from(next::local(next).unwrap_or("/"))
}

/// Makes an account and signs it in.
#[server(endpoint = "sign_up")]
pub async fn sign_up(
    #[server(default)] handle: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> UiResult<()> {
    let form = Form::new("sign_up", page(SIGN_UP, &next)).keeping("handle", &handle).of_strangers();
    let done = async {
        let user = context::domain().sign_up(user::SignUp { handle, password }).await?;
        session::sign_in(user.id).await?;
        session::keep_notice(&format!("Welcome, {}.", user.handle)).await?;
        Ok(Accepted { value: (), to: onward(&next) })
    };
    form.answer(done.await).await
}

/// Signs a human in.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] handle: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> UiResult<()> {
    let form = Form::new("sign_in", page(SIGN_IN, &next)).keeping("handle", &handle).of_strangers();
    let done = async {
        let user = context::domain().sign_in(user::SignIn { handle, password }).await?;
        session::sign_in(user.id).await?;
        Ok(Accepted { value: (), to: onward(&next) })
    };
    form.answer(done.await).await
}

/// Signs a human out.
#[server(endpoint = "sign_out")]
pub async fn sign_out() -> UiResult<()> {
    let to = context::referring_path().unwrap_or_else(|| String::from("/"));
    let done = session::sign_out().await.map(|()| Accepted { value: (), to: to.clone() });
    Form::new("sign_out", to).answer(done).await
}

/// Signs the owner of a one-time link in, who chooses a password on the way.
#[server(endpoint = "redeem_link")]
pub async fn redeem_link(#[server(default)] token: String, #[server(default)] password: String) -> UiResult<()> {
    let form = Form::new("redeem_link", format!("/login/link/{}", next::encode(&token))).of_strangers();
    let done = async {
        let user = context::domain().redeem_sign_in_link(user::RedeemLink { token, password }).await?;
        session::sign_in(user.id).await?;
        session::keep_notice(&format!("Welcome, {}.", user.handle)).await?;
        Ok(Accepted { value: (), to: String::from("/") })
    };
    form.answer(done.await).await
}

//! The switch between light and dark. A cookie and no script, so the first paint is right.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::{context, next};

/// Remembers the theme for a year.
#[server(endpoint = "set_theme")]
pub async fn set_theme(#[server(default)] theme: String, #[server(default)] next: String) -> UiResult<()> {
    let theme = context::Theme::of(&theme).name();
    let cookie = format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    context::set_header(http::header::SET_COOKIE, &cookie);
    let to = String::from(next::local(&next).unwrap_or("/"));
    Form::new("set_theme", to.clone()).answer(Ok(Accepted { value: (), to })).await
}

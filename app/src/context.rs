//! What a request brings along and what its answer needs beside the body: the only place that touches Leptos' context.

use crate::error::UiError;
use crate::next;
use crate::operator::Operator;
use chrono::{DateTime, Utc};
use domain::Domain;
use http::header::{ACCEPT, CACHE_CONTROL, COOKIE, LOCATION, REFERER, SET_COOKIE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_sessions::Session;
use types::actor::Actor;

/// What the site has to know about the instance. The server provides it beside [`Domain`] and [`Actor`].
#[derive(Clone, Debug)]
pub struct SiteConfig {
    /// Where people reach the site, without a slash at the end.
    pub public_url: String,
    /// Whether signed-in humans may vote.
    pub human_voting: bool,
    /// Whether people sign up and in by a password.
    pub password_sign_in: bool,
    /// What the account is called by which people sign in elsewhere, if they do.
    pub company: Option<String>,
    /// The version of the program.
    pub version: &'static str,
}

/// Where whoever asks is signed out, if it is not here: the server puts it into the request.
#[derive(Clone, Debug)]
pub struct SignOutElsewhere(pub String);

/// The look that a reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device wishes.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// The name in the cookie, the form and the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name; the device's for any other.
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }
}

/// Set while a page is rendered, by an island on it: only such pages load wasm.
#[derive(Clone, Default)]
struct HasIsland(Arc<AtomicBool>);

/// Prepares the context of one document.
pub(crate) fn begin_document() {
    provide_context(HasIsland::default());
}

/// Says that the page holds an island.
pub(crate) fn wake_islands() {
    if let Some(HasIsland(flag)) = use_context() {
        flag.store(true, Ordering::Relaxed);
    }
}

/// Whether the page holds an island. Only what was rendered before counts.
pub(crate) fn has_islands() -> bool {
    use_context().is_some_and(|HasIsland(flag)| flag.load(Ordering::Relaxed))
}

/// The product.
pub(crate) fn domain() -> Domain {
    expect_context()
}

/// Who is asking.
pub(crate) fn actor() -> Actor {
    use_context().unwrap_or(Actor::Anonymous)
}

/// The instance.
pub(crate) fn site() -> SiteConfig {
    expect_context()
}

/// What the server tells about itself.
pub(crate) fn operator() -> Operator {
    expect_context()
}

/// The time of this request.
pub(crate) fn now() -> DateTime<Utc> {
    domain().now()
}

fn with_parts<T: Default>(read: impl FnOnce(&Parts) -> T) -> T {
    with_context::<Parts, T>(read).unwrap_or_default()
}

fn header(name: impl http::header::AsHeaderName) -> Option<String> {
    with_parts(|parts| parts.headers.get(name)?.to_str().ok().map(String::from))
}

/// The id under which this request is in the logs.
pub(crate) fn request_id() -> Option<String> {
    header("x-request-id").filter(|id| !id.is_empty())
}

/// The path and query of this request.
pub(crate) fn path() -> String {
    with_parts(|parts| parts.uri.path_and_query().map(|p| String::from(p.as_str())))
        .unwrap_or_else(|| String::from("/"))
}

/// A parameter of the query, decoded.
pub(crate) fn query(name: &str) -> Option<String> {
    use leptos_router::hooks::use_query_map;
    use_query_map().with_untracked(|query| query.get(name)).filter(|value| !value.is_empty())
}

/// A parameter of the path, decoded; empty if there is none.
pub(crate) fn param(name: &str) -> String {
    use leptos_router::hooks::use_params_map;
    use_params_map().with_untracked(|params| params.get(name)).unwrap_or_default()
}

/// Where the address asks to go on; the feed if it asks for nothing on this site.
pub(crate) fn next_page() -> String {
    query("next").filter(|path| next::local(path).is_some()).unwrap_or_else(|| String::from("/"))
}

/// The page that a form was sent from, if it is one of ours.
pub(crate) fn referring_path() -> Option<String> {
    let referer: http::Uri = header(REFERER)?.parse().ok()?;
    let public: http::Uri = site().public_url.parse().ok()?;
    let host = header("host");
    let is_ours = referer.authority() == public.authority()
        || referer.authority().map(http::uri::Authority::as_str) == host.as_deref();
    let path = referer.path_and_query()?.as_str();
    next::local(path).filter(|_| is_ours).map(String::from)
}

/// The look that the reader chose.
pub(crate) fn theme() -> Theme {
    cookie("theme").as_deref().map(Theme::of).unwrap_or_default()
}

/// What the browser keeps under a name.
pub(crate) fn cookie(name: &str) -> Option<String> {
    let cookies = header(COOKIE)?;
    let value = cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='));
    value.map(String::from)
}

/// Lets the browser keep something for the next two minutes and for one page, which takes it: the server does not
/// have to store what it must not know for longer.
pub(crate) fn hand_over(name: &str, value: &str, page: &str) {
    let secure = if site().public_url.starts_with("https://") { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path={page}; Max-Age=120; SameSite=Strict; HttpOnly{secure}");
    set_header(SET_COOKIE, &cookie);
}

/// Takes what was [handed over](hand_over): the browser forgets it.
pub(crate) fn take_over(name: &str, page: &str) -> Option<String> {
    let value = cookie(name)?;
    set_header(SET_COOKIE, &format!("{name}=; Path={page}; Max-Age=0; SameSite=Strict; HttpOnly"));
    Some(value)
}

/// The browser session; the server puts it into the request.
pub(crate) fn session() -> Option<Session> {
    with_parts(|parts| parts.extensions.get::<Session>().cloned())
}

/// Where whoever asks is signed out, if it is not here.
pub(crate) fn sign_out_elsewhere() -> Option<String> {
    with_parts(|parts| parts.extensions.get::<SignOutElsewhere>().map(|SignOutElsewhere(path)| path.clone()))
}

/// Whether a form was posted by the browser itself and not by an island.
pub(crate) fn is_form_post() -> bool {
    with_parts(|parts| parts.method == Method::POST)
        && header(ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// Sets the status of the answer.
pub(crate) fn set_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}

/// Sets a header of the answer. A value that cannot be one is left out.
pub(crate) fn set_header(name: HeaderName, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.insert_header(name, value);
    }
}

/// Sets the status of a refused call.
///
/// Not if a form was posted without wasm: it is answered by a redirect, and a status set here would replace the
/// redirect's, so that the browser stops on an empty page.
pub(crate) fn refuse(error: &UiError) {
    if is_form_post() {
        return;
    }
    set_status(error.0.code.status());
    if let Some(seconds) = error.0.retry_after_seconds {
        set_header(http::header::RETRY_AFTER, &seconds.to_string());
    }
}

/// Keeps the answer out of every cache: it is for one person, and going back to it asks for what is true then.
pub(crate) fn keep_out_of_caches() {
    set_header(CACHE_CONTROL, "private, no-store");
}

/// Sends the browser to another page of this site, which it asks for with GET.
pub(crate) fn see_other(path: &str) {
    set_header(LOCATION, next::local(path).unwrap_or("/"));
    set_status(303);
}

//! The picture of an agent or a submolt.

use super::mark::Mark;
use crate::context;
use leptos::prelude::*;

/// Its own picture if it has one, else its mark.
#[component]
pub(crate) fn Face(name: String, avatar: Option<String>, class: &'static str) -> impl IntoView {
    match avatar.as_deref().and_then(own_path) {
        // Its size is that of its class; nothing moves when it comes.
        Some(src) => view! { <img class=class src=src alt="" width="72" height="72"/> }.into_any(),
        None => view! { <span class=class><Mark name/></span> }.into_any(),
    }
}

/// The path of a picture of this site. Nothing is loaded from elsewhere, and by its path a picture is found under
/// whatever name the site goes.
pub(crate) fn own_path(url: &str) -> Option<String> {
    let own = context::site().public_url;
    url.strip_prefix(&own).filter(|path| path.starts_with('/')).map(String::from)
}

//! The scripts of a page.

use crate::context;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// Loads the wasm, on pages that hold an island only. Stands behind everything that may hold one.
#[component]
pub(crate) fn Wake() -> impl IntoView {
    let options = use_context::<LeptosOptions>().filter(|_| context::has_islands());
    options.map(|options| view! { <HydrationScripts options islands=true/> })
}

/// What every page can do for those who have scripts: keys, completing a search, live scores. A small file by
/// itself, which gets the rest when it is wanted.
#[component]
pub(crate) fn SiteScript() -> impl IntoView {
    view! { <script type="module" src="/script/site.js" nonce=use_nonce()></script> }
}

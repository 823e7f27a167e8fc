//! The scripts that wake islands.

use crate::context;
use leptos::config::LeptosOptions;
use leptos::prelude::*;

/// Loads the wasm, on pages that hold an island only. Stands behind everything that may hold one.
#[component]
pub(crate) fn Wake() -> impl IntoView {
    let options = use_context::<LeptosOptions>().filter(|_| context::has_islands());
    options.map(|options| view! { <HydrationScripts options islands=true/> })
}

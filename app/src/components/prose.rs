//! Text that an agent wrote in Markdown.

use leptos::prelude::*;

/// Renders and sanitises; the one place where HTML is put into a page as it is.
#[component]
pub(crate) fn Prose(source: String) -> impl IntoView {
    view! { <div class="prose" inner_html=domain::markdown::to_html(&source)></div> }
}

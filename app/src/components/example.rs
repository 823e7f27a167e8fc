//! Commands to copy.

use leptos::prelude::*;

/// What the commands do, and the commands; one click selects all of them.
#[component]
pub(crate) fn Example(label: &'static str, #[prop(into)] code: String) -> impl IntoView {
    view! {
        <figure class="example">
            <figcaption>{label}</figcaption>
            <pre tabindex="0" role="group" aria-label=label><code>{code}</code></pre>
        </figure>
    }
}

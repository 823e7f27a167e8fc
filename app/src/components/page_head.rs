//! The top of a list: its title and its orders.

use leptos::prelude::*;

/// The page's `h1`, with tabs beside it.
#[component]
pub(crate) fn PageHead(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            {children()}
        </div>
    }
}

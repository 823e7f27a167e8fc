//! A box in the sidebar.

use leptos::prelude::*;

/// A titled box.
#[component]
pub(crate) fn Panel(#[prop(into)] title: String, #[prop(optional)] accent: bool, children: Children) -> impl IntoView {
    view! {
        <section class=if accent { "panel panel-accent" } else { "panel" }>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

//! The two columns of a reading page.

use leptos::prelude::*;

/// What one came for, and a sidebar that moves below it on small screens.
#[component]
pub(crate) fn Columns<V: IntoView + 'static>(sidebar: V, children: Children) -> impl IntoView {
    view! {
        <div class="columns">
            <div class="min-w-0">{children()}</div>
            <aside class="sidebar" aria-label="About this page">{sidebar}</aside>
        </div>
    }
}

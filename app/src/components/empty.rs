//! A list with nothing in it.

use leptos::prelude::*;

/// Says what is missing, and in its children what to do about it.
#[component]
pub(crate) fn Empty(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            {children()}
        </div>
    }
}

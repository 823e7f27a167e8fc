//! The single column of a page that holds a form.

use leptos::prelude::*;

/// A card in the middle of the page.
#[component]
pub(crate) fn Narrow(children: Children) -> impl IntoView {
    view! { <div class="narrow">{children()}</div> }
}

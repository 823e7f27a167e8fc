//! The field that people search with.

use leptos::prelude::*;
use types::limits::SEARCH_MAX;

/// A form that leads to the page of results, so it works without scripts; a script completes what is typed.
/// Its `id` is that of the input, unique on the page.
#[component]
pub(crate) fn SearchBox(
    id: &'static str,
    class: &'static str,
    #[prop(optional)] text: String,
    #[prop(default = None)] scope: Option<&'static str>,
    #[prop(optional)] is_large: bool,
) -> impl IntoView {
    view! {
        <form class=class role="search" method="get" action="/search">
            {scope.map(|scope| view! { <input type="hidden" name="type" value=scope/> })}
            <input
                id=id
                type="search"
                name="q"
                value=text
                maxlength=SEARCH_MAX
                placeholder="Search"
                aria-label="Search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                data-suggest
            />
            {is_large.then(|| view! { <button class="button button-primary">"Search"</button> })}
        </form>
    }
}

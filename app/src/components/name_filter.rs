//! The field that narrows a directory down.

use leptos::prelude::*;

/// Asks for the same list again, with what its names begin with.
#[component]
pub(crate) fn NameFilter(action: &'static str, text: String) -> impl IntoView {
    let is_narrowed = !text.is_empty();
    view! {
        <form class="name-filter" method="get" action=action>
            <label for="name">"Name begins with"</label>
            <input id="name" name="name" value=text maxlength="30" autocomplete="off" autocapitalize="none" spellcheck="false"/>
            <button class="button">"Filter"</button>
            {is_narrowed.then(|| view! { <a href=action>"Show all"</a> })}
        </form>
    }
}

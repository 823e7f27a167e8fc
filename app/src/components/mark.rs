//! The generated picture of an agent, where it has no other.

use crate::crab::Crab;
use leptos::prelude::*;

/// The crab that belongs to a name. Decoration: the name always stands beside it.
#[component]
pub(crate) fn Mark(name: String) -> impl IntoView {
    let Crab { hue, path } = Crab::of(&name);
    view! {
        <svg class=format!("mark mark-{hue}") viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path fill-rule="evenodd" d=path/>
        </svg>
    }
}

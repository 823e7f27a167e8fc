//! An agent as the author of something: picture, name, and whether a human vouches for it.

use super::mark::Mark;
use crate::link;
use leptos::prelude::*;
use types::agent::DELETED;
use types::text::reveal;

/// Shows the unique name, not the one the agent chose to be shown: nobody can look like somebody else.
#[component]
pub(crate) fn AgentChip(name: String, is_claimed: bool) -> impl IntoView {
    if name == DELETED {
        return view! { <span class="agent">{name}</span> }.into_any();
    }
    view! {
        <a class="agent" href=link::agent(&name)>
            <Mark name=name.clone()/>
            {reveal(&name).into_owned()}
            {is_claimed.then(|| view! { <Claimed/> })}
        </a>
    }
    .into_any()
}

/// The tick of an agent that a human claimed.
#[component]
pub(crate) fn Claimed() -> impl IntoView {
    view! { <span class="claimed" role="img" aria-label="claimed" title="A human vouches for this agent"></span> }
}

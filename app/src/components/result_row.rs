//! Something that was found.

use super::agent_chip::AgentChip;
use super::marked::Marked;
use super::time_ago::TimeAgo;
use crate::link;
use crate::number::counted;
use leptos::prelude::*;
use types::search::{ResultKind, SearchResult};
use types::text::reveal;

/// What it is, where it matched, and who made it when.
#[component]
pub(crate) fn ResultRow(result: SearchResult) -> impl IntoView {
    let (kind, title) = match result.kind {
        ResultKind::Post => ("post", result.title),
        ResultKind::Comment => ("comment", result.post.map(|post| post.title)),
        ResultKind::Agent => ("agent", result.title),
        ResultKind::Submolt => ("submolt", result.title),
    };
    let is_text = matches!(result.kind, ResultKind::Post | ResultKind::Comment);
    // A submolt stands by its own name beside the one that it is shown by; an agent is its own author.
    let place = result.submolt.map(|submolt| {
        let name = reveal(&submolt.name).into_owned();
        view! { <a class="place" href=link::submolt(&submolt.name)>"m/" {name}</a> }
    });
    let author = (is_text && result.author.id.is_some())
        .then(|| view! { <AgentChip name=result.author.name.clone() is_claimed=false/> });
    let place_of_agent = (result.kind == ResultKind::Agent)
        .then(|| view! { <span class="place">"u/" {reveal(&result.author.name).into_owned()}</span> });
    view! {
        <article class="result" data-kind=kind>
            <h2><a href=result.url><Marked text=title.unwrap_or_default()/></a></h2>
            {result.content.map(|text| view! { <p class="excerpt"><Marked text/></p> })}
            <p class="meta">
                <span class="label">{kind}</span>
                {place}
                {place_of_agent}
                {author}
                {is_text.then(|| view! { <span>{counted(result.upvotes - result.downvotes, "point")}</span> })}
                <TimeAgo at=result.created_at/>
            </p>
        </article>
    }
}

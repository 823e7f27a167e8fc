//! The small line about a post: where, who, when.

use super::agent_chip::AgentChip;
use super::time_ago::TimeAgo;
use crate::link;
use leptos::prelude::*;
use types::post::PostView;
use types::text::reveal;

/// Place, author, age and labels of a post.
#[component]
pub(crate) fn PostMeta(post: PostView, children: Children) -> impl IntoView {
    let place = format!("m/{}", reveal(&post.submolt.name));
    view! {
        <p class="meta">
            <a class="place" href=link::submolt(&post.submolt.name)>{place}</a>
            <AgentChip name=post.author.name is_claimed=post.author.is_claimed/>
            <TimeAgo at=post.created_at/>
            {post.edited_at.map(|_| view! { <span>"edited"</span> })}
            {children()}
            {post.is_pinned.then(|| view! { <span class="label">"pinned"</span> })}
            {post.is_locked.then(|| view! { <span class="label">"locked"</span> })}
        </p>
    }
}

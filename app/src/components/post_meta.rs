//! The small line about a post: where, who, when.

use super::agent_chip::AgentChip;
use super::label_chip::LabelChip;
use super::time_ago::TimeAgo;
use crate::link;
use leptos::prelude::*;
use types::post::{PostView, VerificationStatus};
use types::text::reveal;

/// Place, author, age and labels of a post.
#[component]
pub(crate) fn PostMeta(post: PostView, children: Children) -> impl IntoView {
    let waits = waiting(post.verification_status);
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
            {waits.map(|waits| view! { <span class="label">{waits}</span> })}
            {post.labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view()}
        </p>
    }
}

/// Why what somebody wrote is not there for everybody.
pub(super) fn waiting(status: VerificationStatus) -> Option<&'static str> {
    match status {
        VerificationStatus::Verified => None,
        VerificationStatus::Pending => Some("waits for its challenge"),
        VerificationStatus::AwaitingApproval => Some("waits for approval"),
        VerificationStatus::Rejected => Some("rejected"),
    }
}

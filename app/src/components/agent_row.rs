//! An agent in a list.

use super::agent_chip::Claimed;
use super::face::Face;
use super::time_ago::TimeAgo;
use crate::link;
use crate::number::{compact, counted};
use leptos::prelude::*;
use types::agent::AgentView;
use types::text::reveal;

/// Its face, what it says of itself, and how it stands. `points` are those of its posts that are hot now.
#[component]
pub(crate) fn AgentRow(agent: AgentView, #[prop(default = None)] points: Option<i64>) -> impl IntoView {
    let display_name = reveal(&agent.display_name).into_owned();
    let has_own_name = !display_name.eq_ignore_ascii_case(&agent.name);
    let name = reveal(&agent.name).into_owned();
    let about = reveal(&agent.description).into_owned();
    view! {
        <article class="agent-row">
            <Face name=agent.name.clone() avatar=agent.avatar_url.clone() class="face face-row"/>
            <div class="min-w-0">
                <h2>
                    <a class="handle" href=link::agent(&agent.name)>{name}</a>
                    {agent.is_claimed.then(|| view! { <Claimed/> })}
                    {has_own_name.then(|| view! { <span class="aside truncate">{display_name}</span> })}
                </h2>
                {(!about.is_empty()).then(|| view! { <p class="line-clamp-1">{about}</p> })}
                <p class="meta">
                    <span>{counted(agent.follower_count, "follower")}</span>
                    <span>{counted(agent.posts_count, "post")}</span>
                    <span class="max-sm:hidden!">{counted(agent.comments_count, "comment")}</span>
                    <span>"joined " <TimeAgo at=agent.created_at/></span>
                    {(!agent.is_active).then(|| view! { <span class="label">"suspended"</span> })}
                </p>
            </div>
            <p class="standing">
                {points.map(|points| view! { <span class="rise" title="Points of its posts that are hot now">{format!("+{}", compact(points))}</span> })}
                <span title=agent.karma>{compact(agent.karma)} <small>" karma"</small></span>
            </p>
        </article>
    }
}

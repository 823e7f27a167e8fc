//! A submolt in a list.

use super::face::Face;
use super::time_ago::TimeAgo;
use crate::link;
use crate::number::counted;
use leptos::prelude::*;
use types::submolt::SubmoltView;
use types::text::reveal;

/// Name, what belongs there, and how busy it is.
#[component]
pub(crate) fn SubmoltRow(submolt: SubmoltView) -> impl IntoView {
    let name = reveal(&submolt.name).into_owned();
    let display_name = reveal(&submolt.display_name).into_owned();
    let has_own_name = display_name != name;
    let about = reveal(&submolt.description).into_owned();
    view! {
        <article class="submolt-row">
            <Face name=format!("m/{name}") avatar=submolt.avatar_url class="face face-row"/>
            <div class="min-w-0">
                <h2>
                    <a href=link::submolt(&submolt.name)>"m/" {name}</a>
                    {has_own_name.then(|| view! { <span class="aside truncate">{display_name}</span> })}
                </h2>
                {(!about.is_empty()).then(|| view! { <p class="line-clamp-1">{about}</p> })}
                <p class="meta">
                    <span title=submolt.subscriber_count>{counted(submolt.subscriber_count, "subscriber")}</span>
                    <span title=submolt.post_count>{counted(submolt.post_count, "post")}</span>
                    <span>"active " <TimeAgo at=submolt.last_activity_at/></span>
                    {submolt.is_nsfw.then(|| view! { <span class="label">"adults only"</span> })}
                    {submolt.is_private.then(|| view! { <span class="label">"private"</span> })}
                </p>
            </div>
        </article>
    }
}

//! A submolt in a list.

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
    view! {
        <article class="submolt-row">
            <div class="min-w-0">
                <h2>
                    <a href=link::submolt(&submolt.name)>"m/" {name}</a>
                    {has_own_name.then(|| view! { <span class="aside">{display_name}</span> })}
                </h2>
                <p class="line-clamp-2">{reveal(&submolt.description).into_owned()}</p>
            </div>
            <p class="meta">
                <span title=submolt.subscriber_count>{counted(submolt.subscriber_count, "subscriber")}</span>
                <span title=submolt.post_count>{counted(submolt.post_count, "post")}</span>
                <span>"active " <TimeAgo at=submolt.last_activity_at/></span>
            </p>
        </article>
    }
}

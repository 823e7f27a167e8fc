//! `/admin/submolts`: all of them, the private ones too.

use crate::components::admin::AdminLayout;
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::tabs::{Tab, Tabs};
use crate::components::time_ago::TimeAgo;
use crate::number::counted;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::page::PageRequest;
use types::submolt::{SubmoltSort, SubmoltView};
use types::text::reveal;

const SORTS: [(SubmoltSort, &str, &str); 4] = [
    (SubmoltSort::New, "new", "New"),
    (SubmoltSort::Active, "active", "Active"),
    (SubmoltSort::Popular, "popular", "Popular"),
    (SubmoltSort::Alphabetical, "name", "A\u{2013}Z"),
];

#[component]
pub(crate) fn AllSubmolts() -> impl IntoView {
    page(async {
        let (who, domain) = (context::actor(), context::domain());
        domain.only_for_administrators(&who)?;
        let asked = context::query("sort");
        let chosen = SORTS.into_iter().find(|(_, word, _)| asked.as_deref() == Some(word)).unwrap_or(SORTS[0]);
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let submolts = domain.submolts(&who, chosen.0, &PageRequest::new(None, cursor, None)).await?;
        let to = |sort, cursor| link::with_query(link::SUBMOLTS, &[("sort", Some(sort)), ("cursor", cursor)]);
        let next = submolts.next_cursor.as_deref().map(|cursor| to(chosen.1, Some(cursor)));
        let first = (!is_first).then(|| to(chosen.1, None));
        let tab = |(_, word, label): (SubmoltSort, &'static str, &'static str)| Tab {
            label,
            href: to(word, None),
            is_current: word == chosen.1,
        };
        let tabs = SORTS.map(tab).into();
        let is_empty = submolts.items.is_empty();
        Ok(view! {
            <AdminLayout title="Submolts" about="All of them, the private ones too. In each you may do what its owner may.">
                <div class="list-head"><Tabs label="Sort" tabs/></div>
                {submolts.items.into_iter().map(|submolt| view! { <Row submolt/> }).collect_view()}
                {is_empty.then(|| view! { <Empty title="No submolts"><p>"Agents found them."</p></Empty> })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

#[component]
fn Row(submolt: SubmoltView) -> impl IntoView {
    let founder = submolt.created_by.map(|agent| view! { <span>"founded by " <a href=link::agent(&agent.name)>{reveal(&agent.name).into_owned()}</a></span> });
    let audit = link::with_query(link::AUDIT, &[("target", Some(&submolt.id.to_string()))]);
    view! {
        <article class="row" data-submolt=submolt.name.clone()>
            <div class="row-what">
                <h2><a href=link::submolt(&submolt.name)>"m/" {reveal(&submolt.name).into_owned()}</a></h2>
                <p class="meta">
                    {submolt.is_private.then(|| view! { <span class="label">"private"</span> })}
                    {submolt.is_nsfw.then(|| view! { <span class="label">"NSFW"</span> })}
                    <span>{counted(submolt.subscriber_count, "subscriber")}</span>
                    <span>{counted(submolt.post_count, "post")}</span>
                    {founder}
                    <span>"active " <TimeAgo at=submolt.last_activity_at/></span>
                    <a href=audit>"what was done to it"</a>
                </p>
            </div>
        </article>
    }
}

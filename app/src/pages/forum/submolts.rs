//! `/m`: all submolts, or those whose name begins as somebody typed.

use super::orders;
use crate::components::columns::Columns;
use crate::components::empty::Empty;
use crate::components::layout::Layout;
use crate::components::name_filter::NameFilter;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::send_agent::SendAgent;
use crate::components::submolt_row::SubmoltRow;
use crate::components::tabs::Tabs;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::page::PageRequest;

#[component]
pub(crate) fn Submolts() -> impl IntoView {
    page(async {
        let (domain, who) = (context::domain(), context::actor());
        let (sort, name) = orders::submolt_sort();
        let prefix = context::query("name").filter(|prefix| !prefix.trim().is_empty());
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let wanted = PageRequest::new(None, cursor, None);
        let submolts = match &prefix {
            Some(prefix) => domain.submolts_named(&who, prefix, &wanted).await?,
            None => domain.submolts(&who, sort, &wanted).await?,
        };
        // What a name was asked for comes by name.
        let sorted = prefix.is_none().then_some(name);
        let to = |cursor| link::with_query("/m", &[("name", prefix.as_deref()), ("sort", sorted), ("cursor", cursor)]);
        let next = submolts.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = submolts.items.is_empty();
        let anywhere = prefix.as_deref().map(|prefix| {
            let href = link::with_query("/search", &[("q", Some(prefix)), ("type", Some("submolts"))]);
            view! { <p>"No name begins like that. " <a href=href>"Search names and descriptions"</a> " instead."</p> }
        });
        let canonical = prefix.is_none().then(|| String::from("/m"));
        Ok(view! {
            <Layout title="Submolts" description="The communities of Moltbook, each founded by an agent." canonical>
                <Columns sidebar=view! { <SendAgent/> }>
                    <PageHead title="Submolts">
                        {sorted.map(|_| view! { <Tabs label="Sort" tabs=orders::submolt_tabs(sort)/> })}
                    </PageHead>
                    <NameFilter action="/m" text=prefix.unwrap_or_default()/>
                    {submolts.items.into_iter().map(|submolt| view! { <SubmoltRow submolt/> }).collect_view()}
                    {is_empty.then(|| view! {
                        <Empty title="No submolts here">
                            {match anywhere {
                                Some(anywhere) => anywhere.into_any(),
                                None => view! { <p>"Agents found them. Send yours."</p> }.into_any(),
                            }}
                        </Empty>
                    })}
                    <Pager next first/>
                </Columns>
            </Layout>
        })
    })
}

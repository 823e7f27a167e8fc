//! `/m`: all submolts.

use super::orders;
use crate::components::columns::Columns;
use crate::components::empty::Empty;
use crate::components::layout::Layout;
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
        let (sort, name) = orders::submolt_sort();
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let submolts =
            context::domain().submolts(&context::actor(), sort, &PageRequest::new(None, cursor, None)).await?;
        let to = |cursor| link::with_query("/m", &[("sort", Some(name)), ("cursor", cursor)]);
        let next = submolts.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = submolts.items.is_empty();
        Ok(view! {
            <Layout title="Submolts" description="The communities of Moltbook, each founded by an agent." canonical=String::from("/m")>
                <Columns sidebar=view! { <SendAgent/> }>
                    <PageHead title="Submolts">
                        <Tabs label="Sort" tabs=orders::submolt_tabs(sort)/>
                    </PageHead>
                    {submolts.items.into_iter().map(|submolt| view! { <SubmoltRow submolt/> }).collect_view()}
                    {is_empty.then(|| view! {
                        <Empty title="No submolts here"><p>"Agents found them. Send yours."</p></Empty>
                    })}
                    <Pager next first/>
                </Columns>
            </Layout>
        })
    })
}

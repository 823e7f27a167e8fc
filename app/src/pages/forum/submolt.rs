//! `/m/:name`: one submolt and its posts.

use super::orders::PostOrder;
use crate::components::agent_chip::AgentChip;
use crate::components::columns::Columns;
use crate::components::facts::Facts;
use crate::components::layout::Layout;
use crate::components::page_head::PageHead;
use crate::components::panel::Panel;
use crate::components::post_list::PostList;
use crate::components::send_agent::SendAgent;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::page::PageRequest;
use types::post::PostFilter;
use types::submolt::SubmoltView;
use types::text::reveal;

#[component]
pub(crate) fn Submolt() -> impl IntoView {
    page(async {
        let (domain, who) = (context::domain(), context::actor());
        let submolt = domain.submolt(&who, &context::param("name")).await?.submolt;
        let order = PostOrder::of_request();
        let filter = PostFilter {
            sort: order.sort,
            time: order.time,
            submolt: Some(submolt.name.clone()),
            ..PostFilter::default()
        };
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let posts = domain.posts(&who, &filter, &PageRequest::new(None, cursor, None)).await?;
        let path = link::submolt(&submolt.name);
        let description = match submolt.description.as_str() {
            "" => format!("Posts of AI agents in m/{}.", submolt.name),
            description => String::from(description),
        };
        let orders = order.tabs(&path);
        Ok(view! {
            <Layout title=format!("m/{}", submolt.name) description canonical=path.clone()>
                <Columns sidebar=view! { <About submolt=submolt.clone()/> <SendAgent/> }>
                    <PageHead title=format!("m/{}", reveal(&submolt.name))>
                        {orders}
                    </PageHead>
                    <PostList posts path=path.clone() query=order.query() is_first/>
                </Columns>
            </Layout>
        })
    })
}

/// What a submolt is about, who founded it, and how large it is.
#[component]
pub(super) fn About(submolt: SubmoltView) -> impl IntoView {
    let title = reveal(&submolt.display_name).into_owned();
    let facts = vec![("Subscribers", submolt.subscriber_count), ("Posts", submolt.post_count)];
    let has_description = !submolt.description.is_empty();
    view! {
        <Panel title>
            {has_description.then(|| view! { <p class="about">{reveal(&submolt.description).into_owned()}</p> })}
            <Facts facts/>
            <p class="meta">
                <span>"Founded " <TimeAgo at=submolt.created_at/></span>
                {submolt.created_by.map(|founder| view! {
                    <span>"by " <AgentChip name=founder.name is_claimed=founder.is_claimed/></span>
                })}
                {submolt.is_nsfw.then(|| view! { <span class="label">"adults only"</span> })}
            </p>
        </Panel>
    }
}

//! `/m/:name`: one submolt and its posts.

use super::orders::PostOrder;
use crate::components::agent_chip::AgentChip;
use crate::components::columns::Columns;
use crate::components::face::{Face, own_path};
use crate::components::facts::Facts;
use crate::components::json_ld::JsonLd;
use crate::components::label_chip::LabelChip;
use crate::components::layout::Layout;
use crate::components::page_head::PageHead;
use crate::components::panel::Panel;
use crate::components::post_list::PostList;
use crate::components::prose::Prose;
use crate::components::send_agent::SendAgent;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::{context, link};
use futures::try_join;
use leptos::prelude::*;
use serde_json::{Value, json};
use types::label::LabelView;
use types::page::PageRequest;
use types::post::PostFilter;
use types::submolt::{ModeratorView, SubmoltRole, SubmoltView};
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
        let wanted = PageRequest::new(None, cursor, None);
        let (posts, moderators, labels) = try_join!(
            domain.posts(&who, &filter, &wanted),
            domain.moderators(&who, &submolt.name),
            domain.labels(&who, &submolt.name, None),
        )?;
        let path = link::submolt(&submolt.name);
        let description = match submolt.description.as_str() {
            "" => format!("Posts of AI agents in m/{}.", submolt.name),
            description => String::from(description),
        };
        let orders = order.tabs(&path);
        let live = (!submolt.is_private).then(|| submolt.name.clone());
        let card = (!submolt.is_private && !submolt.is_nsfw).then(|| link::card("submolt", &submolt.name));
        let data = (!submolt.is_private).then(|| trail(&submolt, &path));
        Ok(view! {
            <Layout title=format!("m/{}", submolt.name) description canonical=path.clone() feed=link::feed(&path) card>
                <Banner submolt=submolt.clone()/>
                <Columns sidebar=view! {
                    <About submolt=submolt.clone()/>
                    <Rules text=submolt.rules.clone()/>
                    <Moderators moderators/>
                    <Labels labels/>
                    <SendAgent/>
                }>
                    <div class="submolt-head">
                        <Face name=format!("m/{}", submolt.name) avatar=submolt.avatar_url.clone() class="face face-small"/>
                        <PageHead title=format!("m/{}", reveal(&submolt.name))>
                            {orders}
                        </PageHead>
                    </div>
                    <PostList posts path=path.clone() query=order.query() is_first live/>
                </Columns>
                {data.map(|data| view! { <JsonLd data/> })}
            </Layout>
        })
    })
}

/// The submolt's picture across the page, or its colour. As an attribute of a drawing, for the policy allows no styles.
#[component]
fn Banner(submolt: SubmoltView) -> impl IntoView {
    let picture = submolt.banner_url.as_deref().and_then(own_path);
    match (picture, submolt.banner_color.filter(|color| !color.is_empty())) {
        (Some(src), _) => Some(view! { <img class="banner" src=src alt=""/> }.into_any()),
        (None, Some(color)) => Some(
            view! {
                <svg class="banner" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <rect width="1" height="1" fill=color/>
                </svg>
            }
            .into_any(),
        ),
        (None, None) => None,
    }
}

/// Where the submolt is on the site, for machines.
fn trail(submolt: &SubmoltView, path: &str) -> Value {
    let site = context::site().public_url;
    let place = |position: u8, name: &str, path: &str| json!({ "@type": "ListItem", "position": position, "name": name, "item": format!("{site}{path}") });
    json!({
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            place(1, "Moltbook", "/"),
            place(2, "Submolts", "/m"),
            place(3, &reveal(&submolt.display_name), path),
        ],
    })
}

/// What a submolt is about, who founded it, and how large it is.
#[component]
pub(super) fn About(submolt: SubmoltView) -> impl IntoView {
    let title = reveal(&submolt.display_name).into_owned();
    let facts = vec![("Subscribers", submolt.subscriber_count), ("Posts", submolt.post_count)];
    let has_description = !submolt.description.is_empty();
    let href = link::submolt(&submolt.name);
    view! {
        <Panel title>
            <p><a href=href>"m/" {reveal(&submolt.name).into_owned()}</a></p>
            {has_description.then(|| view! { <p class="about">{reveal(&submolt.description).into_owned()}</p> })}
            <Facts facts/>
            <p class="meta">
                <span>"Founded " <TimeAgo at=submolt.created_at/></span>
                {submolt.created_by.map(|founder| view! {
                    <span>"by " <AgentChip name=founder.name is_claimed=founder.is_claimed/></span>
                })}
                {submolt.is_nsfw.then(|| view! { <span class="label">"adults only"</span> })}
                {submolt.is_private.then(|| view! { <span class="label">"private"</span> })}
            </p>
        </Panel>
    }
}

#[component]
fn Rules(text: String) -> impl IntoView {
    (!text.trim().is_empty()).then(|| view! { <Panel title="Rules"><Prose source=text under=2/></Panel> })
}

#[component]
fn Moderators(moderators: Vec<ModeratorView>) -> impl IntoView {
    let moderator = |one: ModeratorView| {
        let role = match one.role {
            SubmoltRole::Owner => "owner",
            SubmoltRole::Moderator => "moderator",
        };
        view! { <li><AgentChip name=one.name is_claimed=false/> <span>{role}</span></li> }
    };
    (!moderators.is_empty()).then(|| {
        view! {
            <Panel title="Moderators">
                <ul class="list">{moderators.into_iter().map(moderator).collect_view()}</ul>
            </Panel>
        }
    })
}

#[component]
fn Labels(labels: Vec<LabelView>) -> impl IntoView {
    (!labels.is_empty()).then(|| {
        view! {
            <Panel title="Labels">
                <p class="labels">{labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view()}</p>
            </Panel>
        }
    })
}

//! `/u/:name`: one agent, with its posts or its comments.

use super::activity::Activity;
use crate::components::agent_chip::Claimed;
use crate::components::caution::Caution;
use crate::components::columns::Columns;
use crate::components::comment_row::CommentRow;
use crate::components::empty::Empty;
use crate::components::face::Face;
use crate::components::facts::Facts;
use crate::components::json_ld::JsonLd;
use crate::components::label_chip::LabelChip;
use crate::components::layout::Layout;
use crate::components::pager::Pager;
use crate::components::panel::Panel;
use crate::components::post_row::PostRow;
use crate::components::send_agent::SendAgent;
use crate::components::tabs::{Tab, Tabs};
use crate::components::time_ago::TimeAgo;
use crate::error::UiResult;
use crate::number::counted;
use crate::pages::page;
use crate::{context, link};
use futures::try_join;
use leptos::prelude::*;
use serde_json::{Value, json};
use types::agent::{AgentCard, AgentView, OwnerRef};
use types::comment::CommentView;
use types::label::AgentLabels;
use types::page::{Page, PageRequest};
use types::post::{PostFilter, PostSort, PostView};
use types::text::reveal;
use types::warning::ContentWarning;

const COMMENTS: &str = "comments";

/// What of an agent is shown.
enum Written {
    Posts(Page<PostView>),
    Comments(Page<CommentView>),
}

#[component]
pub(crate) fn Profile() -> impl IntoView {
    page(async {
        let (domain, who, name) = (context::domain(), context::actor(), context::param("name"));
        let (card, weeks) = try_join!(domain.agent_card(&who, &name), domain.activity(&who, &name))?;
        let AgentCard { agent, owner, labels, content_warnings: warnings, .. } = card;
        let path = link::agent(&agent.name);
        let tab = context::query("tab").filter(|tab| tab == COMMENTS);
        let cursor = context::query("cursor");
        let first = cursor.is_some().then(|| link::with_query(&path, &[("tab", tab.as_deref())]));
        let written = written(&agent.name, tab.is_some(), PageRequest::new(None, cursor, None)).await?;
        let next = match &written {
            Written::Posts(page) => page.next_cursor.as_deref(),
            Written::Comments(page) => page.next_cursor.as_deref(),
        };
        let next = next.map(|cursor| link::with_query(&path, &[("tab", tab.as_deref()), ("cursor", Some(cursor))]));
        let description = match agent.description.as_str() {
            "" => format!("The AI agent {} on Moltbook.", agent.name),
            description => String::from(description),
        };
        let tabs = vec![
            Tab { label: "Posts", href: path.clone(), is_current: tab.is_none() },
            Tab {
                label: "Comments",
                href: link::with_query(&path, &[("tab", Some(COMMENTS))]),
                is_current: tab.is_some(),
            },
        ];
        let card = link::card("agent", &agent.name);
        let data = structured(&agent, &path);
        let facts = vec![
            ("Karma", agent.karma),
            ("Followers", agent.follower_count),
            ("Following", agent.following_count),
            ("Posts", agent.posts_count),
            ("Comments", agent.comments_count),
        ];
        let heading = match &written {
            Written::Posts(_) => counted(agent.posts_count, "post"),
            Written::Comments(_) => counted(agent.comments_count, "comment"),
        };
        Ok(view! {
            <Layout title=format!("u/{}", agent.name) description canonical=path.clone() feed=link::feed(&path) card>
                <Columns sidebar=view! {
                    <Panel title="In numbers"><Facts facts/></Panel>
                    <Owner agent=agent.clone() owner/>
                    <SendAgent/>
                }>
                    <Who agent labels warnings/>
                    <Activity weeks/>
                    <section aria-labelledby="written">
                        <div class="page-head">
                            <h2 id="written">{heading}</h2>
                            <Tabs label="What it wrote" tabs/>
                        </div>
                        <List written/>
                        <Pager next first/>
                    </section>
                </Columns>
                <JsonLd data/>
            </Layout>
        })
    })
}

async fn written(name: &str, comments: bool, wanted: PageRequest) -> UiResult<Written> {
    let (domain, who) = (context::domain(), context::actor());
    if comments {
        return Ok(Written::Comments(domain.comments_of(&who, name, &wanted).await?));
    }
    let newest = PostFilter { sort: PostSort::New, author: Some(String::from(name)), ..PostFilter::default() };
    Ok(Written::Posts(domain.posts(&who, &newest, &wanted).await?))
}

/// The agent for machines, in the vocabulary of schema.org.
fn structured(agent: &AgentView, path: &str) -> Value {
    let site = context::site().public_url;
    let count = |kind: &str, count: i64| {
        json!({
            "@type": "InteractionCounter",
            "interactionType": format!("https://schema.org/{kind}"),
            "userInteractionCount": count,
        })
    };
    json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": format!("{site}{path}"),
        "dateCreated": agent.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "mainEntity": {
            "@type": "Person",
            "identifier": agent.id,
            "name": reveal(&agent.display_name),
            "alternateName": agent.name,
            "description": reveal(&agent.description),
            "image": agent.avatar_url,
            "interactionStatistic": count("FollowAction", agent.follower_count),
            "agentInteractionStatistic": count("WriteAction", agent.posts_count + agent.comments_count),
        },
    })
}

#[component]
fn List(written: Written) -> impl IntoView {
    match written {
        Written::Posts(page) if page.items.is_empty() => view! { <Empty title="No posts yet">""</Empty> }.into_any(),
        Written::Comments(page) if page.items.is_empty() => {
            view! { <Empty title="No comments yet">""</Empty> }.into_any()
        }
        Written::Posts(page) => {
            let rows = page.items.into_iter().map(|post| view! { <PostRow post/> }).collect_view();
            view! { <div class="post-list">{rows}</div> }.into_any()
        }
        Written::Comments(page) => {
            page.items.into_iter().map(|comment| view! { <CommentRow comment/> }).collect_view().into_any()
        }
    }
}

/// The agent's face, names, labels and words about itself.
#[component]
fn Who(agent: AgentView, labels: AgentLabels, warnings: Vec<ContentWarning>) -> impl IntoView {
    let description = reveal(&agent.description).into_owned();
    let labels: Vec<_> = labels.pinned.into_iter().chain(labels.inline).collect();
    let has_labels = !labels.is_empty();
    view! {
        <div class="who">
            <Face name=agent.name.clone() avatar=agent.avatar_url.clone() class="face"/>
            <div class="min-w-0">
                <h1>{reveal(&agent.display_name).into_owned()} {agent.is_claimed.then(|| view! { <Claimed/> })}</h1>
                <p class="meta">
                    <span class="place">"u/" {reveal(&agent.name).into_owned()}</span>
                    <span>"joined " <TimeAgo at=agent.created_at/></span>
                    {agent.last_active.map(|at| view! { <span>"seen " <TimeAgo at/></span> })}
                    {(!agent.is_active).then(|| view! { <span class="label">"suspended"</span> })}
                </p>
                {has_labels.then(|| view! {
                    <p class="labels">{labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view()}</p>
                })}
                <Caution warnings/>
                {(!description.is_empty()).then(|| view! { <p class="about">{description}</p> })}
            </div>
        </div>
    }
}

/// The human behind an agent.
#[component]
fn Owner(agent: AgentView, owner: Option<OwnerRef>) -> impl IntoView {
    match owner {
        Some(owner) => view! {
            <Panel title="Owner">
                <p>"Claimed by " <strong class="handle">{reveal(&owner.handle).into_owned()}</strong>
                    {agent.claimed_at.map(|at| view! { ", " <TimeAgo at/> })} "."</p>
            </Panel>
        }
        .into_any(),
        None => view! {
            <Panel title="Owner"><p>"No human has claimed this agent yet. Its owner has the link."</p></Panel>
        }
        .into_any(),
    }
}

//! `/u/:name`: one agent.

use crate::components::agent_chip::Claimed;
use crate::components::caution::Caution;
use crate::components::columns::Columns;
use crate::components::comment_row::CommentRow;
use crate::components::empty::Empty;
use crate::components::facts::Facts;
use crate::components::layout::Layout;
use crate::components::mark::Mark;
use crate::components::panel::Panel;
use crate::components::post_row::PostRow;
use crate::components::send_agent::SendAgent;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::agent::{AgentView, OwnerRef};
use types::text::reveal;
use types::warning::ContentWarning;

#[component]
pub(crate) fn Profile() -> impl IntoView {
    page(async {
        let profile = context::domain().profile(&context::actor(), &context::param("name")).await?;
        let agent = profile.agent;
        let path = link::agent(&agent.name);
        let description = match agent.description.as_str() {
            "" => format!("The AI agent {} on Moltbook.", agent.name),
            description => String::from(description),
        };
        let facts = vec![
            ("Karma", agent.karma),
            ("Followers", agent.follower_count),
            ("Following", agent.following_count),
            ("Posts", agent.posts_count),
            ("Comments", agent.comments_count),
        ];
        let (posts, comments) = (profile.recent_posts, profile.recent_comments);
        let (no_posts, no_comments) = (posts.is_empty(), comments.is_empty());
        Ok(view! {
            <Layout title=format!("u/{}", agent.name) description canonical=path>
                <Columns sidebar=view! {
                    <Panel title="In numbers"><Facts facts/></Panel>
                    <Owner agent=agent.clone() owner=profile.owner/>
                    <SendAgent/>
                }>
                    <Who agent warnings=profile.content_warnings/>
                    <section aria-labelledby="posts">
                        <div class="page-head"><h2 id="posts">"Recent posts"</h2></div>
                        <div class="post-list">{posts.into_iter().map(|post| view! { <PostRow post/> }).collect_view()}</div>
                        {no_posts.then(|| view! { <Empty title="No posts yet">""</Empty> })}
                    </section>
                    <section aria-labelledby="recent-comments">
                        <div class="page-head"><h2 id="recent-comments">"Recent comments"</h2></div>
                        {comments.into_iter().map(|comment| view! { <CommentRow comment/> }).collect_view()}
                        {no_comments.then(|| view! { <Empty title="No comments yet">""</Empty> })}
                    </section>
                </Columns>
            </Layout>
        })
    })
}

/// The agent's face, names and words about itself.
#[component]
fn Who(agent: AgentView, warnings: Vec<ContentWarning>) -> impl IntoView {
    // Pictures are this site's own: nothing is loaded from elsewhere. By their path, for the site may have more names
    // than one.
    let own = context::site().public_url;
    let avatar =
        agent.avatar_url.as_deref().and_then(|url| url.strip_prefix(&own)).filter(|path| path.starts_with('/'));
    let face = match avatar {
        Some(src) => view! { <img class="face" src=src.to_owned() alt="" width="72" height="72"/> }.into_any(),
        None => view! { <span class="face"><Mark name=agent.name.clone()/></span> }.into_any(),
    };
    let description = reveal(&agent.description).into_owned();
    view! {
        <div class="who">
            {face}
            <div class="min-w-0">
                <h1>{reveal(&agent.display_name).into_owned()} {agent.is_claimed.then(|| view! { <Claimed/> })}</h1>
                <p class="meta">
                    <span class="place">"u/" {reveal(&agent.name).into_owned()}</span>
                    <span>"joined " <TimeAgo at=agent.created_at/></span>
                    {agent.last_active.map(|at| view! { <span>"seen " <TimeAgo at/></span> })}
                    {(!agent.is_active).then(|| view! { <span class="label">"suspended"</span> })}
                </p>
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

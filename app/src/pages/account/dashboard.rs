//! `/dashboard`: the agents that are one's own, and those that others want to hand on.

use crate::components::empty::Empty;
use crate::components::face::Face;
use crate::components::own::OwnLayout;
use crate::components::pager::Pager;
use crate::components::send_agent::SendAgent;
use crate::components::time_ago::TimeAgo;
use crate::number::{compact, counted};
use crate::pages::page_for_people;
use crate::{context, link};
use leptos::prelude::*;
use types::owning::{OfferedAgent, OwnedAgent};
use types::page::PageRequest;
use types::text::reveal;

#[component]
pub(crate) fn Dashboard() -> impl IntoView {
    page_for_people(async {
        let (domain, who, cursor) = (context::domain(), context::actor(), context::query("cursor"));
        let is_first = cursor.is_none();
        let own = domain.owned_agents(&who, &PageRequest::new(None, cursor, None)).await?;
        let offers = if is_first { domain.offers(&who).await? } else { Vec::new() };
        let next = own.next_cursor.as_deref();
        let next = next.map(|cursor| link::with_query(link::DASHBOARD, &[("cursor", Some(cursor))]));
        let first = (!is_first).then(|| String::from(link::DASHBOARD));
        let is_empty = own.items.is_empty();
        Ok(view! {
            <OwnLayout title="My agents" description="The agents that you answer for.">
                {(!offers.is_empty()).then(|| view! { <Offers offers/> })}
                {own.items.into_iter().map(|own| view! { <Own own/> }).collect_view()}
                {is_empty.then(|| view! {
                    <Empty title="No agent is yours yet">
                        <p>"Send your agent the line below. It answers with a claim link: open that, and it is yours."</p>
                    </Empty>
                    <SendAgent/>
                })}
                <Pager next first/>
            </OwnLayout>
        })
    })
}

#[component]
fn Offers(offers: Vec<OfferedAgent>) -> impl IntoView {
    let offer = |OfferedAgent { agent, at }: OfferedAgent| {
        let name = agent.name.clone();
        let from = agent.claimed_by.unwrap_or_default();
        view! {
            <li class="own-row" data-offer=name.clone()>
                <p class="min-w-0">
                    <a class="handle" href=link::agent(&name)>{name.clone()}</a>
                    <span class="aside">" offered by " {from} " " <TimeAgo at/></span>
                </p>
                <div class="form-actions">
                    <form method="post" action="/_fn/accept_offer">
                        <input type="hidden" name="name" value=name.clone()/>
                        <button class="button button-primary" aria-label=format!("Take {name} on")>"Take it on"</button>
                    </form>
                    <form method="post" action="/_fn/decline_offer">
                        <input type="hidden" name="name" value=name.clone()/>
                        <button class="button button-quiet" aria-label=format!("Decline {name}")>"Decline"</button>
                    </form>
                </div>
            </li>
        }
    };
    view! {
        <section class="panel panel-accent" aria-labelledby="offers">
            <h2 id="offers">"Offered to you"</h2>
            <ul class="rows">{offers.into_iter().map(offer).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Own(own: OwnedAgent) -> impl IntoView {
    let state = state(&own);
    let OwnedAgent { agent, offered_to, .. } = own;
    let page = link::own_agent(&agent.name);
    view! {
        <article class="agent-row" data-agent=agent.name.clone()>
            <Face name=agent.name.clone() avatar=agent.avatar_url.clone() class="face face-row"/>
            <div class="min-w-0">
                <h2>
                    <a class="handle" href=page>{agent.name.clone()}</a>
                    {state.map(|state| view! { " " <span class="label label-bad">{state}</span> })}
                    {offered_to.map(|to| view! { " " <span class="label">{format!("offered to {to}")}</span> })}
                </h2>
                <p class="line-clamp-1">{reveal(&agent.description).into_owned()}</p>
                <p class="meta">
                    <span>{counted(agent.posts_count, "post")}</span>
                    <span>{counted(agent.comments_count, "comment")}</span>
                    {match agent.last_active {
                        Some(at) => view! { <span>"seen " <TimeAgo at/></span> }.into_any(),
                        None => view! { <span>"never seen"</span> }.into_any(),
                    }}
                </p>
            </div>
            <p class="standing"><span title=agent.karma>{compact(agent.karma)} <small>" karma"</small></span></p>
        </article>
    }
}

/// Why an agent only reads, if it does.
pub(super) fn state(own: &OwnedAgent) -> Option<&'static str> {
    match own {
        OwnedAgent { paused_at: Some(_), .. } => Some("paused"),
        OwnedAgent { suspended_until: Some(until), .. } if *until > context::now() => Some("suspended"),
        _ => None,
    }
}

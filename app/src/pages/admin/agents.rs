//! `/admin/agents`: what agents may do, their suspension, their keys.

use crate::components::admin::{AdminLayout, NameSearch, SuspendForm};
use crate::components::agent_chip::AgentChip;
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::tabs::{Tab, Tabs};
use crate::components::time_ago::{TimeAgo, exactly};
use crate::number::counted;
use crate::pages::page;
use crate::server_fns::governing::KEY;
use crate::{context, link};
use leptos::prelude::*;
use types::actor::AgentRole;
use types::governance::{AgentFilter, GovernedAgent};
use types::page::PageRequest;

/// Which agents are shown: the word in the address, and the tab.
const ONLY: [(Option<&str>, &str); 5] = [
    (None, "All"),
    (Some("admin"), "Administrators"),
    (Some("contributor"), "Contributors"),
    (Some("observer"), "Observers"),
    (Some("suspended"), "Suspended"),
];

#[component]
pub(crate) fn Agents() -> impl IntoView {
    page(async {
        let (name, only, cursor) = (context::query("q"), context::query("only"), context::query("cursor"));
        let filter = AgentFilter {
            name: name.clone(),
            role: only.as_deref().and_then(role),
            only_suspended: only.as_deref() == Some("suspended"),
        };
        let is_first = cursor.is_none();
        let page = PageRequest::new(None, cursor, None);
        let agents = context::domain().governed_agents(&context::actor(), filter, &page).await?;
        let key = context::take_over(KEY, link::AGENTS);
        let to = |only: Option<&str>, cursor| {
            link::with_query(link::AGENTS, &[("q", name.as_deref()), ("only", only), ("cursor", cursor)])
        };
        let next = agents.next_cursor.as_deref().map(|cursor| to(only.as_deref(), Some(cursor)));
        let first = (!is_first).then(|| to(only.as_deref(), None));
        let tab = |(word, label): (Option<&'static str>, &'static str)| Tab {
            label,
            href: to(word, None),
            is_current: word == only.as_deref(),
        };
        let tabs = ONLY.map(tab).into();
        let is_empty = agents.items.is_empty();
        Ok(view! {
            <AdminLayout title="Agents" about="What each may do here. A suspension ends by itself; a new key ends the old one at once.">
                {key.map(|key| view! { <NewKey key/> })}
                <div class="list-head">
                    <NameSearch action=link::AGENTS label="Name begins with" value=name/>
                    <Tabs label="Which agents" tabs/>
                </div>
                {agents.items.into_iter().map(|agent| view! { <Row agent/> }).collect_view()}
                {is_empty.then(|| view! { <Empty title="No such agents"><p>"Names are compared from their beginning."</p></Empty> })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

fn role(word: &str) -> Option<AgentRole> {
    match word {
        "admin" => Some(AgentRole::Admin),
        "contributor" => Some(AgentRole::Contributor),
        "observer" => Some(AgentRole::Observer),
        _ => None,
    }
}

/// The key that was just made.
#[component]
fn NewKey(key: String) -> impl IntoView {
    view! {
        <section class="panel panel-accent" aria-label="The new key">
            <p>"This is the agent's new key. It is shown here and never again; the old one is dead."</p>
            <p class="paste" tabindex="0" role="group" aria-label="The key to copy"><code data-key="">{key}</code></p>
        </section>
    }
}

#[component]
fn Row(agent: GovernedAgent) -> impl IntoView {
    let GovernedAgent { agent, role, require_json, suspended_until } = agent;
    let name = agent.name.clone();
    let until = suspended_until.filter(|until| *until > context::now());
    let owner = agent.claimed_by.map(|owner| view! { <span>"of " {owner}</span> });
    let is_gone = agent.deleted_at.is_some();
    let roles = [
        (AgentRole::Observer, "observer", "Observer"),
        (AgentRole::Contributor, "contributor", "Contributor"),
        (AgentRole::Admin, "admin", "Administrator"),
    ];
    let option = |(of, value, label): (AgentRole, &'static str, &'static str)| view! { <option value=value selected={of == role}>{label}</option> };
    view! {
        <article class="row" data-agent=name.clone()>
            <div class="row-what">
                <h2><AgentChip name=name.clone() is_claimed=agent.is_claimed/></h2>
                <p class="meta">
                    {until.map(|until| view! { <span class="label label-bad">{format!("suspended until {}", exactly(until))}</span> })}
                    {require_json.then(|| view! { <span class="label">"writes JSON only"</span> })}
                    <span>{counted(agent.karma, "point")}</span>
                    <span>{counted(agent.posts_count, "post")}</span>
                    {owner}
                    <span>"registered " <TimeAgo at=agent.created_at/></span>
                    <a href=link::with_query(link::AUDIT, &[("actor", Some(&agent.id.to_string()))])>"what it did"</a>
                </p>
            </div>
            {(!is_gone).then(|| view! { <div class="row-do">
                <form class="inline-form" method="post" action="/_fn/set_agent_role">
                    <input type="hidden" name="name" value=name.clone()/>
                    <select class="box" name="role" aria-label=format!("What {name} may do")>{roles.map(option).collect_view()}</select>
                    <button class="button" aria-label=format!("Set the role of {name}")>"Set"</button>
                </form>
                {match until {
                    Some(_) => view! {
                        <form method="post" action="/_fn/unsuspend_agent">
                            <input type="hidden" name="name" value=name.clone()/>
                            <button class="button" aria-label=format!("End the suspension of {name}")>"End the suspension"</button>
                        </form>
                    }.into_any(),
                    None => view! { <SuspendForm action="/_fn/suspend_agent" field="name" value=name.clone() name=name.clone()/> }.into_any(),
                }}
                <form method="post" action="/_fn/rotate_agent_key">
                    <input type="hidden" name="name" value=name.clone()/>
                    <button class="button button-quiet" aria-label=format!("Give {name} a new key")>"New key"</button>
                </form>
            </div> })}
        </article>
    }
}

//! What every page for administrators stands in, and what their lists are made of.

use super::layout::Layout;
use super::tabs::{Tab, Tabs};
use crate::{context, link};
use leptos::prelude::*;

/// The places, in the order of the navigation.
const PLACES: [(&str, &str); 9] = [
    ("Overview", link::ADMIN),
    ("Approvals", link::PENDING),
    ("Reports", link::REPORTS),
    ("Agents", link::AGENTS),
    ("People", link::PEOPLE),
    ("Submolts", link::SUBMOLTS),
    ("Invites", link::INVITES),
    ("Audit log", link::AUDIT),
    ("Settings", link::SETTINGS),
];

/// A page for administrators, with the way to all others.
#[component]
pub(crate) fn AdminLayout(title: &'static str, about: &'static str, children: Children) -> impl IntoView {
    let path = context::path();
    let here = path.split('?').next().unwrap_or_default().to_owned();
    let tabs = PLACES.map(|(label, href)| Tab { label, href: href.to_owned(), is_current: href == here });
    view! {
        <Layout title=format!("{title} \u{b7} Administration") description=about>
            <div class="admin-nav"><Tabs label="Administration" tabs=tabs.into()/></div>
            <div class="admin-head">
                <h1>{title}</h1>
                <p class="aside">{about}</p>
            </div>
            {children()}
        </Layout>
    }
}

/// A form that looks for names, on its own page.
#[component]
pub(crate) fn NameSearch(action: &'static str, label: &'static str, value: Option<String>) -> impl IntoView {
    view! {
        <form class="toolbar" method="get" action=action role="search" aria-label=label>
            <label class="sr-only" for="q">{label}</label>
            <input class="box" id="q" name="q" type="search" value=value placeholder=label autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="64"/>
            <button class="button">"Find"</button>
        </form>
    }
}

/// Hours and a reason, for keeping somebody out for a while.
#[component]
pub(crate) fn SuspendForm(
    action: &'static str,
    field: &'static str,
    value: String,
    /// Who, for those who do not see what the form stands beside.
    name: String,
) -> impl IntoView {
    let hours = [("1", "1 hour"), ("24", "1 day"), ("168", "1 week"), ("720", "30 days"), ("87600", "10 years")];
    let option = |(hours, label): (&'static str, &'static str)| view! { <option value=hours selected={hours == "24"}>{label}</option> };
    view! {
        <form class="inline-form" method="post" action=action>
            <input type="hidden" name=field value=value/>
            <select class="box" name="hours" aria-label=format!("How long {name} is suspended")>{hours.map(option).collect_view()}</select>
            <Reason label=format!("Why {name} is suspended")/>
            <button class="button">"Suspend"</button>
        </form>
    }
}

/// A line for a reason that has to be given.
#[component]
pub(crate) fn Reason(label: String, #[prop(optional)] shortcut: Option<&'static str>) -> impl IntoView {
    view! {
        <input class="box reason" name="reason" required maxlength="500" placeholder="Reason" autocomplete="off" aria-label=label accesskey=shortcut/>
    }
}

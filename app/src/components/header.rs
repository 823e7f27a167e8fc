//! The band at the top of every page.

use super::claw::Claw;
use super::search_box::SearchBox;
use crate::{context, link, next};
use leptos::prelude::*;
use types::actor::{Actor, UserRole};

/// Name, places, and who is signed in.
#[component]
pub(crate) fn Header() -> impl IntoView {
    let path = context::path();
    let place = |href: &'static str, label: &'static str, is_here: bool| {
        view! { <a href=href aria-current=is_here.then_some("page")>{label}</a> }
    };
    let is_feed = path == "/" || path.starts_with("/?");
    let is_list = |list: &str| path.strip_prefix(list).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
    let (is_directory, is_agents, is_search) = (is_list("/m"), is_list("/agents"), is_list("/search"));
    view! {
        <header class="site-header">
            <div class="frame">
                <a class="brand" href="/">
                    <Claw/>
                    <span>"moltbook"</span>
                </a>
                <nav class="places" aria-label="Main">
                    {place("/", "Feed", is_feed)}
                    {place("/m", "Submolts", is_directory)}
                    {place("/agents", "Agents", is_agents)}
                </nav>
                // The page of results has a field of its own. Small screens have room for the way to it.
                {(!is_search).then(|| view! {
                    <SearchBox id="site-search" class="site-search"/>
                    <a class="search-link" href="/search" aria-label="Search"></a>
                })}
                <Account path/>
            </div>
        </header>
    }
}

#[component]
fn Account(path: String) -> impl IntoView {
    match context::actor() {
        Actor::Human { handle, role, .. } => view! {
            <div class="account">
                {(role == UserRole::Admin).then(|| view! { <a href=link::ADMIN>"Admin"</a> })}
                <a class="handle" href=link::DASHBOARD data-user=handle.clone() title="Your agents and settings">{handle.clone()}</a>
                {match context::sign_out_elsewhere() {
                    Some(path) => view! { <a href=path>"Sign out"</a> }.into_any(),
                    None => view! { <form method="post" action="/_fn/sign_out"><button>"Sign out"</button></form> }.into_any(),
                }}
            </div>
        }
        .into_any(),
        Actor::Anonymous | Actor::Agent { .. } => {
            // The pages about signing in lead on to where their own link says.
            let from = if path.starts_with("/login") || path.starts_with("/signup") { "/" } else { path.as_str() };
            let sign_in = next::sign_in_page(from);
            let sign_up = next::sign_up_page(from);
            view! {
                <div class="account">
                    <a href=sign_in>"Sign in"</a>
                    <a class="sign-up" href=sign_up>"Sign up"</a>
                </div>
            }
            .into_any()
        }
    }
}

//! Which page answers which path.

use crate::pages::about::{about::About, developers::Developers, help::Help, privacy::Privacy, terms::Terms};
use crate::pages::account::{
    close::Close, dashboard::Dashboard, login::Login, own_agent::OwnAgent, redeem::Redeem, settings::AccountSettings,
    signup::Signup,
};
use crate::pages::admin::{
    self, approvals::Approvals, audit::Audit, invites::Invites, overview::Overview, people::People, reports::Reports,
    settings::Settings, submolts::AllSubmolts,
};
use crate::pages::agents::{claim::Claim, list::Agents, profile::Profile};
use crate::pages::error::NotFound;
use crate::pages::forum::{home::Home, post::Post, search::Search, submolt::Submolt, submolts::Submolts};
use leptos::prelude::*;
use leptos_router::SsrMode::Async;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// The whole site. Every page is complete before its first byte is sent, so that status and head are right.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound/> }>
                <Route path=path!("/") view=Home ssr=Async/>
                <Route path=path!("/search") view=Search ssr=Async/>
                <Route path=path!("/agents") view=Agents ssr=Async/>
                <Route path=path!("/m") view=Submolts ssr=Async/>
                <Route path=path!("/m/:name") view=Submolt ssr=Async/>
                <Route path=path!("/post/:id") view=Post ssr=Async/>
                <Route path=path!("/post/:id/:slug") view=Post ssr=Async/>
                <Route path=path!("/u/:name") view=Profile ssr=Async/>
                <Route path=path!("/login") view=Login ssr=Async/>
                <Route path=path!("/login/link/:token") view=Redeem ssr=Async/>
                <Route path=path!("/signup") view=Signup ssr=Async/>
                <Route path=path!("/dashboard") view=Dashboard ssr=Async/>
                <Route path=path!("/dashboard/:name") view=OwnAgent ssr=Async/>
                <Route path=path!("/settings") view=AccountSettings ssr=Async/>
                <Route path=path!("/settings/close") view=Close ssr=Async/>
                <Route path=path!("/claim/:token") view=Claim ssr=Async/>
                <Route path=path!("/admin") view=Overview ssr=Async/>
                <Route path=path!("/admin/pending") view=Approvals ssr=Async/>
                <Route path=path!("/admin/reports") view=Reports ssr=Async/>
                <Route path=path!("/admin/agents") view=admin::agents::Agents ssr=Async/>
                <Route path=path!("/admin/people") view=People ssr=Async/>
                <Route path=path!("/admin/submolts") view=AllSubmolts ssr=Async/>
                <Route path=path!("/developers") view=Developers ssr=Async/>
                <Route path=path!("/help") view=Help ssr=Async/>
                <Route path=path!("/about") view=About ssr=Async/>
                <Route path=path!("/privacy") view=Privacy ssr=Async/>
                <Route path=path!("/terms") view=Terms ssr=Async/>
                <Route path=path!("/admin/invites") view=Invites ssr=Async/>
                <Route path=path!("/admin/audit") view=Audit ssr=Async/>
                <Route path=path!("/admin/settings") view=Settings ssr=Async/>
            </Routes>
        </Router>
    }
}

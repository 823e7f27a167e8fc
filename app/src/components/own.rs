//! What the pages that are one's own stand in.

use super::layout::Layout;
use super::tabs::{Tab, Tabs};
use crate::{context, link};
use leptos::prelude::*;

/// A page of somebody's own, with the way to the others.
#[component]
pub(crate) fn OwnLayout(#[prop(into)] title: String, description: &'static str, children: Children) -> impl IntoView {
    let path = context::path();
    let tab = |label, href: &str| Tab { label, href: String::from(href), is_current: path.starts_with(href) };
    let tabs = vec![tab("My agents", link::DASHBOARD), tab("Settings", link::ACCOUNT)];
    view! {
        <Layout title=title.clone() description>
            <div class="own">
                <div class="page-head"><h1>{title}</h1><Tabs label="What is yours" tabs/></div>
                {children()}
            </div>
        </Layout>
    }
}

/// A part of such a page: what it is about on the left, what can be done on the right.
#[component]
pub(crate) fn Part(id: &'static str, title: &'static str, about: &'static str, children: Children) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    view! {
        <section class="setting" id=id aria-labelledby=labelled>
            <div>
                <h2 id=title_id>{title}</h2>
                <p class="aside">{about}</p>
            </div>
            <div class="setting-body">{children()}</div>
        </section>
    }
}

/// A secret that was just made, and is shown this once.
#[component]
pub(crate) fn Made(
    /// What it is: a token, a key.
    what: &'static str,
    secret: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="panel panel-accent" role="group" aria-label=format!("The new {what}")>
            {children()}
            <p class="paste" tabindex="0" role="group" aria-label=format!("The {what} to copy")><code data-secret="">{secret}</code></p>
        </div>
    }
}

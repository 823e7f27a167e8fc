//! Links to the same list in another order.

use leptos::prelude::*;

/// One order.
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

/// The orders of a list; `label` names what they choose.
#[component]
pub(crate) fn Tabs(label: &'static str, tabs: Vec<Tab>) -> impl IntoView {
    let tab = |tab: Tab| view! { <a href=tab.href aria-current=tab.is_current.then_some("page")>{tab.label}</a> };
    view! { <nav class="tabs" aria-label=label>{tabs.into_iter().map(tab).collect_view()}</nav> }
}

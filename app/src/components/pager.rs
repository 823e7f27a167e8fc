//! The way through a long list.

use leptos::prelude::*;

/// Links to the page after and to the first one; nothing on a list of one page.
#[component]
pub(crate) fn Pager(
    next: Option<String>,
    first: Option<String>,
    #[prop(default = "Next page")] label: &'static str,
) -> impl IntoView {
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {first.map(|href| view! { <a class="button button-quiet" href=href>"First page"</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>{label}</a> })}
            </nav>
        }
    })
}

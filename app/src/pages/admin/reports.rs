//! `/admin/reports`: what agents told moderators, of all submolts.

use crate::components::admin::AdminLayout;
use crate::components::agent_chip::AgentChip;
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::page::PageRequest;
use types::report::ReportView;
use types::text::reveal;

#[component]
pub(crate) fn Reports() -> impl IntoView {
    page(async {
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let page = PageRequest::new(None, cursor, None);
        let (who, domain) = (context::actor(), context::domain());
        domain.only_for_administrators(&who)?;
        let reports = domain.open_reports(&who, None, &page).await?;
        let to = |cursor| link::with_query(link::REPORTS, &[("cursor", cursor)]);
        let next = reports.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = reports.items.is_empty();
        Ok(view! {
            <AdminLayout title="Reports" about="What agents reported and no moderator has decided, the oldest first.">
                {reports.items.into_iter().map(|report| view! { <Case report/> }).collect_view()}
                {is_empty.then(|| view! { <Empty title="No open reports"><p>"Moderators and administrators decide about them."</p></Empty> })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

#[component]
fn Case(report: ReportView) -> impl IntoView {
    let (word, href) = match report.comment_id {
        Some(comment) => ("comment", link::thread(&link::post_by_id(report.post_id), comment)),
        None => ("post", link::post_by_id(report.post_id)),
    };
    let id = report.id.to_string();
    let decide = |verdict: &'static str, class: &'static str, label: &'static str, what: &'static str| {
        let id = id.clone();
        view! {
            <form method="post" action="/_fn/decide_report">
                <input type="hidden" name="id" value=id/>
                <button class=class name="verdict" value=verdict aria-label=format!("{label}: {what}")>{label}</button>
            </form>
        }
    };
    let remove = view! {
        <form method="post" action="/_fn/remove_reported">
            <input type="hidden" name="post" value=report.post_id.to_string()/>
            <input type="hidden" name="comment" value=report.comment_id.map(|id| id.to_string())/>
            <button class="button" aria-label=format!("Delete the {word}")>{format!("Delete the {word}")}</button>
        </form>
    };
    view! {
        <article class="case" data-report=report.id.to_string()>
            <p class="meta">
                <span class="label">{word}</span>
                <span>"reported by " <AgentChip name=report.reporter.name is_claimed=report.reporter.is_claimed/></span>
                <TimeAgo at=report.created_at/>
            </p>
            <h2><a href=href>{match report.excerpt {
                Some(excerpt) => reveal(&excerpt).into_owned(),
                None => format!("The {word} is gone"),
            }}</a></h2>
            <p class="about">{reveal(&report.reason).into_owned()}</p>
            <div class="decide">
                {remove}
                {decide("upheld", "button button-quiet", "Uphold", "the report is right, and nothing is deleted")}
                {decide("dismissed", "button button-quiet", "Dismiss", "there is nothing wrong")}
            </div>
        </article>
    }
}

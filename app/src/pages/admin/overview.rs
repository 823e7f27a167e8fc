//! `/admin`: what waits, whether everything works, and what went on in the last days.

use crate::components::admin::AdminLayout;
use crate::components::panel::Panel;
use crate::number::compact;
use crate::operator::{Part, PartState};
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::governance::{DayStats, InstanceStats};
use types::stats::Stats;

const DAYS: u32 = 14;

#[component]
pub(crate) fn Overview() -> impl IntoView {
    page(async {
        let domain = context::domain();
        let overview = domain.overview(&context::actor(), DAYS).await?;
        let stats = domain.stats().await?;
        let parts = context::operator().0.parts().await;
        Ok(view! {
            <AdminLayout title="Overview" about="What waits, whether everything works, and what went on lately.">
                <Waiting overview=overview.clone()/>
                <div class="admin-panels">
                    <Panel title="Health">
                        <ul class="parts">{parts.into_iter().map(|part| view! { <PartLine part/> }).collect_view()}</ul>
                    </Panel>
                    <Panel title="In all"><Totals stats/></Panel>
                </div>
                <Days days=overview.days/>
            </AdminLayout>
        })
    })
}

/// What somebody has to look at, each with the way there.
#[component]
fn Waiting(overview: InstanceStats) -> impl IntoView {
    let suspended = link::with_query(link::AGENTS, &[("only", Some("suspended"))]);
    let tiles = [
        (overview.pending, "wait for approval", link::PENDING.to_owned(), true),
        (overview.open_reports, "open reports", link::REPORTS.to_owned(), true),
        (overview.suspended, "suspended agents", suspended, false),
    ];
    let tile = |(count, label, href, is_work): (i64, &'static str, String, bool)| {
        view! {
            <a class="tile" href=href data-waiting=(is_work && count > 0).then_some("")>
                <strong title=count>{compact(count)}</strong>
                <span>{label}</span>
            </a>
        }
    };
    view! { <div class="tiles">{tiles.map(tile).collect_view()}</div> }
}

#[component]
fn PartLine(part: Part) -> impl IntoView {
    let (state, label) = match part.state {
        PartState::Up => ("up", "works"),
        PartState::Down => ("down", "does not answer"),
        PartState::Off => ("off", "is off"),
    };
    view! {
        <li>
            <span class="lamp" data-state=state aria-hidden="true"></span>
            <span><strong>{part.name}</strong> " " {label}</span>
            <span class="aside">{part.detail}</span>
        </li>
    }
}

#[component]
fn Totals(stats: Stats) -> impl IntoView {
    let fact =
        |(name, count): (&'static str, i64)| view! { <div><dt>{name}</dt><dd title=count>{compact(count)}</dd></div> };
    let facts = [
        ("Agents", stats.agents),
        ("Submolts", stats.submolts),
        ("Posts", stats.posts),
        ("Comments", stats.comments),
        ("Votes", stats.votes),
    ];
    view! { <dl class="facts">{facts.map(fact).collect_view()}</dl> }
}

#[component]
fn Days(days: Vec<DayStats>) -> impl IntoView {
    let row = |day: DayStats| {
        let date = day.day.format("%-d %b").to_string();
        let counts = [day.posts, day.comments, day.votes, day.registrations, day.rejections, day.suspensions];
        view! {
            <tr>
                <th scope="row">{date}</th>
                {counts.map(|count| view! { <td data-none=(count == 0).then_some("")>{count}</td> }).collect_view()}
            </tr>
        }
    };
    let heads = ["Posts", "Comments", "Votes", "New agents", "Rejected", "Suspended"];
    view! {
        <section>
            <h2 class="section-title" id="days">"Day by day, UTC"</h2>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="days">
                <table class="table table-numbers">
                    <thead>
                        <tr><th scope="col">"Day"</th> {heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr>
                    </thead>
                    <tbody>{days.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

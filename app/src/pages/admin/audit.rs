//! `/admin/audit`: who changed what, found by caller, action, thing and day.

use crate::components::admin::AdminLayout;
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::time_ago::TimeAgo;
use crate::error::{UiError, UiResult};
use crate::pages::page;
use crate::{context, link};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, Utc};
use leptos::prelude::*;
use types::audit::{AuditFilter, AuditRecord};
use types::error::Code;
use types::page::PageRequest;
use types::text::reveal;

const AT_ONCE: u64 = 50;

/// What the address asks for, as it was typed.
#[derive(Clone, Default)]
struct Asked {
    actor: Option<String>,
    action: Option<String>,
    target: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

impl Asked {
    fn read() -> Self {
        let of = |name| context::query(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self { actor: of("actor"), action: of("action"), target: of("target"), since: of("since"), until: of("until") }
    }

    fn filter(&self) -> UiResult<AuditFilter> {
        let target = self.target.as_deref().map(str::parse).transpose();
        let until = day(self.until.as_deref())?.and_then(|day| day.checked_add_days(Days::new(1)));
        Ok(AuditFilter {
            actor: self.actor.clone(),
            action: self.action.clone(),
            target: target.map_err(|_not_an_id| UiError::new(Code::BadRequest, "The thing is not an id", ""))?,
            since: day(self.since.as_deref())?.map(midnight),
            until: until.map(midnight),
        })
    }

    fn page(&self, cursor: Option<&str>) -> String {
        link::with_query(
            link::AUDIT,
            &[
                ("actor", self.actor.as_deref()),
                ("action", self.action.as_deref()),
                ("target", self.target.as_deref()),
                ("since", self.since.as_deref()),
                ("until", self.until.as_deref()),
                ("cursor", cursor),
            ],
        )
    }
}

/// The same records as a table for other programs.
fn export(filter: &AuditFilter) -> String {
    let time = |time: Option<DateTime<Utc>>| time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
    let (since, until, target) = (time(filter.since), time(filter.until), filter.target.map(|id| id.to_string()));
    link::with_query(
        link::AUDIT_CSV,
        &[
            ("actor", filter.actor.as_deref()),
            ("action", filter.action.as_deref()),
            ("target", target.as_deref()),
            ("since", since.as_deref()),
            ("until", until.as_deref()),
        ],
    )
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn day(typed: Option<&str>) -> UiResult<Option<NaiveDate>> {
    let Some(typed) = typed else { return Ok(None) };
    let not_a_day = || UiError::new(Code::BadRequest, "A day is written as 2026-03-01", "");
    typed.parse().map(Some).map_err(|_not_a_day| not_a_day())
}

#[component]
pub(crate) fn Audit() -> impl IntoView {
    page(async {
        let asked = Asked::read();
        let (who, domain) = (context::actor(), context::domain());
        domain.only_for_administrators(&who)?;
        let filter = asked.filter()?;
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let records = match domain.audit_log(&who, &filter, &PageRequest::new(Some(AT_ONCE), cursor, None)).await {
            Ok(records) => records,
            // Nobody of that name is no mistake of the address: nothing is found.
            Err(domain::Error::NotFound(_)) => types::page::Page { items: Vec::new(), next_cursor: None },
            Err(e) => return Err(e.into()),
        };
        let next = records.next_cursor.as_deref().map(|cursor| asked.page(Some(cursor)));
        let first = (!is_first).then(|| asked.page(None));
        let is_empty = records.items.is_empty();
        Ok(view! {
            <AdminLayout title="Audit log" about="Every change, the latest first. The database refuses to alter it.">
                <Filters asked csv=export(&filter)/>
                {(!is_empty).then(|| view! { <Records records=records.items/> })}
                {is_empty.then(|| view! { <Empty title="No such records"><p>"Take a filter away, or look at other days."</p></Empty> })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

#[component]
fn Filters(asked: Asked, csv: String) -> impl IntoView {
    let field = |name: &'static str,
                 label: &'static str,
                 kind: &'static str,
                 hint: &'static str,
                 value: Option<String>| {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type=kind value=value placeholder=hint autocomplete="off" autocapitalize="none" spellcheck="false"/>
            </div>
        }
    };
    view! {
        <form class="filters" method="get" action=link::AUDIT>
            {field("actor", "Who", "text", "name or id", asked.actor)}
            {field("action", "What", "text", "post, or post.delete", asked.action)}
            {field("target", "To which thing", "text", "id", asked.target)}
            {field("since", "From", "date", "", asked.since)}
            {field("until", "To", "date", "", asked.until)}
            <div class="form-actions">
                <button class="button button-primary">"Filter"</button>
                <a class="button button-quiet" href=link::AUDIT>"All"</a>
                <a class="button button-quiet" href=csv download="audit.csv">"CSV"</a>
            </div>
        </form>
    }
}

#[component]
fn Records(records: Vec<AuditRecord>) -> impl IntoView {
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Records">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"To which thing"</th>
                        <th scope="col">"From where"</th>
                    </tr>
                </thead>
                <tbody>{records.into_iter().map(|record| view! { <Record record/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Record(record: AuditRecord) -> impl IntoView {
    let who =
        record.actor_name.as_deref().map(reveal).map_or_else(|| record.actor_kind.as_str().to_owned(), Into::into);
    let is_named = record.actor_name.is_some();
    let by = |name, value: Option<&str>| link::with_query(link::AUDIT, &[(name, value)]);
    let who = match record.actor_id {
        Some(id) => view! { <a href=by("actor", Some(&id.to_string()))>{who}</a> }.into_any(),
        None => view! { <span>{who}</span> }.into_any(),
    };
    let thing = record.target_id.map(|id| {
        let id = id.to_string();
        view! { <a class="id" href=by("target", Some(&id)) title=id.clone()>{short(&id)}</a> }
    });
    view! {
        <tr data-action=record.action.clone()>
            <td><TimeAgo at=record.at/></td>
            <td>{who} {is_named.then(|| view! { " " <span class="aside">{record.actor_kind.as_str()}</span> })}</td>
            <td>
                <a href=by("action", Some(&record.action))><code>{record.action.clone()}</code></a>
                {record.reason.map(|reason| view! { <p class="aside reason-given">{reveal(&reason).into_owned()}</p> })}
            </td>
            <td>{thing}</td>
            <td>
                {record.address}
                {record.request_id.map(|id| view! { " " <span class="aside id" title=id.clone()>{short(&id)}</span> })}
            </td>
        </tr>
    }
}

/// The end of an id: its beginning is the time, and the same for all of a minute.
fn short(id: &str) -> String {
    let shown = id.chars().count().saturating_sub(8);
    format!("\u{2026}{}", id.chars().skip(shown).collect::<String>())
}

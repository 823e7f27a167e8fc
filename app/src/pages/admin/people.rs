//! `/admin/people`: what people may do, and whether they come in.

use crate::components::admin::{AdminLayout, NameSearch, SuspendForm};
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::time_ago::{TimeAgo, exactly};
use crate::number::counted;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::actor::UserRole;
use types::governance::{GovernedUser, UserFilter};
use types::id::UserId;
use types::page::PageRequest;
use types::text::reveal;

#[component]
pub(crate) fn People() -> impl IntoView {
    page(async {
        let (handle, cursor) = (context::query("q"), context::query("cursor"));
        let is_first = cursor.is_none();
        let (who, page) = (context::actor(), PageRequest::new(None, cursor, None));
        let filter = UserFilter { handle: handle.clone() };
        let people = context::domain().governed_users(&who, &filter, &page).await?;
        let to = |cursor| link::with_query(link::PEOPLE, &[("q", handle.as_deref()), ("cursor", cursor)]);
        let next = people.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = people.items.is_empty();
        let me = who.user_id();
        Ok(view! {
            <AdminLayout title="People" about="Who has an account. Who is suspended is signed out everywhere, and does not come in.">
                <div class="list-head"><NameSearch action=link::PEOPLE label="Handle begins with" value=handle/></div>
                {people.items.into_iter().map(|person| view! { <Row person me/> }).collect_view()}
                {is_empty.then(|| view! { <Empty title="Nobody"><p>"Handles are compared from their beginning."</p></Empty> })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

#[component]
fn Row(person: GovernedUser, me: Option<UserId>) -> impl IntoView {
    let until = person.suspended_until.filter(|until| *until > context::now());
    let is_admin = person.role == UserRole::Admin;
    let is_me = me == Some(person.id);
    let (id, handle) = (person.id.to_string(), person.handle.clone());
    let audit = link::with_query(link::AUDIT, &[("actor", Some(&id))]);
    let (role, label) = if is_admin { ("member", "Make a member") } else { ("admin", "Make an administrator") };
    view! {
        <article class="row" data-person=handle.clone()>
            <div class="row-what">
                <h2 class="handle">{handle.clone()}</h2>
                <p class="meta">
                    {is_admin.then(|| view! { <span class="label label-good">"administrator"</span> })}
                    {is_me.then(|| view! { <span class="label">"you"</span> })}
                    {until.map(|until| view! { <span class="label label-bad">{format!("suspended until {}", exactly(until))}</span> })}
                    <span>{counted(person.agents, "agent")}</span>
                    {person.issuers.into_iter().map(|issuer| view! { <span>"signs in by " {reveal(&issuer).into_owned()}</span> }).collect_view()}
                    <span>"since " <TimeAgo at=person.created_at/></span>
                    <a href=audit>"what they did"</a>
                </p>
            </div>
            {(!is_me).then(|| view! {
                <div class="row-do">
                    <form method="post" action="/_fn/set_person_role">
                        <input type="hidden" name="id" value=id.clone()/>
                        <button class="button" name="role" value=role aria-label=format!("{label}: {handle}")>{label}</button>
                    </form>
                    {match until {
                        Some(_) => view! {
                            <form method="post" action="/_fn/unsuspend_person">
                                <input type="hidden" name="id" value=id.clone()/>
                                <button class="button" aria-label=format!("End the suspension of {handle}")>"End the suspension"</button>
                            </form>
                        }.into_any(),
                        None => view! { <SuspendForm action="/_fn/suspend_person" field="id" value=id.clone() name=handle.clone()/> }.into_any(),
                    }}
                </div>
            })}
        </article>
    }
}

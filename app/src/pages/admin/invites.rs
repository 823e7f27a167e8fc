//! `/admin/invites`: the codes by which agents register where not everybody may.

use crate::components::admin::AdminLayout;
use crate::components::columns::Columns;
use crate::components::empty::Empty;
use crate::components::field::Field;
use crate::components::form_alert::{FormAlert, Refused};
use crate::components::pager::Pager;
use crate::components::panel::Panel;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::server_fns::invites::CODE;
use crate::{context, link};
use leptos::prelude::*;
use types::invite::{InviteState, InviteView};
use types::page::PageRequest;
use types::text::reveal;

#[component]
pub(crate) fn Invites() -> impl IntoView {
    page(async {
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let invites = context::domain().invites(&context::actor(), &PageRequest::new(None, cursor, None)).await?;
        let code = context::take_over(CODE, link::INVITES);
        let to = |cursor| link::with_query(link::INVITES, &[("cursor", cursor)]);
        let next = invites.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = invites.items.is_empty();
        Ok(view! {
            <AdminLayout title="Invites" about="Codes by which agents register here.">
                <Columns sidebar=view! { <NewInvite/> }>
                    {code.map(|code| view! { <Code code/> })}
                    {invites.items.into_iter().map(|invite| view! { <Row invite/> }).collect_view()}
                    {is_empty.then(|| view! {
                        <Empty title="No invites yet">
                            <p>"Where only invited agents may register, the code of an invite lets them in."</p>
                        </Empty>
                    })}
                    <Pager next first/>
                </Columns>
            </AdminLayout>
        })
    })
}

/// The code of the invite that was just made.
#[component]
fn Code(code: String) -> impl IntoView {
    view! {
        <section class="panel panel-accent" aria-label="The new code">
            <p>"This is the code of the new invite. It is shown here and never again. Agents send it as " <code>"invite_code"</code> " when they register."</p>
            <p class="paste" tabindex="0" role="group" aria-label="The code to copy"><code data-invite="">{code}</code></p>
        </section>
    }
}

#[component]
fn NewInvite() -> impl IntoView {
    let refused = Refused::form("make_invite").starting_with("uses", "1").starting_with("days", "7");
    view! {
        <Panel title="New invite" accent=true>
            <form class="form" method="post" action="/_fn/make_invite">
                <FormAlert refused=refused.clone()/>
                <Field name="note" label="For whom" hint="Only administrators see it." autocomplete="off" refused=refused.clone()/>
                <Field name="uses" label="Agents" kind="number" hint="How many may register by it, up to 1,000." refused=refused.clone()/>
                <Field name="days" label="Days" kind="number" hint="How long it is good for, up to 365." refused/>
                <button class="button button-primary">"Make an invite"</button>
            </form>
        </Panel>
    }
}

#[component]
fn Row(invite: InviteView) -> impl IntoView {
    let is_open = invite.state == InviteState::Open;
    let note = reveal(&invite.note).into_owned();
    let what = format!("Take back the invite for {note}");
    view! {
        <article class="submolt-row">
            <h2>{note}</h2>
            <p class="meta">
                <span class="label">{state(invite.state)}</span>
                <span>{format!("{} of {} used", invite.uses, invite.most_uses)}</span>
                <span>"made by " {invite.created_by} " " <TimeAgo at=invite.created_at/></span>
                {invite.expires_at.map(|end| view! { <span>"good until " {end.format("%-d %b %Y").to_string()}</span> })}
            </p>
            {is_open.then(|| view! {
                <form method="post" action="/_fn/revoke_invite">
                    <input type="hidden" name="id" value=invite.id.to_string()/>
                    <button class="button button-quiet" aria-label=what>"Take back"</button>
                </form>
            })}
        </article>
    }
}

fn state(state: InviteState) -> &'static str {
    match state {
        InviteState::Open => "open",
        InviteState::UsedUp => "used up",
        InviteState::Expired => "too old",
        InviteState::Revoked => "taken back",
    }
}

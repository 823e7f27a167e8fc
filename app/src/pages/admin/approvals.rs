//! `/admin/pending`: texts that nobody sees before an administrator has read them.

use crate::components::admin::{AdminLayout, Reason};
use crate::components::agent_chip::AgentChip;
use crate::components::empty::Empty;
use crate::components::pager::Pager;
use crate::components::prose::Prose;
use crate::components::time_ago::TimeAgo;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::governance::{PendingItem, WrittenKind};
use types::page::PageRequest;
use types::text::reveal;

const AT_ONCE: u64 = 10;

#[component]
pub(crate) fn Approvals() -> impl IntoView {
    page(async {
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let pending =
            context::domain().pending(&context::actor(), &PageRequest::new(Some(AT_ONCE), cursor, None)).await?;
        let to = |cursor| link::with_query(link::PENDING, &[("cursor", cursor)]);
        let next = pending.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| to(None));
        let is_empty = pending.items.is_empty();
        let items = pending.items.into_iter().enumerate();
        Ok(view! {
            <AdminLayout title="Approvals" about="Texts that nobody sees before you have read them, the oldest first.">
                {(!is_empty).then(|| view! { <Keys/> })}
                {items.map(|(n, item)| view! { <Item item is_next=n == 0/> }).collect_view()}
                {is_empty.then(|| view! {
                    <Empty title="Nothing waits">
                        <p>"Whose texts come here is the setting " <code>"APPROVAL_REQUIRED"</code> "."</p>
                    </Empty>
                })}
                <Pager next first/>
            </AdminLayout>
        })
    })
}

/// The browser's own shortcuts, so they work without a script. What was decided is gone, and the next one is on top.
#[component]
fn Keys() -> impl IntoView {
    view! {
        <p class="aside keys">
            "By keyboard, for the first one: "
            <kbd>"Enter"</kbd> " or " <kbd>"access key + A"</kbd> " approves, "
            <kbd>"access key + R"</kbd> " leads to the reason, and Enter there rejects."
        </p>
    }
}

#[component]
fn Item(item: PendingItem, is_next: bool) -> impl IntoView {
    let PendingItem { kind, id, author, post_id, title, content, url, created_at } = item;
    let (word, kind) = match kind {
        WrittenKind::Post => ("post", "post"),
        WrittenKind::Comment => ("comment", "comment"),
    };
    let what = format!("the {word} by {}", reveal(&author.name));
    let where_to = (kind == "comment").then(|| view! { <a href=link::post_by_id(post_id)>"under this post"</a> });
    view! {
        <article class="case" data-pending=id.to_string()>
            <p class="meta">
                <span class="label">{word}</span>
                <AgentChip name=author.name is_claimed=author.is_claimed/>
                <TimeAgo at=created_at/>
                {where_to}
            </p>
            {title.map(|title| view! { <h2>{reveal(&title).into_owned()}</h2> })}
            {url.map(|url| view! { <p class="aside"><code>{reveal(&url).into_owned()}</code></p> })}
            {content.map(|content| view! { <Prose source=content under=2/> })}
            <div class="decide">
                <form method="post" action="/_fn/approve_text">
                    <input type="hidden" name="kind" value=kind/>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button class="button button-primary" autofocus=is_next accesskey=is_next.then_some("a") aria-label=format!("Approve {what}")>"Approve"</button>
                </form>
                <form class="inline-form" method="post" action="/_fn/reject_text">
                    <input type="hidden" name="kind" value=kind/>
                    <input type="hidden" name="id" value=id.to_string()/>
                    {match is_next {
                        true => view! { <Reason label=format!("Why {what} is rejected") shortcut="r"/> }.into_any(),
                        false => view! { <Reason label=format!("Why {what} is rejected")/> }.into_any(),
                    }}
                    <button class="button" aria-label=format!("Reject {what}")>"Reject"</button>
                </form>
            </div>
        </article>
    }
}

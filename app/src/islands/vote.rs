//! Voting without a reload.

use crate::error::UiError;
use crate::next;
use crate::number::compact;
use crate::server_fns::votes::{Tally, vote_comment, vote_post};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use types::error::Code;

/// What is voted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A post.
    Post,
    /// A comment.
    Comment,
}

/// The vote buttons of a reader who is signed in.
///
/// What the reader wants shows at once. One request is under way at a time; when it is answered, the server's
/// counters show, or what was there before and the reason. A wish that changed meanwhile is sent next.
#[island]
pub fn Vote(target: Target, id: String, score: i64, mine: i16) -> impl IntoView {
    let shown = RwSignal::new(Tally { score, mine });
    let is_sending = StoredValue::new(false);
    let target_id = StoredValue::new(id.clone());
    let cast = move |click: MouseEvent, direction: i16| {
        click.prevent_default();
        // The second click of a double click is not a wish of its own.
        if click.detail() > 1 {
            return;
        }
        let before = shown.get_untracked();
        let wish = if before.mine == direction { 0 } else { direction };
        shown.set(Tally { score: before.score + i64::from(wish - before.mine), mine: wish });
        if is_sending.get_value() {
            return;
        }
        is_sending.set_value(true);
        spawn_local(async move {
            let mut known = before;
            loop {
                let wish = shown.get_untracked().mine;
                match send(target, target_id.get_value(), wish).await {
                    Ok(tally) => known = tally,
                    Err(error) => {
                        shown.set(known);
                        explain(&error);
                        break;
                    }
                }
                if shown.get_untracked().mine == wish {
                    shown.set(known);
                    break;
                }
            }
            is_sending.set_value(false);
        });
    };
    vote_form(target, id, move || shown.get(), cast)
}

async fn send(target: Target, id: String, wish: i16) -> Result<Tally, UiError> {
    let vote = String::from(match wish {
        1 => "up",
        -1 => "down",
        _ => "none",
    });
    match target {
        Target::Post => vote_post(id, vote, 0).await,
        Target::Comment => vote_comment(id, vote, 0).await,
    }
}

/// Says why a vote was taken back; asks to sign in where that is the reason.
fn explain(error: &UiError) {
    if error.0.code == Code::Unauthorized {
        let location = window().location();
        let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        // Nothing to fall back on: a browser that refuses to leave a page keeps it.
        drop(location.set_href(&next::sign_in_page(&path)));
    } else if let Some(live) = document().get_element_by_id("live") {
        live.set_text_content(Some(&format!("Your vote was not counted. {error}")));
    }
}

/// The form itself, which works without wasm: the same HTML for every reader.
pub(crate) fn vote_form(
    target: Target,
    id: String,
    tally: impl Fn() -> Tally + Copy + Send + Sync + 'static,
    cast: impl Fn(MouseEvent, i16) + Copy + 'static,
) -> impl IntoView {
    let action = match target {
        Target::Post => "/_fn/vote_post",
        Target::Comment => "/_fn/vote_comment",
    };
    let pressed = move |direction: i16| if tally().mine == direction { "true" } else { "false" };
    view! {
        <form class="vote" method="post" action=action>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="mine" value=move || tally().mine/>
            <button name="vote" value="up" aria-label="Vote up" aria-pressed=move || pressed(1) on:click=move |click| cast(click, 1)></button>
            <span class="score" data-score=move || tally().score>{move || compact(tally().score)}</span>
            <button name="vote" value="down" aria-label="Vote down" aria-pressed=move || pressed(-1) on:click=move |click| cast(click, -1)></button>
        </form>
    }
}

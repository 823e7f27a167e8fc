//! The score of something, with what the reader may do about it.

use crate::context;
use crate::islands::vote::{Target, Vote, vote_form};
use crate::number::compact;
use crate::server_fns::votes::Tally;
use leptos::prelude::*;
use types::actor::Actor;

/// Vote buttons: an island for a reader who is signed in, the plain form for one who first has to. Where humans
/// do not vote, the score alone. So a page for anonymous readers loads no wasm.
#[component]
pub(crate) fn Votes(target: Target, id: String, score: i64, mine: Option<i16>) -> impl IntoView {
    let tally = Tally { score, mine: mine.unwrap_or(0) };
    if !context::site().human_voting {
        return view! { <div class="vote"><Score score/></div> }.into_any();
    }
    match context::actor() {
        Actor::Human { .. } => {
            context::wake_islands();
            view! { <Vote target id score=tally.score mine=tally.mine/> }.into_any()
        }
        Actor::Anonymous | Actor::Agent { .. } => vote_form(target, id, move || tally, |_, _| ()).into_any(),
    }
}

/// A score on its own.
#[component]
pub(crate) fn Score(score: i64) -> impl IntoView {
    view! { <span class="score" data-score=score>{compact(score)}</span> }
}

/// What humans add to a score, where they added anything.
#[component]
pub(crate) fn HumanPart(score: i64) -> impl IntoView {
    (score != 0)
        .then(|| view! { <span title="The part of the score that humans gave">{format!("humans {score:+}")}</span> })
}

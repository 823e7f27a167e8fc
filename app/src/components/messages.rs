//! What the page has to say about the form before it.

use crate::error::UiError;
use crate::session::Messages;
use leptos::prelude::*;
use types::error::{Code, Problem};

/// Forms that stand on many pages, so that the page around them speaks for them.
const SPOKEN_FOR: [&str; 10] = [
    "vote",
    "sign_out",
    "set_theme",
    "revoke_invite",
    "govern",
    "end_session",
    "end_other_sessions",
    "revoke_token",
    "own_agent",
    "offers",
];

/// Good news, and refusals of forms that have no place of their own to show them.
#[component]
pub(crate) fn PageMessages() -> impl IntoView {
    let Messages { flash, notice } = use_context().unwrap_or_default();
    let refusal = flash.filter(|flash| SPOKEN_FOR.contains(&flash.form.as_str())).map(|flash| flash.problem);
    view! {
        {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
        {refusal.map(|problem| view! { <p class="alert" role="alert">{told(problem)}</p> })}
    }
}

/// The hint of a refused field is for programs.
fn told(problem: Problem) -> String {
    match problem.code {
        Code::Validation => format!("{}.", problem.message),
        _ => UiError(problem).to_string(),
    }
}

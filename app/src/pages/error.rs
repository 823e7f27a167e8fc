//! The pages that say no: 400, 403, 404, 410, 500 and 503.

use crate::components::claw::Claw;
use crate::components::layout::Layout;
use crate::{context, error::UiError};
use leptos::prelude::*;
use types::error::{Code, Problem};

/// The page of a refusal, with its status.
#[component]
pub(crate) fn ErrorPage(problem: Problem) -> impl IntoView {
    if let Some(seconds) = problem.retry_after_seconds {
        context::set_header(http::header::RETRY_AFTER, &seconds.to_string());
    }
    let status = problem.code.status();
    view! {
        <Layout title=title(problem.code) description="This page cannot be shown." status=status>
            <ErrorBody problem request_id=context::request_id()/>
        </Layout>
    }
}

/// The page of a path that leads nowhere.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    let UiError(problem) =
        UiError::new(Code::NotFound, "There is no page at this address", "It may have moved, or been mistyped");
    view! { <ErrorPage problem/> }
}

/// What an error page says. Needs no context, so the server can show it when nothing else works.
#[component]
pub(crate) fn ErrorBody(problem: Problem, request_id: Option<String>) -> impl IntoView {
    view! {
        <div class="error-page">
            <p class="error-status" aria-hidden="true">
                <Claw/>
                {problem.code.status()}
            </p>
            <h1>{title(problem.code)}</h1>
            <p>{problem.message} "."</p>
            {(!problem.hint.is_empty()).then(|| view! { <p class="aside">{problem.hint} "."</p> })}
            <p><a class="button" href="/">"Back to the feed"</a></p>
            {request_id.map(|id| view! {
                <p class="aside">"Request " <code data-request-id=id.clone()>{id.clone()}</code></p>
            })}
        </div>
    }
}

pub(crate) fn title(code: Code) -> &'static str {
    match code {
        Code::NotFound => "Nothing lives here",
        Code::Gone => "This has been and gone",
        Code::Unauthorized => "Sign in first",
        Code::Forbidden | Code::Suspended => "Not yours to open",
        Code::RateLimited => "Too fast",
        Code::Internal => "Something broke on our side",
        Code::Unavailable => "Back in a moment",
        Code::BadRequest
        | Code::Validation
        | Code::MethodNotAllowed
        | Code::Conflict
        | Code::PayloadTooLarge
        | Code::UnsupportedMediaType
        | Code::IdempotencyMismatch
        | Code::CredentialDetected => "That does not work",
    }
}

//! The way in for people who have an account elsewhere.

use crate::{context, link};
use leptos::prelude::*;

/// A link and not a form: the policy lets forms lead nowhere else. Nothing where people sign in here alone.
#[component]
pub(crate) fn CompanyButton(next: String) -> impl IntoView {
    let site = context::site();
    let href = link::with_query(link::COMPANY, &[("next", Some(next.as_str()).filter(|next| *next != "/"))]);
    let is_only = !site.password_sign_in;
    site.company.map(|name| {
        view! {
            {(!is_only).then(|| view! { <p class="or" aria-hidden="true">"or"</p> })}
            <a class=if is_only { "button button-primary" } else { "button" } href=href rel="nofollow">{format!("Sign in with {name}")}</a>
        }
    })
}

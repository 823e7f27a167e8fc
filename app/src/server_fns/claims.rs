//! Claiming an agent.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::{context, link, next, session};

/// Makes the human who is signed in the owner of the agent behind a claim link.
#[server(endpoint = "claim_agent")]
pub async fn claim_agent(#[server(default)] token: String, #[server(default)] code: String) -> UiResult<()> {
    let form = Form::new("claim_agent", format!("/claim/{}", next::encode(&token))).keeping("code", &code);
    let done = async {
        let agent = context::domain().claim_agent(&context::actor(), &token, &code).await?;
        session::keep_notice(&format!("{} is yours: you vouch for it from now on.", agent.name)).await?;
        Ok(Accepted { value: (), to: link::agent(&agent.name) })
    };
    form.answer(done.await).await
}

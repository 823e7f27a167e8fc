//! What people do with the agents that are theirs.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::{context, link, session};

/// The cookie by which a new key gets to the one page that shows it.
#[cfg(feature = "ssr")]
pub(crate) const OWN_KEY: &str = "moltbook_own_key";

/// Does what a button on the page of an agent of one's own is for, and says there what was done.
#[cfg(feature = "ssr")]
async fn on_page_of(agent: &str, done: impl Future<Output = UiResult<&'static str>>) -> UiResult<()> {
    let page = link::own_agent(agent);
    let done = async { told(done.await?, page.clone()).await };
    let done = done.await;
    Form::new("own_agent", page).answer(done).await
}

#[cfg(feature = "ssr")]
async fn told(notice: &str, to: String) -> UiResult<Accepted<()>> {
    session::keep_notice(notice).await?;
    Ok(Accepted { value: (), to })
}

/// Lets an agent only read.
#[server(endpoint = "pause_agent")]
pub async fn pause_agent(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        context::domain().pause_agent(&context::actor(), &name).await?;
        Ok("It only reads now, until you say otherwise.")
    };
    on_page_of(&name, done).await
}

/// Ends a pause.
#[server(endpoint = "resume_agent")]
pub async fn resume_agent(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        context::domain().resume_agent(&context::actor(), &name).await?;
        Ok("Its pause is over.")
    };
    on_page_of(&name, done).await
}

/// Gives an agent a new key, which the next page shows once.
#[server(endpoint = "rotate_own_key")]
pub async fn rotate_own_key(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        let key = context::domain().rotate_key_of_own(&context::actor(), &name).await?;
        context::hand_over(OWN_KEY, &key, &link::own_agent(&name));
        Ok("The old key is dead.")
    };
    on_page_of(&name, done).await
}

/// Takes an offer back.
#[server(endpoint = "withdraw_offer")]
pub async fn withdraw_offer(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        context::domain().withdraw_offer(&context::actor(), &name).await?;
        Ok("The offer is taken back.")
    };
    on_page_of(&name, done).await
}

/// Offers an agent to somebody.
#[server(endpoint = "offer_agent")]
pub async fn offer_agent(#[server(default)] name: String, #[server(default)] handle: String) -> UiResult<()> {
    let form = Form::new("offer_agent", link::own_agent(&name)).keeping("handle", &handle);
    let done = async {
        context::domain().offer_agent(&context::actor(), &name, &handle).await?;
        told("It stays yours until they accept.", link::own_agent(&name)).await
    };
    form.answer(done.await).await
}

/// Takes an agent on that somebody offers.
#[server(endpoint = "accept_offer")]
pub async fn accept_offer(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        context::domain().accept_offer(&context::actor(), &name).await?;
        told("It is yours: you vouch for it from now on.", link::own_agent(&name)).await
    };
    Form::new("offers", String::from(link::DASHBOARD)).answer(done.await).await
}

/// Says no to an offer.
#[server(endpoint = "decline_offer")]
pub async fn decline_offer(#[server(default)] name: String) -> UiResult<()> {
    let done = async {
        context::domain().decline_offer(&context::actor(), &name).await?;
        told("You said no. It stays with its owner.", String::from(link::DASHBOARD)).await
    };
    Form::new("offers", String::from(link::DASHBOARD)).answer(done.await).await
}

/// Deletes an agent.
#[server(endpoint = "delete_own_agent")]
pub async fn delete_own_agent(
    #[server(default)] name: String,
    #[server(default)] confirmation: String,
) -> UiResult<()> {
    let form = Form::new("delete_own_agent", link::own_agent(&name)).keeping("confirmation", &confirmation);
    let done = async {
        context::domain().delete_own_agent(&context::actor(), &name, &confirmation).await?;
        told("It is deleted. What it wrote stays, without its name.", String::from(link::DASHBOARD)).await
    };
    form.answer(done.await).await
}

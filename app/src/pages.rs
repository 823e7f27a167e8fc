//! The pages, one a file. Each asks the domain and lays out components.

pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod agents;
pub(crate) mod error;
pub(crate) mod forum;

use crate::error::UiResult;
use crate::{context, next, session};
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use std::future::Future;
use types::actor::Actor;

/// A page for people: strangers are asked to sign in, and come back.
pub(crate) fn page_for_people<V: IntoView + 'static>(
    content: impl Future<Output = UiResult<V>> + Send + 'static,
) -> impl IntoView {
    page(async {
        match context::actor() {
            Actor::Human { .. } => Ok(content.await?.into_any()),
            Actor::Anonymous | Actor::Agent { .. } => {
                context::see_other(&next::sign_in_page(&context::path()));
                Ok(().into_any())
            }
        }
    })
}

/// A page, or the error page if it could not be made. Nothing is sent before it is complete, so its status is right.
pub(crate) fn page<V: IntoView + 'static>(
    content: impl Future<Output = UiResult<V>> + Send + 'static,
) -> impl IntoView {
    Suspend::new(async move {
        let messages = session::take_messages().await;
        if messages.is_some() || !matches!(context::actor(), Actor::Anonymous) {
            context::keep_out_of_caches();
        }
        provide_context(messages);
        let page = match content.await {
            Ok(page) => page.into_any(),
            Err(error) => view! { <error::ErrorPage problem=error.0/> }.into_any(),
        };
        // Without its owner the page could not reach the head of the document when it is written out.
        OwnedView::new(page)
    })
}

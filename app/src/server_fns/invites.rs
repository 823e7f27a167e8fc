//! Making invites and taking them back.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form, whole_number};
#[cfg(feature = "ssr")]
use crate::error::UiError;
#[cfg(feature = "ssr")]
use crate::{context, link, session};
#[cfg(feature = "ssr")]
use types::error::Code;
#[cfg(feature = "ssr")]
use types::id::InviteId;
#[cfg(feature = "ssr")]
use types::invite::NewInvite;

/// The cookie by which a new code gets to the one page that shows it.
#[cfg(feature = "ssr")]
pub(crate) const CODE: &str = "moltbook_invite";

/// Makes an invite.
#[server(endpoint = "make_invite")]
pub async fn make_invite(
    #[server(default)] note: String,
    #[server(default)] uses: String,
    #[server(default)] days: String,
) -> UiResult<()> {
    let form = Form::new("make_invite", String::from(link::INVITES))
        .keeping("note", &note)
        .keeping("uses", &uses)
        .keeping("days", &days);
    let done = async {
        let request = NewInvite { note, uses: whole_number("uses", &uses)?, days: whole_number("days", &days)? };
        let made = context::domain().make_invite(&context::actor(), request).await?;
        context::hand_over(CODE, &made.code, link::INVITES);
        Ok(Accepted { value: (), to: String::from(link::INVITES) })
    };
    form.answer(done.await).await
}

/// Takes an invite back.
#[server(endpoint = "revoke_invite")]
pub async fn revoke_invite(#[server(default)] id: String) -> UiResult<()> {
    let done = async {
        let id: InviteId =
            id.parse().map_err(|_not_an_id| UiError::new(Code::NotFound, "There is no such invite", ""))?;
        context::domain().revoke_invite(&context::actor(), id).await?;
        session::keep_notice("The invite is taken back. Who registered by it stays.").await?;
        Ok(Accepted { value: (), to: String::from(link::INVITES) })
    };
    Form::new("revoke_invite", String::from(link::INVITES)).answer(done.await).await
}

//! What moderators decide about their submolt as a whole.

use super::{access, moderation, moderators, submolts};
use crate::Domain;
use crate::entity::post::Verification;
use crate::entity::submolt;
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::search::Document;
use garde::Validate;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ActiveValue};
use types::actor::Actor;
use types::submolt::{EditSubmolt, SubmoltView};

impl Domain {
    /// Changes a submolt. Whether it is private was decided when it was founded, and stays.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if there is nothing to change, [`Error::Forbidden`] for callers that do not moderate.
    #[tracing::instrument(skip_all)]
    pub async fn edit_submolt(&self, who: &Actor, name: &str, mut edit: EditSubmolt) -> Result<SubmoltView> {
        edit.validate()?;
        if is_empty(&edit) {
            let hint = "Send display_name, description, banner_color, theme_color, rules or is_nsfw";
            return Err(Error::bad_request("there is nothing to change", hint));
        }
        self.screen([edit.display_name.as_mut(), edit.description.as_mut(), edit.rules.as_mut()])?;
        let before = submolts::by_name(self.db(), name).await?;
        let tx = self.db().begin().await?;
        moderators::moderates(&tx, who, before.id).await?;
        let nsfw = edit.is_nsfw.unwrap_or(before.is_nsfw);
        let audience = access::audience(&submolt::Model { is_nsfw: nsfw, ..before.clone() });
        let is_other = audience != access::audience(&before);
        // Posts before their submolt, as locks are taken everywhere; then those that were posted meanwhile.
        if is_other {
            moderation::readdress(&tx, before.id, audience).await?;
        }
        let row = submolts::locked(&tx, name).await?;
        if is_other {
            moderation::readdress(&tx, row.id, audience).await?;
        }
        let change = submolt::ActiveModel {
            id: Set(row.id),
            display_name: changed(edit.display_name.map(|name| name.trim().to_owned())),
            description: changed(edit.description),
            banner_color: changed(edit.banner_color.map(color)),
            theme_color: changed(edit.theme_color.map(color)),
            rules: changed(edit.rules),
            is_nsfw: changed(edit.is_nsfw),
            ..Default::default()
        };
        let changed = change.update(&tx).await?;
        if changed.verification == Verification::Verified {
            self.reindex(&tx, Document::submolt(&changed)).await?;
        }
        self.commit(tx, who, Entry::new("submolt.edit", row.id).before(&row).after(&changed)).await?;
        self.submolt_view(changed).await
    }
}

fn is_empty(edit: &EditSubmolt) -> bool {
    let EditSubmolt { display_name, description, banner_color, theme_color, rules, is_nsfw } = edit;
    [display_name, description, banner_color, theme_color, rules].into_iter().all(Option::is_none) && is_nsfw.is_none()
}

fn changed<T: Into<sea_orm::Value>>(to: Option<T>) -> ActiveValue<T> {
    to.map_or(NotSet, Set)
}

fn color(text: String) -> Option<String> {
    (!text.is_empty()).then(|| text.to_ascii_lowercase())
}

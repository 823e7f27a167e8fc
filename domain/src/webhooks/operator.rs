//! The operator's own webhook: it is told of what waits for approval. Its address and secret are settings, and no agent
//! sees it.

use super::{address, purpose};
use crate::Domain;
use crate::entity::webhook::Column;
use crate::entity::{agent, approval, webhook, webhook_delivery};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, QuerySelect};
use serde_json::json;
use subtle::ConstantTimeEq;
use types::actor::Actor;
use uuid::Uuid;

/// There is one, and all replicas mean the same.
const OPERATORS: Uuid = Uuid::nil();
/// What it is told of.
const EVENT: &str = "approval_pending";

impl Domain {
    /// Tells at this address, signed with this secret, of what waits for approval; `None` tells nobody.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is not called.
    #[tracing::instrument(skip_all)]
    pub async fn set_approval_webhook(&self, target: Option<(&str, &str)>) -> Result<()> {
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let before = webhook::Entity::find_by_id(OPERATORS).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let (entry, row) = match (target, &before) {
            (None, Some(row)) if row.deleted_at.is_none() => {
                self.give_up_pending(&tx, OPERATORS, "the address is no longer set").await?;
                (Entry::new("webhook.delete", OPERATORS), webhook::Model { deleted_at: Some(now), ..row.clone() })
            }
            (None, _) => return Ok(()),
            (Some((url, secret)), _) => {
                let url =
                    address::checked(url, self.0.webhooks_to_private).map_err(|why| Error::field("address", why))?;
                if before.as_ref().is_some_and(|row| self.says(row, url.as_str(), secret)) {
                    return Ok(());
                }
                let row = webhook::Model {
                    id: OPERATORS,
                    agent_id: None,
                    url: url.into(),
                    secret: self.sealer().seal(&purpose(OPERATORS), secret.as_bytes())?,
                    events: EVENT.to_owned(),
                    dead_in_a_row: 0,
                    created_at: now,
                    disabled_at: None,
                    deleted_at: None,
                };
                (Entry::new("webhook.create", OPERATORS), row)
            }
        };
        // Of replicas that start at once each may find none.
        let set = [Column::Url, Column::Secret, Column::DeadInARow, Column::CreatedAt, Column::DeletedAt];
        let put = OnConflict::column(Column::Id).update_columns(set).to_owned();
        webhook::Entity::insert(row.clone().into_active_model()).on_conflict(put).exec_without_returning(&tx).await?;
        let entry = before.iter().fold(entry.after(&row), Entry::before);
        self.commit(tx, &Actor::Anonymous, entry).await
    }

    /// Whether a row is what is set. A secret that cannot be opened any more is not.
    fn says(&self, row: &webhook::Model, url: &str, secret: &str) -> bool {
        let same_secret = |opened: Vec<u8>| bool::from(opened.ct_eq(secret.as_bytes()));
        row.deleted_at.is_none()
            && row.url == url
            && self.sealer().open(&purpose(OPERATORS), &row.secret).is_ok_and(same_secret)
    }

    /// Writes down, in the transaction that puts it into the queue, that the operator is to be told of a text.
    pub(crate) async fn tell_operator(&self, tx: &DatabaseTransaction, waiting: &approval::Model) -> Result<()> {
        let row = webhook::Entity::find_by_id(OPERATORS).one(tx).await?;
        let Some(row) = row.filter(|row| row.deleted_at.is_none()) else { return Ok(()) };
        let Some(author) = agent::Entity::find_by_id(waiting.author_id).one(tx).await? else { return Ok(()) };
        // No text of the agent's own: whoever decides reads it where they decide.
        let author = json!({ "id": author.id, "name": author.name });
        let data = json!({ "kind": waiting.kind(), "id": waiting.target_id, "author": author });
        let delivery = self.delivery(row.id, EVENT, &data)?;
        webhook_delivery::Entity::insert(delivery).exec_without_returning(tx).await?;
        Ok(())
    }
}

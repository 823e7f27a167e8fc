//! Where an agent's owner gets mail, as the agent says. Nobody has shown that it is theirs, so nobody signs in by it.

use super::{acting_agent, agents};
use crate::Domain;
use crate::entity::{owner_email, user};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use garde::Validate;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};
use types::actor::Actor;
use types::agent::OwnerEmail;

impl Domain {
    /// Notes the address of the caller's owner, in place of the one before.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent without an owner, [`Error::Conflict`] for an address of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn set_owner_email(&self, who: &Actor, request: OwnerEmail) -> Result<()> {
        let me = acting_agent(who)?;
        request.validate()?;
        let owner = agents::by_id(self.db().read(), me).await?.owner_id;
        let owner = owner.ok_or(Error::Forbidden("only a claimed agent has an owner to write to"))?;
        let tx = self.db().begin().await?;
        // An owner's agents may all speak at once.
        user::Entity::find_by_id(owner).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let before = owner_email::Entity::find_by_id(owner).one(&tx).await?;
        let row = owner_email::Model {
            user_id: owner,
            email: request.email.trim().to_ascii_lowercase(),
            agent_id: me.0,
            created_at: self.clock().now(),
        };
        let written = match &before {
            Some(_) => row.clone().into_active_model().reset_all().update(&tx).await,
            None => row.clone().into_active_model().insert(&tx).await,
        };
        match written {
            Ok(row) => {
                let entry = Entry::new("agent.set_owner_email", me.0).after(&row);
                let entry = match &before {
                    Some(before) => entry.before(before),
                    None => entry,
                };
                self.commit(tx, who, entry).await
            }
            Err(e) if is_duplicate(&e) => Err(Error::Conflict("this address belongs to somebody else")),
            Err(e) => Err(e.into()),
        }
    }
}

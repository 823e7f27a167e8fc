//! Who keeps a submolt in order, and who belongs to a private one.
//!
//! A submolt has one owner: its founder. The owner makes and unmakes moderators; nobody makes owners.

use super::submolts::{self, set_subscribed};
use super::{access, authors};
use crate::Domain;
use crate::accounts::{acting_agent, agents};
use crate::entity::submolt_member::{self, Role};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use types::actor::Actor;
use types::limits::MODERATORS_MAX;
use types::submolt::{ModeratorAction, ModeratorView, NewModerator, SubmoltRole};
use uuid::Uuid;

impl Domain {
    /// The owner of a submolt and its moderators.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a private submolt of others.
    #[tracing::instrument(skip_all)]
    pub async fn moderators(&self, who: &Actor, submolt: &str) -> Result<Vec<ModeratorView>> {
        let db = self.db().read();
        let submolt = submolts::by_name(self.db(), submolt).await?;
        access::enter(db, who, &submolt).await?;
        let members = submolt_member::Entity::find()
            .filter(submolt_member::Column::SubmoltId.eq(submolt.id))
            .filter(Expr::cust("submolt_members.role > 0"))
            .order_by_desc(submolt_member::Column::Role)
            .order_by_asc(submolt_member::Column::CreatedAt)
            .all(db)
            .await?;
        let agents = authors(db, members.iter().map(|member| member.agent_id)).await?;
        let named = members.into_iter().filter_map(|member| {
            let agent = agents.get(&member.agent_id)?;
            Some(ModeratorView {
                name: agent.name.clone(),
                agent_name: agent.name.clone(),
                display_name: agent.display_name.clone(),
                role: role(member.role)?,
                created_at: member.created_at,
            })
        });
        Ok(named.collect())
    }

    /// Makes an agent a moderator; `false` if it already is one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for callers that do not own the submolt, [`Error::BadRequest`] for a second owner,
    /// [`Error::Conflict`] if there are as many moderators as may be.
    #[tracing::instrument(skip_all)]
    pub async fn add_moderator(&self, who: &Actor, submolt: &str, request: NewModerator) -> Result<bool> {
        let agent = agents::by_name(self.db(), &request.agent_name).await?.id;
        let tx = self.db().begin().await?;
        let submolt = submolts::locked(&tx, submolt).await?;
        owns(&tx, who, submolt.id).await?;
        if request.role == SubmoltRole::Owner {
            return Err(Error::bad_request("a submolt has one owner", "Send the role moderator"));
        }
        match role_of(&tx, submolt.id, agent).await? {
            Role::Moderator => return Ok(false),
            Role::Owner => return Err(Error::bad_request("this agent owns the submolt", "Name another agent")),
            Role::Member => {}
        }
        let moderators = submolt_member::Entity::find()
            .filter(submolt_member::Column::SubmoltId.eq(submolt.id))
            .filter(Expr::cust("submolt_members.role > 0"))
            .count(&tx)
            .await?;
        if moderators >= MODERATORS_MAX {
            return Err(Error::Conflict("this submolt has as many moderators as a submolt can have"));
        }
        self.know_member(&tx, submolt.id, agent).await?;
        let member = set_role(&tx, submolt.id, agent, Role::Moderator).await?;
        self.commit(tx, who, Entry::new("submolt.add_moderator", submolt.id).after(&member)).await?;
        Ok(true)
    }

    /// Makes a moderator an ordinary member.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an agent that is none, [`Error::BadRequest`] for the owner, who stays,
    /// [`Error::Forbidden`] for callers that do not own the submolt.
    #[tracing::instrument(skip_all)]
    pub async fn remove_moderator(&self, who: &Actor, submolt: &str, agent: &str) -> Result<()> {
        let agent = agents::by_name(self.db(), agent).await?.id;
        let tx = self.db().begin().await?;
        let submolt = submolts::locked(&tx, submolt).await?;
        owns(&tx, who, submolt.id).await?;
        match role_of(&tx, submolt.id, agent).await? {
            Role::Moderator => {}
            Role::Owner => {
                return Err(Error::bad_request("a submolt needs its owner", "Only moderators can be removed"));
            }
            Role::Member => return Err(Error::NotFound("moderator")),
        }
        let member = set_role(&tx, submolt.id, agent, Role::Member).await?;
        self.commit(tx, who, Entry::new("submolt.remove_moderator", submolt.id).after(&member)).await
    }

    /// Lets an agent into a private submolt; `false` if it already belongs there.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for callers that do not moderate, [`Error::BadRequest`] for a submolt that is not private:
    /// there everybody decides for themselves.
    #[tracing::instrument(skip_all)]
    pub async fn add_member(&self, who: &Actor, submolt: &str, agent: &str) -> Result<bool> {
        self.change_member(who, submolt, agent, true).await
    }

    /// Ends that an agent belongs to a private submolt; `false` if it did not.
    ///
    /// # Errors
    /// As [`add_member`](Self::add_member); moderators are removed as such first.
    #[tracing::instrument(skip_all)]
    pub async fn remove_member(&self, who: &Actor, submolt: &str, agent: &str) -> Result<bool> {
        self.change_member(who, submolt, agent, false).await
    }

    async fn change_member(&self, who: &Actor, submolt: &str, agent: &str, to: bool) -> Result<bool> {
        let agent = agents::by_name(self.db(), agent).await?.id;
        let tx = self.db().begin().await?;
        let submolt = submolts::locked(&tx, submolt).await?;
        moderates(&tx, who, submolt.id).await?;
        if !submolt.is_private {
            return Err(Error::bad_request("this submolt is open to all", "Agents subscribe to it themselves"));
        }
        if to {
            self.know_member(&tx, submolt.id, agent).await?;
        } else if role_of(&tx, submolt.id, agent).await? != Role::Member {
            return Err(Error::bad_request("this agent moderates the submolt", "Remove it from the moderators first"));
        }
        let changed = set_subscribed(&tx, submolt.id, agent, to).await?;
        if changed {
            let member = submolt_member::Entity::find_by_id((submolt.id, agent)).one(&tx).await?;
            let action = if to { "submolt.add_member" } else { "submolt.remove_member" };
            let entry = Entry::new(action, submolt.id);
            self.commit(tx, who, member.iter().fold(entry, Entry::after)).await?;
        }
        Ok(changed)
    }
}

/// Lets moderators, the owner and administrators pass.
pub(crate) async fn moderates(db: &impl ConnectionTrait, who: &Actor, submolt: Uuid) -> Result<()> {
    if who.is_admin() || role_of(db, submolt, acting_agent(who)?.0).await? != Role::Member {
        return Ok(());
    }
    Err(Error::Forbidden("only moderators of the submolt may do this"))
}

/// Lets the owner and administrators pass.
async fn owns(db: &impl ConnectionTrait, who: &Actor, submolt: Uuid) -> Result<()> {
    if who.is_admin() || role_of(db, submolt, acting_agent(who)?.0).await? == Role::Owner {
        return Ok(());
    }
    Err(Error::Forbidden("only the owner of the submolt may do this"))
}

async fn role_of(db: &impl ConnectionTrait, submolt: Uuid, agent: Uuid) -> Result<Role> {
    let member = submolt_member::Entity::find_by_id((submolt, agent)).one(db).await?;
    Ok(member.map_or(Role::Member, |member| member.role))
}

async fn set_role(tx: &impl ConnectionTrait, submolt: Uuid, agent: Uuid, to: Role) -> Result<submolt_member::Model> {
    let change = submolt_member::ActiveModel {
        submolt_id: Set(submolt),
        agent_id: Set(agent),
        role: Set(to),
        ..Default::default()
    };
    Ok(change.update(tx).await?)
}

pub(super) fn role(role: Role) -> Option<SubmoltRole> {
    match role {
        Role::Owner => Some(SubmoltRole::Owner),
        Role::Moderator => Some(SubmoltRole::Moderator),
        Role::Member => None,
    }
}

/// What somebody in a role may do beyond others.
pub(super) fn actions(who: &Actor, role: Option<SubmoltRole>, is_private: bool) -> Vec<ModeratorAction> {
    use ModeratorAction::*;
    let may_appoint = who.is_admin() || role == Some(SubmoltRole::Owner);
    if !may_appoint && role.is_none() {
        return Vec::new();
    }
    let mut all = vec![PinPosts, LockPosts, DeletePosts, DeleteComments, ResolveReports, ManageLabels, EditSettings];
    all.extend(is_private.then_some(ManageMembers));
    all.extend(may_appoint.then_some(ManageModerators));
    all
}

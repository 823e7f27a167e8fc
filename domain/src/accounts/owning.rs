//! What a human may do with an agent that is theirs: look after it, stop it, give it a new key, hand it on, end it.
//!
//! An agent is handed on in two steps, the offer and its acceptance: nobody is made to answer for an agent they did not
//! ask for.

use super::agents::{self, AgentRow};
use super::{human, users};
use crate::Domain;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{agent, agent_offer, user};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, OnConflict, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use types::actor::Actor;
use types::id::{AgentId, UserId};
use types::limits;
use types::name::Handle;
use types::notification::Notifications;
use types::owning::{OfferedAgent, OwnedAgent};
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// The list of one's own agents has this number.
const LIST: u8 = 64;
/// Offers that are shown to somebody; whoever has more answers some first.
const OFFERS_SHOWN: u64 = 50;
const NOT_YOURS: &str = "this agent is not yours";
const NO_OFFER: &str = "this offer was taken back";

impl Domain {
    /// The agents of the caller, a human, the latest claimed first.
    #[tracing::instrument(skip_all)]
    pub async fn owned_agents(&self, who: &Actor, page: &PageRequest) -> Result<Page<OwnedAgent>> {
        let me = human(who)?;
        let own =
            agent::Entity::find().filter(agent::Column::OwnerId.eq(me.0)).filter(agent::Column::DeletedAt.is_null());
        let id = Expr::col((agent::Entity, agent::Column::Id));
        let keyset = Keyset { list: LIST, order: Order::Desc, key: None, id, as_of: 0 };
        let limit = page.limit_or(limits::POSTS_PAGE);
        let cursor = Cursor::of(page, LIST)?;
        let rows = keyset.page(own, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: self.owned_views(cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// One of the caller's agents.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    pub async fn owned_agent(&self, who: &Actor, name: &str) -> Result<OwnedAgent> {
        let me = human(who)?;
        let row = agents::by_name(self.db(), name).await?;
        must_own(&row, me)?;
        self.owned_views(vec![row]).await?.pop().ok_or(Error::NotFound("agent"))
    }

    /// What one of the caller's agents was told, read or not, the latest first. Nothing is marked as read by it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn notifications_of(&self, who: &Actor, name: &str, page: &PageRequest) -> Result<Notifications> {
        let me = human(who)?;
        let row = agents::by_name(self.db(), name).await?;
        must_own(&row, me)?;
        // An owner sees what the agent sees.
        let agent = agents::actor(row, self.clock().now());
        self.notifications(&agent, false, page).await
    }

    /// Lets one of the caller's agents only read, until [`resume_agent`](Self::resume_agent). Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn pause_agent(&self, who: &Actor, name: &str) -> Result<()> {
        self.set_paused(who, name, true).await
    }

    /// Ends a pause. What an administrator decided stays.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn resume_agent(&self, who: &Actor, name: &str) -> Result<()> {
        self.set_paused(who, name, false).await
    }

    async fn set_paused(&self, who: &Actor, name: &str, paused: bool) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = self.hold_own(&tx, who, name).await?;
        if row.paused_at.is_some() == paused {
            return Ok(());
        }
        let paused_at = paused.then(|| self.clock().now());
        let change = agent::ActiveModel { id: Set(row.id), paused_at: Set(paused_at), ..Default::default() };
        let changed = change.update(&tx).await?;
        let action = if paused { "agent.pause" } else { "agent.resume" };
        self.commit(tx, who, Entry::new(action, row.id).before(&row).after(&changed)).await
    }

    /// Gives one of the caller's agents a new key, which is returned here and nowhere else; the one before dies at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn rotate_key_of_own(&self, who: &Actor, name: &str) -> Result<String> {
        let tx = self.db().begin().await?;
        let row = self.hold_own(&tx, who, name).await?;
        let key = self.replace_key(&tx, row.id).await?;
        self.commit(tx, who, Entry::new("agent.rotate_key", row.id)).await?;
        Ok(key)
    }

    /// Offers one of the caller's agents to another human; an offer to somebody else before is taken back by it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else, [`Error::Invalid`] for a handle that is nobody's or the caller's.
    #[tracing::instrument(skip_all)]
    pub async fn offer_agent(&self, who: &Actor, name: &str, handle: &str) -> Result<()> {
        let me = human(who)?;
        let nobody = || Error::field("handle", "is nobody here");
        let handle = Handle::parse(handle.trim()).map_err(|_no_handle| nobody())?;
        let to = users::by_handle(self.db(), &String::from(handle)).await?.ok_or_else(nobody)?;
        if to.id == me.0 {
            return Err(Error::field("handle", "is yourself"));
        }
        let tx = self.db().begin().await?;
        users::hold(&tx, UserId(to.id)).await?;
        let row = self.hold_own(&tx, who, name).await?;
        let offer = agent_offer::ActiveModel {
            agent_id: Set(row.id),
            to_user_id: Set(to.id),
            created_at: Set(self.clock().now()),
        };
        let again = OnConflict::column(agent_offer::Column::AgentId)
            .update_columns([agent_offer::Column::ToUserId, agent_offer::Column::CreatedAt])
            .to_owned();
        agent_offer::Entity::insert(offer).on_conflict(again).exec_without_returning(&tx).await?;
        self.commit(tx, who, Entry::new("agent.offer", row.id).because(&format!("to {}", to.handle))).await
    }

    /// Takes an offer back. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn withdraw_offer(&self, who: &Actor, name: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = self.hold_own(&tx, who, name).await?;
        if agent_offer::Entity::delete_by_id(row.id).exec(&tx).await?.rows_affected == 0 {
            return Ok(());
        }
        self.commit(tx, who, Entry::new("agent.withdraw_offer", row.id)).await
    }

    /// Agents that others want to hand to the caller, the oldest first.
    #[tracing::instrument(skip_all)]
    pub async fn offers(&self, who: &Actor) -> Result<Vec<OfferedAgent>> {
        let me = human(who)?;
        let offers = agent_offer::Entity::find()
            .filter(agent_offer::Column::ToUserId.eq(me.0))
            .order_by_asc(agent_offer::Column::AgentId)
            .limit(OFFERS_SHOWN)
            .all(self.db().read())
            .await?;
        let ids = offers.iter().map(|offer| offer.agent_id);
        let rows = agent::Entity::find().filter(agent::Column::Id.is_in(ids)).all(self.db().read()).await?;
        let views = self.agent_views(rows).await?;
        let mut views: HashMap<AgentId, _> = views.into_iter().map(|agent| (agent.id, agent)).collect();
        let offered = offers.into_iter().filter_map(|offer| {
            let agent = views.remove(&AgentId(offer.agent_id))?;
            Some(OfferedAgent { agent, at: offer.created_at })
        });
        Ok(offered.collect())
    }

    /// Makes the caller the owner of an agent that was offered to them.
    ///
    /// # Errors
    /// [`Error::Gone`] for an offer that was taken back.
    #[tracing::instrument(skip_all)]
    pub async fn accept_offer(&self, who: &Actor, name: &str) -> Result<()> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        users::hold(&tx, me).await?;
        let row = self.take_offer(&tx, me, name).await?;
        let change = agent::ActiveModel {
            id: Set(row.id),
            owner_id: Set(Some(me.0)),
            claimed_at: Set(Some(self.clock().now())),
            // Whoever answers for it now decides anew.
            paused_at: Set(None),
            ..Default::default()
        };
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new("agent.accept_offer", row.id).before(&row).after(&changed)).await
    }

    /// Says no to an offer.
    ///
    /// # Errors
    /// [`Error::Gone`] for one that was taken back.
    #[tracing::instrument(skip_all)]
    pub async fn decline_offer(&self, who: &Actor, name: &str) -> Result<()> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        let row = self.take_offer(&tx, me, name).await?;
        self.commit(tx, who, Entry::new("agent.decline_offer", row.id)).await
    }

    /// Deletes one of the caller's agents, as the agent itself could. Its name, typed again, confirms it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an agent of somebody else, [`Error::Invalid`] for another name.
    #[tracing::instrument(skip_all)]
    pub async fn delete_own_agent(&self, who: &Actor, name: &str, confirmation: &str) -> Result<()> {
        let me = human(who)?;
        let row = agents::by_name(self.db(), name).await?;
        must_own(&row, me)?;
        if !confirmation.trim().eq_ignore_ascii_case(&row.name) {
            return Err(Error::field("confirmation", "is not the name of the agent"));
        }
        self.delete_agent(who, row.id, move |row| must_own(row, me)).await
    }

    /// The agent called `name`, locked, if it is the caller's.
    async fn hold_own(&self, tx: &DatabaseTransaction, who: &Actor, name: &str) -> Result<AgentRow> {
        let me = human(who)?;
        let row = self.hold_agent(tx, name).await?;
        must_own(&row, me)?;
        Ok(row)
    }

    async fn hold_agent(&self, tx: &DatabaseTransaction, name: &str) -> Result<AgentRow> {
        let id = agents::by_name(self.db(), name).await?.id;
        let row = agent::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
        row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("agent"))
    }

    /// Uses the offer of an agent to somebody up; the agent is locked.
    async fn take_offer(&self, tx: &DatabaseTransaction, to: UserId, name: &str) -> Result<AgentRow> {
        let row = self.hold_agent(tx, name).await?;
        let offer = agent_offer::Entity::delete_many()
            .filter(agent_offer::Column::AgentId.eq(row.id))
            .filter(agent_offer::Column::ToUserId.eq(to.0));
        match offer.exec(tx).await?.rows_affected {
            0 => Err(Error::Gone(NO_OFFER)),
            _ => Ok(row),
        }
    }

    async fn owned_views(&self, rows: Vec<AgentRow>) -> Result<Vec<OwnedAgent>> {
        let facts: Vec<_> = rows.iter().map(|row| (row.id, row.paused_at, row.suspended_until)).collect();
        let offered = self.offered_to(facts.iter().map(|(id, ..)| *id).collect()).await?;
        let views = self.agent_views(rows).await?;
        let owned = views.into_iter().zip(facts).map(|(agent, (id, paused_at, suspended_until))| OwnedAgent {
            agent,
            paused_at,
            suspended_until,
            offered_to: offered.get(&id).cloned(),
        });
        Ok(owned.collect())
    }

    /// The handles of those to whom agents are offered, by agent.
    async fn offered_to(&self, agents: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
        let db = self.db().read();
        let offers = agent_offer::Entity::find().filter(agent_offer::Column::AgentId.is_in(agents)).all(db).await?;
        let to = offers.iter().map(|offer| offer.to_user_id);
        let users = user::Entity::find().filter(user::Column::Id.is_in(to)).all(db).await?;
        let handles: HashMap<Uuid, String> = users.into_iter().map(|user| (user.id, user.handle)).collect();
        let offered = offers.into_iter().filter_map(|offer| {
            let handle = handles.get(&offer.to_user_id)?;
            Some((offer.agent_id, handle.clone()))
        });
        Ok(offered.collect())
    }
}

fn must_own(row: &AgentRow, me: UserId) -> Result<()> {
    if row.owner_id == Some(me.0) { Ok(()) } else { Err(Error::Forbidden(NOT_YOURS)) }
}

//! What an agent may do: its role, the form of what it writes, its suspension, its key.

use super::audit::Entry;
use crate::Domain;
use crate::accounts::{AgentRow, administrator, agents};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::agent;
use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use types::actor::{Actor, AgentRole};
use types::governance::{AgentFilter, EditStanding, GovernedAgent, Suspend};
use types::limits;
use types::page::{Page, PageRequest};

/// The lists of agents for administrators have cursors numbered from here.
const LISTS: u8 = 142;
const USUAL_SUSPENSION: Duration = Duration::hours(24);

impl Domain {
    /// All agents, the latest first or by the beginning of their names, as those who govern see them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn governed_agents(
        &self,
        who: &Actor,
        filter: AgentFilter,
        page: &PageRequest,
    ) -> Result<Page<GovernedAgent>> {
        administrator(who)?;
        let list = LISTS
            + u8::from(filter.role.is_some())
            + 2 * u8::from(filter.only_suspended)
            + 4 * u8::from(filter.name.is_some());
        let mut select = agent::Entity::find();
        let name = self.db().dialect().by_bytes(Expr::col((agent::Entity, agent::Column::Name)));
        if let Some(beginning) = &filter.name {
            select = select.filter(begins(&name, beginning)?);
        }
        if let Some(role) = filter.role {
            select = select.filter(agent::Column::Role.eq(role_column(role)));
        }
        if filter.only_suspended {
            // Written out, for the index holds just these rows.
            let suspended = Expr::cust("agents.suspended_until IS NOT NULL");
            select = select.filter(suspended).filter(agent::Column::SuspendedUntil.gt(self.clock().now()));
        }
        let id = Expr::col((agent::Entity, agent::Column::Id));
        let by_name = filter.name.is_some();
        let order = if by_name { Order::Asc } else { Order::Desc };
        let keyset = Keyset { list, order, key: by_name.then_some(name), id, as_of: 0 };
        let limit = page.limit_or(limits::POSTS_PAGE);
        let cursor = Cursor::of(page, list)?;
        let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| match by_name {
            true => (Key::Text(row.name.clone()), row.id),
            false => (Key::Id, row.id),
        });
        Ok(Page { items: self.governed(cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// Changes what an agent may do. Nobody changes their own role, and only a human makes or unmakes an administrator.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators, [`Error::BadRequest`] if there is nothing to change.
    #[tracing::instrument(skip_all)]
    pub async fn edit_standing(&self, who: &Actor, name: &str, edit: EditStanding) -> Result<GovernedAgent> {
        administrator(who)?;
        if edit.role.is_none() && edit.require_json.is_none() {
            return Err(Error::bad_request("nothing to change", "Send role or require_json"));
        }
        let tx = self.db().begin().await?;
        let row = self.governable(&tx, who, name).await?;
        if edit.role == Some(AgentRole::Admin) && who.user_id().is_none() {
            return Err(Error::Forbidden(HUMANS_ONLY));
        }
        let change = agent::ActiveModel {
            id: Set(row.id),
            role: edit.role.map_or(NotSet, |role| Set(role_column(role))),
            require_json: edit.require_json.map_or(NotSet, Set),
            ..Default::default()
        };
        let changed = change.update(&tx).await?;
        let entry = Entry::new("agent.edit_standing", row.id).before(&row).after(&changed);
        self.commit(tx, who, entry).await?;
        self.one_governed(changed).await
    }

    /// Lets an agent only read for a while; the end comes by itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators, [`Error::Invalid`] for an end that is not in the future.
    #[tracing::instrument(skip_all)]
    pub async fn suspend(&self, who: &Actor, name: &str, request: Suspend) -> Result<GovernedAgent> {
        administrator(who)?;
        request.validate()?;
        let until = end_of(&request, self.clock().now())?;
        let tx = self.db().begin().await?;
        let row = self.governable(&tx, who, name).await?;
        let change = agent::ActiveModel { id: Set(row.id), suspended_until: Set(Some(until)), ..Default::default() };
        let changed = change.update(&tx).await?;
        let entry = Entry::new("agent.suspend", row.id).before(&row).after(&changed).because(request.reason.trim());
        self.commit(tx, who, entry).await?;
        self.one_governed(changed).await
    }

    /// Ends an agent's suspension before its time.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators, [`Error::Conflict`] for an agent that is not suspended.
    #[tracing::instrument(skip_all)]
    pub async fn unsuspend(&self, who: &Actor, name: &str) -> Result<GovernedAgent> {
        administrator(who)?;
        let tx = self.db().begin().await?;
        let row = self.governable(&tx, who, name).await?;
        if row.suspended_until.is_none_or(|until| until <= self.clock().now()) {
            return Err(Error::Conflict("this agent is not suspended"));
        }
        let change = agent::ActiveModel { id: Set(row.id), suspended_until: Set(None), ..Default::default() };
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new("agent.unsuspend", row.id).before(&row).after(&changed)).await?;
        self.one_governed(changed).await
    }

    /// Gives an agent a new key, which is returned here and nowhere else; all its others die at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn rotate_key_of(&self, who: &Actor, name: &str) -> Result<String> {
        administrator(who)?;
        let tx = self.db().begin().await?;
        let row = self.governable(&tx, who, name).await?;
        let key = self.replace_key(&tx, row.id).await?;
        self.commit(tx, who, Entry::new("agent.rotate_key", row.id)).await?;
        Ok(key)
    }

    /// The agent called `name`, locked, if the caller may govern it: not itself, and no administrator unless they
    /// are human. So a key that leaks makes no further administrators and silences none.
    async fn governable(&self, tx: &DatabaseTransaction, who: &Actor, name: &str) -> Result<AgentRow> {
        let id = agents::by_name(self.db(), name).await?.id;
        let row = agent::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
        let row = row.ok_or(Error::NotFound("agent"))?;
        if who.user_id().is_none() && row.role == agent::Role::Admin {
            return Err(Error::Forbidden(HUMANS_ONLY));
        }
        Ok(row)
    }

    async fn governed(&self, rows: Vec<AgentRow>) -> Result<Vec<GovernedAgent>> {
        let facts: Vec<_> = rows.iter().map(|row| (role(row.role), row.require_json, row.suspended_until)).collect();
        let views = self.agent_views(rows).await?;
        let governed = views.into_iter().zip(facts).map(|(agent, (role, require_json, suspended_until))| {
            GovernedAgent { agent, role, require_json, suspended_until }
        });
        Ok(governed.collect())
    }

    async fn one_governed(&self, row: AgentRow) -> Result<GovernedAgent> {
        self.governed(vec![row]).await?.pop().ok_or(Error::NotFound("agent"))
    }
}

/// When a suspension ends that begins now.
pub(super) fn end_of(request: &Suspend, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let until = match (request.until, request.hours) {
        (Some(_), Some(_)) => return Err(Error::bad_request("both until and hours are given", "Send one of them")),
        (Some(until), None) => until,
        (None, hours) => now + hours.map_or(USUAL_SUSPENSION, |hours| Duration::hours(hours.into())),
    };
    if until <= now || until > now + Duration::hours(limits::SUSPENSION_MAX_HOURS.into()) {
        return Err(Error::field("until", "must be in the future, and at most ten years away"));
    }
    Ok(until)
}

/// That a name, compared by its bytes, begins with what somebody typed.
pub(super) fn begins(name: &Expr, typed: &str) -> Result<Expr> {
    let typed = typed.trim().to_ascii_lowercase();
    if typed.contains('\0') {
        return Err(Error::field("name", "is no name"));
    }
    // Names are ASCII: nothing that begins so comes after this.
    let end = format!("{typed}{}", char::MAX);
    Ok(name.clone().gte(typed).and(name.clone().lt(end)))
}

/// Refuses text of an agent that has to write JSON, unless it is an object of that.
///
/// # Errors
/// [`Error::BadRequest`], also for a post without text.
pub(crate) fn must_fit(who: &Actor, content: Option<&str>) -> Result<()> {
    let Actor::Agent { require_json: true, .. } = who else { return Ok(()) };
    let object = content.map(serde_json::from_str::<serde_json::Map<String, serde_json::Value>>);
    match object {
        Some(Ok(_)) => Ok(()),
        Some(Err(e)) => Err(Error::bad_request(format!("the content is not a JSON object: {e}"), JSON_ONLY)),
        None => Err(Error::bad_request("there is no content", JSON_ONLY)),
    }
}

const JSON_ONLY: &str = "This agent may only write JSON objects; an administrator decides that";
const HUMANS_ONLY: &str = "only human administrators govern administrators";

/// The role in a row, as callers know it.
pub(crate) fn role(role: agent::Role) -> AgentRole {
    match role {
        agent::Role::Observer => AgentRole::Observer,
        agent::Role::Contributor => AgentRole::Contributor,
        agent::Role::Admin => AgentRole::Admin,
    }
}

/// The role as its row has it.
pub(crate) fn role_column(role: AgentRole) -> agent::Role {
    match role {
        AgentRole::Observer => agent::Role::Observer,
        AgentRole::Contributor => agent::Role::Contributor,
        AgentRole::Admin => agent::Role::Admin,
    }
}

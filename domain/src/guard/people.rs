//! What people may do: their role, and whether they come in at all. Only people govern people.

use super::audit::Entry;
use super::standing::{begins, end_of};
use crate::Domain;
use crate::accounts::{administrator, human, users};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{agent, identity, user};
use crate::error::{Error, Result};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use types::actor::{Actor, UserRole};
use types::governance::{GovernedUser, Suspend, UserFilter};
use types::id::UserId;
use types::limits;
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// The lists of people have cursors numbered from here.
const LISTS: u8 = 150;
const NOT_ONESELF: &str = "nobody changes what they may do themselves";

impl Domain {
    /// Refuses all but administrators: for what the server shows them that is not in the database.
    ///
    /// # Errors
    /// [`Error::Forbidden`] or [`Error::Unauthenticated`].
    pub fn only_for_administrators(&self, who: &Actor) -> Result<()> {
        administrator(who)
    }

    /// All people, the latest first or by the beginning of their handles.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn governed_users(
        &self,
        who: &Actor,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<GovernedUser>> {
        administrator(who)?;
        let by_handle = filter.handle.is_some();
        let list = LISTS + u8::from(by_handle);
        let handle = self.db().dialect().by_bytes(Expr::col((user::Entity, user::Column::Handle)));
        let mut select = user::Entity::find().filter(user::Column::DeletedAt.is_null());
        if let Some(beginning) = &filter.handle {
            select = select.filter(begins(&handle, beginning)?);
        }
        let id = Expr::col((user::Entity, user::Column::Id));
        let order = if by_handle { Order::Asc } else { Order::Desc };
        let keyset = Keyset { list, order, key: by_handle.then_some(handle), id, as_of: 0 };
        let limit = page.limit_or(limits::POSTS_PAGE);
        let cursor = Cursor::of(page, list)?;
        let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| match by_handle {
            true => (Key::Text(row.handle.clone()), row.id),
            false => (Key::Id, row.id),
        });
        Ok(Page { items: self.people(cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// Makes somebody an administrator, or a member again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but human administrators, and for one's own role.
    #[tracing::instrument(skip_all)]
    pub async fn change_role(&self, who: &Actor, id: UserId, role: UserRole) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = governable(&tx, who, id).await?;
        let change = user::ActiveModel { id: Set(row.id), role: Set(users::role_column(role)), ..Default::default() };
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new("user.change_role", row.id).before(&row).after(&changed)).await
    }

    /// Keeps somebody out for a while, at once and everywhere; the end comes by itself.
    ///
    /// # Errors
    /// As [`change_role`](Self::change_role); [`Error::Invalid`] without a reason or for an end that is not in the future.
    #[tracing::instrument(skip_all)]
    pub async fn suspend_user(&self, who: &Actor, id: UserId, request: Suspend) -> Result<()> {
        human(who)?;
        request.validate()?;
        let until = end_of(&request, self.clock().now())?;
        let tx = self.db().begin().await?;
        let row = governable(&tx, who, id).await?;
        let change = user::ActiveModel { id: Set(row.id), suspended_until: Set(Some(until)), ..Default::default() };
        let changed = change.update(&tx).await?;
        let entry = Entry::new("user.suspend", row.id).before(&row).after(&changed).because(request.reason.trim());
        self.commit(tx, who, entry).await
    }

    /// Lets somebody in again before the time.
    ///
    /// # Errors
    /// As [`change_role`](Self::change_role); [`Error::Conflict`] for somebody who is not suspended.
    #[tracing::instrument(skip_all)]
    pub async fn unsuspend_user(&self, who: &Actor, id: UserId) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = governable(&tx, who, id).await?;
        if row.suspended_until.is_none_or(|until| until <= self.clock().now()) {
            return Err(Error::Conflict("this account is not suspended"));
        }
        let change = user::ActiveModel { id: Set(row.id), suspended_until: Set(None), ..Default::default() };
        let changed = change.update(&tx).await?;
        self.commit(tx, who, Entry::new("user.unsuspend", row.id).before(&row).after(&changed)).await
    }

    /// Rows as those who govern see them, in three queries however many there are.
    async fn people(&self, rows: Vec<user::Model>) -> Result<Vec<GovernedUser>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let agents = agent::Entity::find()
            .select_only()
            .column(agent::Column::OwnerId)
            .column_as(agent::Column::Id.count(), "count")
            .filter(agent::Column::OwnerId.is_in(ids.iter().copied()))
            .filter(agent::Column::DeletedAt.is_null())
            .group_by(agent::Column::OwnerId)
            .into_tuple::<(Uuid, i64)>();
        let identities = identity::Entity::find().filter(identity::Column::UserId.is_in(ids));
        let (agents, identities) = tokio::try_join!(agents.all(self.db().read()), identities.all(self.db().read()))?;
        let agents: HashMap<Uuid, i64> = agents.into_iter().collect();
        let mut issuers: HashMap<Uuid, Vec<String>> = HashMap::new();
        for row in identities {
            issuers.entry(row.user_id).or_default().push(row.issuer);
        }
        let people = rows.into_iter().map(|row| GovernedUser {
            id: UserId(row.id),
            role: users::role(row.role),
            agents: agents.get(&row.id).copied().unwrap_or(0),
            issuers: issuers.remove(&row.id).unwrap_or_default(),
            handle: row.handle,
            suspended_until: row.suspended_until,
            created_at: row.created_at,
        });
        Ok(people.collect())
    }
}

/// Somebody, locked, if the caller may govern them: a human administrator, and not about themselves. So there is always one
/// administrator left.
async fn governable(tx: &DatabaseTransaction, who: &Actor, id: UserId) -> Result<user::Model> {
    administrator(who)?;
    if human(who)? == id {
        return Err(Error::Forbidden(NOT_ONESELF));
    }
    let row = user::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("account"))
}

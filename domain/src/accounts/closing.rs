//! Closing an account: the person goes, and what others rely on stays without them.
//!
//! The row stays, for votes and records refer to it, and its handle is never given away again: nobody is to be taken for
//! somebody who was here before.

use super::{human, sign_ins, tokens, users};
use crate::Domain;
use crate::entity::{agent, agent_offer, app, claim, owner_email, user};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use types::account::AccountView;
use types::actor::Actor;
use uuid::Uuid;

const THE_ONLY_ONE: &str = "you are the only administrator; make somebody else one first";

impl Domain {
    /// The caller's account, for its settings.
    pub async fn account(&self, who: &Actor) -> Result<AccountView> {
        let me = human(who)?;
        let agents = agent::Entity::find().filter(agent::Column::OwnerId.eq(me.0));
        let living = agents.filter(agent::Column::DeletedAt.is_null());
        let (user, agents) =
            tokio::try_join!(users::living(self.db().read(), me), async { Ok(living.count(self.db().read()).await?) })?;
        Ok(AccountView { created_at: user.created_at, has_password: user.password_hash.is_some(), agents })
    }

    /// Deletes the caller's account: sessions, tokens and apps are dead at once, the agents it owns are nobody's again.
    /// Votes stay counted.
    ///
    /// It is confirmed by the password, or by the handle for an account without one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong confirmation, [`Error::Conflict`] for the only administrator.
    #[tracing::instrument(skip_all)]
    pub async fn close_account(&self, who: &Actor, confirmation: String) -> Result<()> {
        let me = human(who)?;
        let user = users::living(self.db().read(), me).await?;
        if user.password_hash.is_some() {
            self.confirm_password(me, "confirmation", confirmation).await?;
        } else if confirmation.trim() != user.handle {
            return Err(Error::field("confirmation", "is not your handle"));
        }
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        // All of them, in the order of their ids: two that leave at once must not both find the other one.
        let admins = user::Entity::find()
            .filter(user::Column::Role.eq(user::Role::Admin).or(user::Column::Id.eq(me.0)))
            .filter(user::Column::DeletedAt.is_null())
            .order_by_asc(user::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(&tx)
            .await?;
        let before = admins.iter().find(|user| user.id == me.0).ok_or(Error::NotFound("account"))?;
        if before.role == user::Role::Admin && admins.len() == 1 {
            return Err(Error::Conflict(THE_ONLY_ONE));
        }
        let released = release_agents(&tx, me.0).await?;
        sign_ins::end_all_but(&tx, me.0, None).await?;
        tokens::revoke_all(&tx, me.0, now).await?;
        revoke_apps(&tx, me.0, now).await?;
        owner_email::Entity::delete_by_id(me.0).exec(&tx).await?;
        let gone = user::ActiveModel {
            id: Set(me.0),
            password_hash: Set(None),
            role: Set(user::Role::Member),
            deleted_at: Set(Some(now)),
            ..Default::default()
        };
        let gone = gone.update(&tx).await?;
        let entry = Entry::new("user.close_account", me.0).before(before).after(&gone);
        self.commit(tx, who, entry.because(&format!("{released} agents are nobody's now"))).await
    }
}

/// Makes the agents of a person nobody's, and their claim links good again: each agent knows its link and its code, and
/// shows them to whoever takes it on.
async fn release_agents(tx: &DatabaseTransaction, owner: Uuid) -> Result<u64> {
    use agent::Column::{ClaimedAt, DeletedAt, Id, OwnerId, PausedAt};
    let owned = || agent::Entity::find().select_only().column(Id).filter(OwnerId.eq(owner));
    let offered = agent_offer::Entity::delete_many();
    let offers = agent_offer::Column::AgentId.in_subquery(owned().into_query());
    offered.filter(offers.or(agent_offer::Column::ToUserId.eq(owner))).exec(tx).await?;
    // Who claims takes the claim first, then the agent.
    claim::Entity::update_many()
        .col_expr(claim::Column::UsedAt, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(claim::Column::Failures, Expr::val(0_i64))
        .filter(claim::Column::AgentId.in_subquery(owned().filter(DeletedAt.is_null()).into_query()))
        .exec(tx)
        .await?;
    owned().order_by_asc(Id).lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().all(tx).await?;
    let released = agent::Entity::update_many()
        .col_expr(OwnerId, Expr::val(Option::<Uuid>::None))
        .col_expr(PausedAt, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(ClaimedAt, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(OwnerId.eq(owner));
    Ok(released.exec(tx).await?.rows_affected)
}

async fn revoke_apps(tx: &DatabaseTransaction, owner: Uuid, now: DateTime<Utc>) -> Result<()> {
    app::Entity::update_many()
        .col_expr(app::Column::RevokedAt, Expr::val(now))
        .filter(app::Column::OwnerId.eq(owner))
        .filter(app::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

//! Where a person is signed in: a row for each browser, wherever the session itself is stored.
//!
//! A session names its row, and one whose row is gone is nobody's. So a session can be ended from elsewhere by somebody
//! who does not know its id, and it has ended on all replicas at once.

use super::{human, users};
use crate::Domain;
use crate::entity::{sign_in, user};
use crate::error::{Error, Result};
use crate::guard::audit::{Entry, commit_unrecorded};
use crate::origin::Origin;
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::account::{ChangePassword, SignInView};
use types::actor::Actor;
use types::id::{SignInId, UserId};
use types::limits;
use types::user::UserView;
use uuid::Uuid;

/// How stale `last_seen_at` may become: a write for every page would be too many.
const SEEN_EVERY: Duration = Duration::minutes(10);
/// Rows that are removed at a time.
const AT_ONCE: u64 = 1_000;
const WRONG_PASSWORD: &str = "is not your password";

impl Domain {
    /// Notes that a person signs in here and now. Who is signed in at very many places is signed out where they were not
    /// seen for longest.
    #[tracing::instrument(skip_all)]
    pub async fn begin_sign_in(&self, user: UserId) -> Result<SignInId> {
        use sign_in::Column::{Id, LastSeenAt, UserId};
        let origin = Origin::current();
        let now = self.clock().now();
        let row = sign_in::ActiveModel {
            id: Set(self.clock().new_id()),
            user_id: Set(user.0),
            user_agent: Set(origin.as_ref().and_then(Origin::user_agent).map(str::to_owned)),
            network: Set(origin.as_ref().map(Origin::network)),
            created_at: Set(now),
            last_seen_at: Set(now),
        };
        let tx = self.db().begin().await?;
        let row = row.insert(&tx).await?;
        let too_many = sign_in::Entity::find()
            .select_only()
            .column(Id)
            .filter(UserId.eq(user.0))
            .order_by_desc(LastSeenAt)
            .order_by_desc(Id)
            .limit(AT_ONCE)
            .offset(limits::SIGN_INS_MAX);
        sign_in::Entity::delete_many().filter(Id.in_subquery(too_many.into_query())).exec(&tx).await?;
        commit_unrecorded(tx).await?;
        Ok(SignInId(row.id))
    }

    /// The person of a session, if it was not ended and the account still exists.
    pub async fn signed_in(&self, user: UserId, sign_in: SignInId) -> Result<Option<UserView>> {
        let found = sign_in::Entity::find_by_id(sign_in.0).filter(sign_in::Column::UserId.eq(user.0));
        let (found, user) = tokio::try_join!(async { Ok(found.one(self.db().read()).await?) }, self.user(user))?;
        let (Some(found), Some(user)) = (found, user) else { return Ok(None) };
        let now = self.clock().now();
        if found.last_seen_at + SEEN_EVERY < now {
            sign_in::Entity::update_many()
                .col_expr(sign_in::Column::LastSeenAt, Expr::val(now))
                .filter(sign_in::Column::Id.eq(found.id))
                .exec(self.db().write())
                .await?;
        }
        Ok(Some(user))
    }

    /// Where the caller, a human, is signed in, the last seen first.
    pub async fn sign_ins(&self, who: &Actor) -> Result<Vec<SignInView>> {
        let me = human(who)?;
        let own = sign_in::Entity::find()
            .filter(sign_in::Column::UserId.eq(me.0))
            .order_by_desc(sign_in::Column::LastSeenAt)
            .order_by_desc(sign_in::Column::Id)
            .limit(limits::SIGN_INS_MAX);
        Ok(own.all(self.db().read()).await?.into_iter().map(view).collect())
    }

    /// Ends a session of the caller's. One that has ended already, or is somebody else's, stays as it is.
    #[tracing::instrument(skip_all)]
    pub async fn end_sign_in(&self, who: &Actor, id: SignInId) -> Result<()> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        let own = sign_in::Entity::find_by_id(id.0).filter(sign_in::Column::UserId.eq(me.0));
        let Some(row) = own.one(&tx).await? else { return Ok(()) };
        sign_in::Entity::delete_by_id(row.id).exec(&tx).await?;
        self.commit(tx, who, Entry::new("user.end_session", me.0)).await
    }

    /// Ends all sessions of the caller's but the one they are asking from.
    #[tracing::instrument(skip_all)]
    pub async fn end_other_sign_ins(&self, who: &Actor, current: Option<SignInId>) -> Result<()> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        end_all_but(&tx, me.0, current).await?;
        self.commit(tx, who, Entry::new("user.end_sessions", me.0)).await
    }

    /// Gives the caller another password, and ends all their sessions but the one they are asking from. Asking for that
    /// again changes nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong old password, or a new one that cannot be used; [`Error::Conflict`] for an account
    /// without a password.
    #[tracing::instrument(skip_all)]
    pub async fn change_password(&self, who: &Actor, current: Option<SignInId>, request: ChangePassword) -> Result<()> {
        let me = human(who)?;
        request.validate()?;
        let known = match self.confirm_password(me, "old", request.old).await {
            // A form that was sent twice.
            Err(Error::Invalid(why)) => {
                let is_done = self.confirm_password(me, "new", request.new).await;
                return is_done.map(drop).map_err(|_neither| Error::Invalid(why));
            }
            known => known?,
        };
        let new = self.0.passwords.hash(request.new).await?;
        let tx = self.db().begin().await?;
        let before = users::hold(&tx, me).await?;
        // Of two at once that both knew the old password, the second one does not know the new one.
        if before.password_hash.as_ref() != Some(&known) {
            return Err(Error::field("old", WRONG_PASSWORD));
        }
        let change = user::ActiveModel { id: Set(me.0), password_hash: Set(Some(new)), ..Default::default() };
        let after = change.update(&tx).await?;
        end_all_but(&tx, me.0, current).await?;
        self.commit(tx, who, Entry::new("user.change_password", me.0).before(&before).after(&after)).await
    }

    /// The hash behind a person's password, if it is this one.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `field` for a wrong one, [`Error::Conflict`] for an account without a password.
    pub(super) async fn confirm_password(&self, me: UserId, field: &str, password: String) -> Result<String> {
        if password.chars().count() > limits::PASSWORD_MAX {
            return Err(Error::field(field, WRONG_PASSWORD));
        }
        let user = users::living(self.db().read(), me).await?;
        let hash = user.password_hash.ok_or(Error::Conflict("this account has no password"))?;
        match self.0.passwords.verify(password, Some(hash.clone())).await? {
            true => Ok(hash),
            false => Err(Error::field(field, WRONG_PASSWORD)),
        }
    }

    /// Forgets browsers that were not seen for longer than a session lasts; how many that were.
    pub async fn delete_old_sign_ins(&self, session_lifetime: std::time::Duration) -> Result<u64> {
        // A session is renewed once a day, and what is noted here is some minutes old.
        let lifetime = Duration::from_std(session_lifetime).unwrap_or(Duration::MAX).checked_add(&Duration::days(2));
        let oldest = lifetime.and_then(|lifetime| self.clock().now().checked_sub_signed(lifetime));
        let old = sign_in::Column::LastSeenAt.lt(oldest.unwrap_or(DateTime::<Utc>::MIN_UTC));
        Ok(sign_in::Entity::delete_many().filter(old).exec(self.db().write()).await?.rows_affected)
    }
}

/// Ends the sessions of a person, but for one.
pub(super) async fn end_all_but(tx: &DatabaseTransaction, user: Uuid, kept: Option<SignInId>) -> Result<()> {
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::UserId.eq(user))
        .apply_if(kept, |ended, kept| ended.filter(sign_in::Column::Id.ne(kept.0)))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) fn view(row: sign_in::Model) -> SignInView {
    SignInView {
        id: SignInId(row.id),
        user_agent: row.user_agent,
        network: row.network,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    }
}

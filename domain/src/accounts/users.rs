//! Humans: signing up, signing in, and the link that makes the first administrator.

use super::secrets;
use crate::Domain;
use crate::db::Db;
use crate::entity::{sign_in_link, user};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use chrono::{DateTime, Utc};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};
use std::time::Duration;
use types::actor::{Actor, UserRole};
use types::id::UserId;
use types::name::Handle;
use types::user::{RedeemLink, SignIn, SignUp, UserView};

/// The account that the first sign-in link opens; the name is reserved for everybody else.
const FIRST_ADMIN: &str = "admin";
const LINK_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);
const WRONG_SIGN_IN: &str = "the handle or the password is wrong";
const SUSPENDED: &str = "this account is suspended";
const NO_PASSWORDS: &str = "nobody signs in by a password here";

impl Domain {
    /// Makes an account.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a handle or password that cannot be used, a taken handle included; [`Error::Forbidden`]
    /// where people sign in elsewhere.
    #[tracing::instrument(skip_all)]
    pub async fn sign_up(&self, request: SignUp) -> Result<UserView> {
        self.passwords_count()?;
        let handle = Handle::parse(&request.handle).map_err(|e| Error::name("handle", e))?;
        request.validate()?;
        let user = user::ActiveModel {
            id: Set(self.clock().new_id()),
            handle: Set(handle.into()),
            password_hash: Set(Some(self.0.passwords.hash(request.password).await?)),
            role: Set(user::Role::Member),
            suspended_until: Set(None),
            created_at: Set(self.clock().now()),
            deleted_at: Set(None),
        };
        let tx = self.db().begin().await?;
        let user = match user.insert(&tx).await {
            Ok(user) => user,
            Err(e) if is_duplicate(&e) => return Err(Error::field("handle", "is already taken")),
            Err(e) => return Err(e.into()),
        };
        self.commit(tx, &Actor::Anonymous, Entry::new("user.sign_up", user.id).after(&user)).await?;
        Ok(view(user))
    }

    /// Checks a handle and a password.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same whichever of the two is wrong; [`Error::Forbidden`] for somebody suspended, and
    /// where people sign in elsewhere.
    #[tracing::instrument(skip_all)]
    pub async fn sign_in(&self, request: SignIn) -> Result<UserView> {
        self.passwords_count()?;
        if request.password.chars().count() > types::limits::PASSWORD_MAX {
            return Err(Error::Unauthenticated(WRONG_SIGN_IN));
        }
        let user = match types::name::Handle::parse(&request.handle).map(String::from) {
            Ok(handle) => by_handle(self.db(), &handle).await?,
            Err(types::name::NameError::Reserved) => {
                by_handle(self.db(), &request.handle.trim().to_ascii_lowercase()).await?
            }
            Err(_) => None,
        };
        let hash = user.as_ref().and_then(|u| u.password_hash.clone());
        let is_right = self.0.passwords.verify(request.password, hash).await?;
        let user = user.filter(|_| is_right).ok_or(Error::Unauthenticated(WRONG_SIGN_IN))?;
        may_come_in(&user, self.clock().now())?;
        Ok(view(user))
    }

    /// Refuses whoever brings a password where people sign in elsewhere.
    fn passwords_count(&self) -> Result<()> {
        if self.0.password_sign_in { Ok(()) } else { Err(Error::Forbidden(NO_PASSWORDS)) }
    }

    /// The account of a session, if it still exists and is not suspended.
    pub async fn user(&self, id: UserId) -> Result<Option<UserView>> {
        let user =
            user::Entity::find_by_id(id.0).filter(user::Column::DeletedAt.is_null()).one(self.db().read()).await?;
        Ok(user.filter(|user| may_come_in(user, self.clock().now()).is_ok()).map(view))
    }

    /// Makes a link that signs the first administrator in; `None` once one has signed in by it.
    ///
    /// A link that was lost is replaced by the next start; those before it stay good until one is used.
    #[tracing::instrument(skip_all)]
    pub async fn first_admin_link(&self) -> Result<Option<String>> {
        let now = self.clock().now();
        let token = secrets::new_link_token();
        let tx = self.db().begin().await?;
        let admin = user::ActiveModel {
            id: Set(self.clock().new_id()),
            handle: Set(FIRST_ADMIN.to_owned()),
            password_hash: Set(None),
            role: Set(user::Role::Admin),
            suspended_until: Set(None),
            created_at: Set(now),
            deleted_at: Set(None),
        };
        let unless_there = OnConflict::column(user::Column::Handle).do_nothing().to_owned();
        user::Entity::insert(admin).on_conflict(unless_there).exec_without_returning(&tx).await?;
        let admin = user::Entity::find().filter(user::Column::Handle.eq(FIRST_ADMIN)).one(&tx).await?;
        let is_new = |admin: &user::Model| admin.password_hash.is_none() && admin.deleted_at.is_none();
        let Some(admin) = admin.filter(is_new) else { return Ok(None) };
        let link = sign_in_link::ActiveModel {
            token_hash: Set(secrets::digest(&token).to_vec()),
            user_id: Set(admin.id),
            created_at: Set(now),
            expires_at: Set(now + LINK_LIFE),
            used_at: Set(None),
        };
        sign_in_link::Entity::insert(link).exec_without_returning(&tx).await?;
        self.commit(tx, &Actor::Anonymous, Entry::new("user.make_link", admin.id).after(&admin)).await?;
        Ok(Some(token))
    }

    /// Signs in by a link, once, and sets the account's password.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that never was, [`Error::Gone`] for one that was used or is too old,
    /// [`Error::Invalid`] for a password that cannot be used.
    #[tracing::instrument(skip_all)]
    pub async fn redeem_sign_in_link(&self, request: RedeemLink) -> Result<UserView> {
        request.validate()?;
        let now = self.clock().now();
        let hash = secrets::digest(&request.token).to_vec();
        let password_hash = self.0.passwords.hash(request.password).await?;
        let tx = self.db().begin().await?;
        let link = sign_in_link::Entity::find_by_id(hash.clone()).one(&tx).await?;
        let link = link.ok_or(Error::NotFound("sign-in link"))?;
        // The condition, not the row read above, decides between two that redeem links of one account at once.
        let used = sign_in_link::Entity::update_many()
            .col_expr(sign_in_link::Column::UsedAt, Expr::val(now))
            .filter(sign_in_link::Column::UserId.eq(link.user_id))
            .filter(sign_in_link::Column::UsedAt.is_null())
            .exec(&tx)
            .await?;
        if used.rows_affected == 0 || link.used_at.is_some() || link.expires_at <= now {
            return Err(Error::Gone("this sign-in link has been used or is too old"));
        }
        let user =
            user::ActiveModel { id: Set(link.user_id), password_hash: Set(Some(password_hash)), ..Default::default() };
        let user = user.update(&tx).await?;
        self.commit(tx, &Actor::Anonymous, Entry::new("user.redeem_link", user.id).after(&user)).await?;
        Ok(view(user))
    }
}

pub(crate) async fn by_handle(db: &Db, handle: &str) -> Result<Option<user::Model>> {
    let user = user::Entity::find().filter(user::Column::Handle.eq(handle)).filter(user::Column::DeletedAt.is_null());
    Ok(user.one(db.read()).await?)
}

/// Refuses who is suspended.
pub(super) fn may_come_in(user: &user::Model, now: DateTime<Utc>) -> Result<()> {
    match user.suspended_until {
        Some(until) if until > now => Err(Error::Forbidden(SUSPENDED)),
        _ => Ok(()),
    }
}

/// An account that was not deleted.
pub(super) async fn living(db: &impl ConnectionTrait, id: UserId) -> Result<user::Model> {
    let user = user::Entity::find_by_id(id.0).filter(user::Column::DeletedAt.is_null()).one(db).await?;
    user.ok_or(Error::Unauthenticated(super::ACCOUNT_NEEDED))
}

/// The same, held until the end of the transaction: an account that is being closed gets nothing new.
pub(super) async fn hold(tx: &DatabaseTransaction, id: UserId) -> Result<user::Model> {
    let user = user::Entity::find_by_id(id.0).filter(user::Column::DeletedAt.is_null());
    let user = user.lock(LockType::NoKeyUpdate).one(tx).await?;
    user.ok_or(Error::Unauthenticated(super::ACCOUNT_NEEDED))
}

pub(super) fn view(user: user::Model) -> UserView {
    UserView { id: UserId(user.id), role: role(user.role), handle: user.handle }
}

/// The role in a row, as callers know it.
pub(crate) fn role(role: user::Role) -> UserRole {
    match role {
        user::Role::Member => UserRole::Member,
        user::Role::Admin => UserRole::Admin,
    }
}

/// The role as its row has it.
pub(crate) fn role_column(role: UserRole) -> user::Role {
    match role {
        UserRole::Member => user::Role::Member,
        UserRole::Admin => user::Role::Admin,
    }
}

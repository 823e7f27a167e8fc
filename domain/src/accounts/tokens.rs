//! Tokens with which people use the API from programs.
//!
//! A token is its owner, without what governing takes: one that leaks must not make administrators. It is looked up at
//! every request and remembered nowhere, so one that is revoked is dead on all replicas at once.

use super::{human, secrets, users};
use crate::Domain;
use crate::entity::user_token;
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use types::account::{MadeToken, NewToken, TokenView};
use types::actor::{Actor, UserRole};
use types::id::{TokenId, UserId};
use types::limits;
use uuid::Uuid;

/// What a token shows of itself.
const SHOWN_OF_TOKEN: usize = 12;
/// How stale `last_used_at` may become.
const USED_EVERY: Duration = Duration::minutes(5);
/// A form that is sent twice by mistake is sent twice within this.
const DOUBLE_CLICK: Duration = Duration::minutes(1);
const WRONG_TOKEN: &str = "the token is not valid any more";

impl Domain {
    /// Makes a token of the caller, a human. It is in the answer and nowhere else.
    ///
    /// A form that is sent twice makes two; the one that nobody saw dies with the second.
    ///
    /// # Errors
    /// [`Error::Conflict`] for a caller with as many tokens as one may have.
    #[tracing::instrument(skip_all)]
    pub async fn make_token(&self, who: &Actor, request: NewToken) -> Result<MadeToken> {
        use user_token::Column::{CreatedAt, Id, Label, LastUsedAt};
        let me = human(who)?;
        request.validate()?;
        let now = self.clock().now();
        let label = request.label.trim().to_owned();
        let token = secrets::new_user_token();
        let tx = self.db().begin().await?;
        // Two at once would both be the last that is allowed.
        users::hold(&tx, me).await?;
        let unseen = living(me.0)
            .filter(Label.eq(label.as_str()))
            .filter(CreatedAt.gt(now - DOUBLE_CLICK))
            .filter(LastUsedAt.is_null())
            .order_by_desc(Id);
        if let Some(unseen) = unseen.one(&tx).await? {
            revoked(unseen, now).update(&tx).await?;
        }
        if living(me.0).count(&tx).await? >= limits::TOKENS_MAX {
            return Err(Error::Conflict("you have as many tokens as one may have; revoke one"));
        }
        let row = user_token::ActiveModel {
            id: Set(self.clock().new_id()),
            user_id: Set(me.0),
            label: Set(label),
            hash: Set(secrets::digest(&token).to_vec()),
            prefix: Set(token.chars().take(SHOWN_OF_TOKEN).collect()),
            created_at: Set(now),
            expires_at: Set(now + Duration::days(request.days.into())),
            last_used_at: Set(None),
            revoked_at: Set(None),
        };
        let row = row.insert(&tx).await?;
        self.commit(tx, who, Entry::new("token.create", row.id).after(&row)).await?;
        Ok(MadeToken { view: view(row), token })
    }

    /// The caller's tokens that were not revoked, the youngest first; those whose time is over among them.
    pub async fn tokens(&self, who: &Actor) -> Result<Vec<TokenView>> {
        let me = human(who)?;
        let own = living(me.0).order_by_desc(user_token::Column::Id).limit(limits::TOKENS_MAX);
        Ok(own.all(self.db().read()).await?.into_iter().map(view).collect())
    }

    /// Revokes a token of the caller. Revoking it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one of somebody else.
    #[tracing::instrument(skip_all)]
    pub async fn revoke_token(&self, who: &Actor, id: TokenId) -> Result<()> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        let row = user_token::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.user_id == me.0).ok_or(Error::NotFound("token"))?;
        if row.revoked_at.is_some() {
            return Ok(());
        }
        let entry = Entry::new("token.revoke", row.id).before(&row);
        let row = revoked(row, self.clock().now()).update(&tx).await?;
        self.commit(tx, who, entry.after(&row)).await
    }

    /// The human behind a token, and which one it is.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a token that is unknown, revoked or too old.
    #[tracing::instrument(skip_all)]
    pub async fn human_by_token(&self, token: &str) -> Result<(Actor, TokenId)> {
        let row = user_token::Entity::find()
            .filter(user_token::Column::Hash.eq(secrets::digest(token).to_vec()))
            .filter(user_token::Column::RevokedAt.is_null())
            .one(self.db().read())
            .await?;
        let now = self.clock().now();
        let row = row.filter(|row| row.expires_at > now).ok_or(Error::Unauthenticated(WRONG_TOKEN))?;
        let user = self.user(UserId(row.user_id)).await?.ok_or(Error::Unauthenticated(WRONG_TOKEN))?;
        if row.last_used_at.is_none_or(|used| used + USED_EVERY < now) {
            user_token::Entity::update_many()
                .col_expr(user_token::Column::LastUsedAt, Expr::val(now))
                .filter(user_token::Column::Id.eq(row.id))
                .exec(self.db().write())
                .await?;
        }
        Ok((Actor::Human { id: user.id, handle: user.handle, role: UserRole::Member }, TokenId(row.id)))
    }
}

/// Revokes whatever tokens a person has.
pub(super) async fn revoke_all(tx: &DatabaseTransaction, user: Uuid, now: DateTime<Utc>) -> Result<()> {
    user_token::Entity::update_many()
        .col_expr(user_token::Column::RevokedAt, Expr::val(now))
        .filter(user_token::Column::UserId.eq(user))
        .filter(user_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn living(user: Uuid) -> sea_orm::Select<user_token::Entity> {
    user_token::Entity::find()
        .filter(user_token::Column::UserId.eq(user))
        .filter(user_token::Column::RevokedAt.is_null())
}

fn revoked(row: user_token::Model, now: DateTime<Utc>) -> user_token::ActiveModel {
    user_token::ActiveModel { id: Set(row.id), revoked_at: Set(Some(now)), ..Default::default() }
}

pub(super) fn view(row: user_token::Model) -> TokenView {
    TokenView {
        id: TokenId(row.id),
        label: row.label,
        prefix: row.prefix,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    }
}

//! Who may register agents, and the invites by which administrators let them. People sign up whatever is chosen here:
//! what they may do is read, vote and claim.

use super::{administrator, human, secrets};
use crate::Domain;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{invite, user};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Order};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use types::actor::Actor;
use types::agent::DELETED;
use types::id::{InviteId, UserId};
use types::invite::{InviteState, InviteView, MadeInvite, NewInvite};
use types::page::{Page, PageRequest};
use uuid::Uuid;

const LIST: u8 = 120;
const PAGE: u64 = 25;
const NEEDED: &str = "an invite is needed to register here";
const NOT_GOOD: &str = "this invite is used up, too old, taken back, or never was";

/// Who may register agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Who has the code of an invite.
    Invite,
    /// Nobody.
    Closed,
}

impl Domain {
    /// Makes an invite. Its code is in the answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn make_invite(&self, who: &Actor, request: NewInvite) -> Result<MadeInvite> {
        administrator(who)?;
        let admin = human(who)?;
        request.validate()?;
        let now = self.clock().now();
        let code = secrets::new_invite_code();
        let row = invite::ActiveModel {
            id: Set(self.clock().new_id()),
            code_hash: Set(secrets::digest(&code).to_vec()),
            note: Set(request.note.trim().to_owned()),
            uses: Set(0),
            most_uses: Set(request.uses.into()),
            created_by: Set(admin.0),
            created_at: Set(now),
            expires_at: Set(Some(now + Duration::days(request.days.into()))),
            revoked_at: Set(None),
        };
        let tx = self.db().begin().await?;
        let row = row.insert(&tx).await?;
        let makers = makers(&tx, std::slice::from_ref(&row)).await?;
        self.commit(tx, who, Entry::new("invite.create", row.id).after(&row)).await?;
        Ok(MadeInvite { invite: view(row, &makers, now), code })
    }

    /// All invites, the youngest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn invites(&self, who: &Actor, page: &PageRequest) -> Result<Page<InviteView>> {
        administrator(who)?;
        let db = self.db().read();
        let limit = page.limit_or(PAGE);
        let keyset = Keyset { list: LIST, order: Order::Desc, key: None, id: Expr::col(invite::Column::Id), as_of: 0 };
        let cursor = Cursor::of(page, LIST)?;
        let rows = keyset.page(invite::Entity::find(), cursor.as_ref(), page, limit)?.all(db).await?;
        let rows = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        let makers = makers(db, &rows.items).await?;
        let now = self.clock().now();
        let items = rows.items.into_iter().map(|row| view(row, &makers, now)).collect();
        Ok(Page { items, next_cursor: rows.next_cursor })
    }

    /// What a person made.
    pub(super) async fn invites_by(&self, maker: UserId) -> Result<Vec<InviteView>> {
        let rows = invite::Entity::find().filter(invite::Column::CreatedBy.eq(maker.0));
        let rows = rows.order_by_asc(invite::Column::Id).all(self.db().read()).await?;
        let makers = makers(self.db().read(), &rows).await?;
        let now = self.clock().now();
        Ok(rows.into_iter().map(|row| view(row, &makers, now)).collect())
    }

    /// Takes an invite back. Who registered by it stays.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but administrators, [`Error::NotFound`] for one that was taken back before.
    #[tracing::instrument(skip_all)]
    pub async fn revoke_invite(&self, who: &Actor, id: InviteId) -> Result<()> {
        administrator(who)?;
        let tx = self.db().begin().await?;
        let row = invite::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.revoked_at.is_none()).ok_or(Error::NotFound("invite"))?;
        let entry = Entry::new("invite.revoke", row.id).before(&row);
        let revoked =
            invite::ActiveModel { id: Set(row.id), revoked_at: Set(Some(self.clock().now())), ..Default::default() };
        let row = revoked.update(&tx).await?;
        self.commit(tx, who, entry.after(&row)).await
    }

    /// The invite that whoever registers has to use up, if any is needed.
    pub(super) fn may_register<'code>(&self, code: Option<&'code str>) -> Result<Option<&'code str>> {
        match self.0.registration {
            Registration::Open => Ok(None),
            Registration::Closed => Err(Error::RegistrationClosed),
            Registration::Invite => match code.map(str::trim) {
                None | Some("") => Err(Error::NotInvited(NEEDED)),
                code => Ok(code),
            },
        }
    }

    /// Uses an invite once. The condition, and no row read before, decides between many who use it at once.
    pub(super) async fn use_invite(&self, tx: &DatabaseTransaction, code: &str) -> Result<()> {
        let uses = invite::Column::Uses;
        let used = invite::Entity::update_many()
            .col_expr(uses, Expr::col(uses).add(1_i64))
            .filter(invite::Column::CodeHash.eq(secrets::digest(code).to_vec()))
            .filter(invite::Column::RevokedAt.is_null())
            .filter(invite::Column::ExpiresAt.is_null().or(invite::Column::ExpiresAt.gt(self.clock().now())))
            .filter(Expr::col(uses).lt(Expr::col(invite::Column::MostUses)))
            .exec(tx)
            .await?;
        if used.rows_affected == 0 { Err(Error::NotInvited(NOT_GOOD)) } else { Ok(()) }
    }
}

/// The handles of those who made the invites.
async fn makers(db: &impl ConnectionTrait, rows: &[invite::Model]) -> Result<HashMap<Uuid, String>> {
    let ids = rows.iter().map(|row| row.created_by);
    let users = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    let name = |user: user::Model| if user.deleted_at.is_some() { DELETED.to_owned() } else { user.handle };
    Ok(users.into_iter().map(|user| (user.id, name(user))).collect())
}

fn view(row: invite::Model, makers: &HashMap<Uuid, String>, now: DateTime<Utc>) -> InviteView {
    let state = match () {
        () if row.revoked_at.is_some() => InviteState::Revoked,
        () if row.uses >= row.most_uses => InviteState::UsedUp,
        () if row.expires_at.is_some_and(|end| end <= now) => InviteState::Expired,
        () => InviteState::Open,
    };
    InviteView {
        id: InviteId(row.id),
        note: row.note,
        state,
        uses: row.uses,
        most_uses: row.most_uses,
        created_by: makers.get(&row.created_by).cloned().unwrap_or_default(),
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

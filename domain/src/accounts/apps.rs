//! Apps of developers: programs with a key of their own, which may ask whose an identity token is.

use super::{human, secrets, users};
use crate::Domain;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::app;
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use types::actor::Actor;
use types::id::AppId;
use types::identity::{AppView, CreatedApp, NewApp};
use types::limits;
use types::page::{Page, PageRequest};

/// The list of apps has cursors of this number.
const LIST: u8 = 63;
/// What a key shows of itself: the prefix and a few characters.
const SHOWN_OF_KEY: usize = 14;

impl Domain {
    /// Makes an app of the caller, a human. Its key is in the answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Conflict`] for a caller with as many apps as one may have.
    #[tracing::instrument(skip_all)]
    pub async fn create_app(&self, who: &Actor, request: NewApp) -> Result<CreatedApp> {
        let owner = human(who)?;
        request.validate()?;
        let app_key = secrets::new_app_key();
        let tx = self.db().begin().await?;
        // Two at once would both be the last that is allowed.
        users::hold(&tx, owner).await?;
        let living = app::Entity::find()
            .filter(app::Column::OwnerId.eq(owner.0))
            .filter(app::Column::RevokedAt.is_null())
            .count(&tx)
            .await?;
        if living >= limits::APPS_MAX {
            return Err(Error::Conflict("you have as many apps as one may have; revoke one"));
        }
        let row = app::ActiveModel {
            id: Set(self.clock().new_id()),
            owner_id: Set(owner.0),
            name: Set(request.name.trim().to_owned()),
            key_hash: Set(secrets::digest(&app_key).to_vec()),
            key_prefix: Set(app_key.chars().take(SHOWN_OF_KEY).collect()),
            created_at: Set(self.clock().now()),
            revoked_at: Set(None),
        };
        let row = row.insert(&tx).await?;
        self.commit(tx, who, Entry::new("app.create", row.id).after(&row)).await?;
        Ok(CreatedApp { app: view(row), app_key })
    }

    /// The caller's apps, the youngest first, revoked ones included.
    pub async fn apps(&self, who: &Actor, page: &PageRequest) -> Result<Page<AppView>> {
        let owner = human(who)?;
        let keyset = Keyset { list: LIST, order: Order::Desc, key: None, id: Expr::col(app::Column::Id), as_of: 0 };
        let cursor = Cursor::of(page, LIST)?;
        let limit = page.limit_or(limits::POSTS_PAGE);
        let own = app::Entity::find().filter(app::Column::OwnerId.eq(owner.0));
        let rows = keyset.page(own, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: cut.items.into_iter().map(view).collect(), next_cursor: cut.next_cursor })
    }

    /// Revokes the key of an app: its owner and administrators may. Revoking it again changes nothing.
    #[tracing::instrument(skip_all)]
    pub async fn revoke_app(&self, who: &Actor, id: AppId) -> Result<AppView> {
        let me = human(who)?;
        let tx = self.db().begin().await?;
        let row = app::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.owner_id == me.0 || who.is_admin()).ok_or(Error::NotFound("app"))?;
        if row.revoked_at.is_some() {
            return Ok(view(row));
        }
        let revoked =
            app::ActiveModel { id: Set(row.id), revoked_at: Set(Some(self.clock().now())), ..Default::default() };
        let revoked = revoked.update(&tx).await?;
        self.commit(tx, who, Entry::new("app.revoke", row.id).before(&row).after(&revoked)).await?;
        Ok(view(revoked))
    }
}

pub(super) fn view(row: app::Model) -> AppView {
    AppView {
        id: AppId(row.id),
        name: row.name,
        key_prefix: row.key_prefix,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
    }
}

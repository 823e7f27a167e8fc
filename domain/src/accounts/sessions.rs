//! Browser sessions, for the session middleware to store. Only the SHA-256 of a session's id is known here.

use crate::Domain;
use crate::entity::session;
use crate::error::{Result, is_duplicate};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

impl Domain {
    /// The data of a session and when it ends; `None` once it has ended.
    pub async fn load_session(&self, key: &[u8; 32]) -> Result<Option<(String, DateTime<Utc>)>> {
        let session = session::Entity::find_by_id(key.to_vec()).one(self.db().read()).await?;
        let now = self.clock().now();
        Ok(session.filter(|s| s.expires_at > now).map(|s| (s.data, s.expires_at)))
    }

    /// Stores a new session; `false` if there is one with this key.
    pub async fn insert_session(&self, key: &[u8; 32], data: &str, expires_at: DateTime<Utc>) -> Result<bool> {
        match session::Entity::insert(row(key, data, expires_at)).exec_without_returning(self.db().write()).await {
            Ok(_) => Ok(true),
            Err(e) if is_duplicate(&e) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Stores what a session holds now. One that was ended meanwhile stays so.
    pub async fn save_session(&self, key: &[u8; 32], data: &str, expires_at: DateTime<Utc>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::Data, Expr::val(data))
            .col_expr(session::Column::ExpiresAt, Expr::val(expires_at))
            .filter(session::Column::IdHash.eq(key.to_vec()))
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub async fn delete_session(&self, key: &[u8; 32]) -> Result<()> {
        session::Entity::delete_by_id(key.to_vec()).exec(self.db().write()).await?;
        Ok(())
    }

    /// Removes what has ended by itself; returns how many sessions that were.
    pub async fn delete_expired_sessions(&self) -> Result<u64> {
        let expired = session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(self.clock().now()));
        Ok(expired.exec(self.db().write()).await?.rows_affected)
    }
}

fn row(key: &[u8; 32], data: &str, expires_at: DateTime<Utc>) -> session::ActiveModel {
    session::ActiveModel { id_hash: Set(key.to_vec()), data: Set(data.to_owned()), expires_at: Set(expires_at) }
}

//! Browser sessions: the cookie, and the two places their data can live.

use crate::http::csrf::SESSION_COOKIE;
use crate::redis::Redis;
use async_trait::async_trait;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::Domain;
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{self, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

/// The day a session was last used, so that reading is activity too but is written down once a day only.
const SEEN: &str = "seen";
const SECONDS_A_DAY: i64 = 86_400;
/// A signed-in session holds this key; others (a form that was refused) may run out as they are.
const USER: &str = "user";

/// Where sessions live.
///
/// Neither place ever sees a session id: who reads the store cannot take over a session.
#[derive(Clone)]
pub enum Store {
    /// In the database.
    Database(Domain),
    /// In Redis, which forgets them by itself.
    Redis(Redis),
}

/// The middleware that gives each request its session.
pub fn layer(store: Store, lifetime: Duration, https: bool) -> SessionManagerLayer<Store> {
    let lifetime = time::Duration::try_from(lifetime).unwrap_or(time::Duration::days(30));
    SessionManagerLayer::new(store)
        .with_name(SESSION_COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(https)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(lifetime))
        .with_always_save(false)
}

/// Notes once a day that a signed-in session is in use, which renews it. Stands right inside the session layer.
pub async fn keep_alive(request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let response = next.run(request).await;
    if let Some(session) = session {
        // A store that cannot be read is reported by whoever needed the session.
        _ = renew(&session, OffsetDateTime::now_utc().unix_timestamp() / SECONDS_A_DAY).await;
    }
    response
}

async fn renew(session: &Session, today: i64) -> std::result::Result<(), tower_sessions::session::Error> {
    // Without an id there is nothing to renew, and nothing to load.
    if session.id().is_some()
        && session.get_value(USER).await?.is_some()
        && session.get::<i64>(SEEN).await.ok().flatten() != Some(today)
    {
        session.insert(SEEN, today).await?;
    }
    Ok(())
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database(_) => "Store::Database",
            Self::Redis(_) => "Store::Redis",
        })
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let (json, expiry) = (json(record)?, expiry(record)?);
            let is_new = match self {
                Self::Database(domain) => {
                    domain.insert_session(&key(record.id), &json, expiry).await.map_err(backend)?
                }
                Self::Redis(redis) => {
                    redis.set_new(&name(record.id), &json, expiry.timestamp_millis()).await.map_err(backend)?
                }
            };
            if is_new {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (json, expiry) = (json(record)?, expiry(record)?);
        match self {
            Self::Database(domain) => domain.save_session(&key(record.id), &json, expiry).await.map_err(backend),
            Self::Redis(redis) => redis.set(&name(record.id), &json, expiry.timestamp_millis()).await.map_err(backend),
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (json, expiry_date) = match self {
            Self::Database(domain) => {
                let Some((json, expiry)) = domain.load_session(&key(*id)).await.map_err(backend)? else {
                    return Ok(None);
                };
                let expiry = OffsetDateTime::from_unix_timestamp(expiry.timestamp()).map_err(decode)?;
                (json, expiry)
            }
            Self::Redis(redis) => {
                let Some(json) = redis.get(&name(*id)).await.map_err(backend)? else { return Ok(None) };
                // Redis holds the time; it is set anew whenever the session is saved.
                (json, OffsetDateTime::now_utc() + time::Duration::days(1))
            }
        };
        if expiry_date <= OffsetDateTime::now_utc() {
            return Ok(None);
        }
        let data = serde_json::from_str(&json).map_err(decode)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        match self {
            Self::Database(domain) => domain.delete_session(&key(*id)).await.map_err(backend),
            Self::Redis(redis) => redis.delete(&name(*id)).await.map_err(backend),
        }
    }
}

fn key(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn name(id: Id) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    format!("moltbook:session:{}", BASE64_URL_SAFE_NO_PAD.encode(key(id)))
}

fn json(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn expiry(record: &Record) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0)
        .ok_or_else(|| Error::Encode("the session ends outside of time".to_owned()))
}

fn decode(e: impl fmt::Display) -> Error {
    Error::Decode(e.to_string())
}

fn backend(e: impl std::error::Error) -> Error {
    // `Display` of a domain error is made for strangers; the reason is in its source.
    Error::Backend(e.source().map_or_else(|| e.to_string(), |source| format!("{e}: {source}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_key_does_not_reveal_the_session_id() {
        let id = Id(7);
        assert_ne!(key(id)[..16], 7_i128.to_le_bytes());
        assert!(!name(id).contains(&id.to_string()));
        assert_eq!(name(id), name(Id(7)));
        assert_ne!(name(id), name(Id(8)));
    }
}

//! Secrets that have to be read again, kept so that the database alone does not give them away.
//!
//! XChaCha20-Poly1305 with a random nonce before each text. What a text is for is bound to it, so that a sealed text is
//! good in its own place only. The key is made of the setting `SECRET_KEY`. Without it an instance makes a key for
//! itself: in a file beside a SQLite database, or in a row of PostgreSQL for all replicas to share. The row protects
//! what leaves the instance in pieces, such as logs of statements, and not a copy of the whole database.

use crate::clock::Clock;
use crate::db::Db;
use crate::entity::instance_key;
use crate::error::{Error, Result};
use anyhow::{Context, anyhow};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use sha2::Sha256;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const NONCE: usize = 24;
const KEY: usize = 32;
/// Which of its keys an instance seals with; in the table, and mixed into a key that is made of `SECRET_KEY`.
const NAME: &str = "sealed/1";

/// Seals and opens.
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// With the key of this instance, made if it does not have one.
    pub(crate) async fn of(db: &Db, clock: &Clock, secret: Option<&str>) -> Result<Self> {
        let key = match (secret, db.key_file()) {
            (Some(secret), _) => from_secret(secret)?,
            (None, Some(file)) => from_file(&file).map_err(Error::Internal)?,
            (None, None) => from_row(db, clock).await?,
        };
        Ok(Self(XChaCha20Poly1305::new(&key.into())))
    }

    /// Seals a text for one purpose.
    pub(crate) fn seal(&self, purpose: &str, text: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self.0.encrypt(&XNonce::from(nonce), Payload { msg: text, aad: purpose.as_bytes() });
        let sealed = sealed.map_err(|_opaque| Error::Internal(anyhow!("cannot seal a {purpose}")))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// [`Error::Internal`] for what was sealed with another key or for something else, and for what was altered.
    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = sealed.split_first_chunk::<NONCE>().and_then(|(nonce, sealed)| {
            self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose.as_bytes() }).ok()
        });
        opened.ok_or_else(|| Error::Internal(anyhow!("cannot open a {purpose}: is SECRET_KEY another one now?")))
    }
}

/// An HMAC-SHA256.
pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; KEY]> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).map_err(|e| Error::Internal(e.into()))?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

fn from_secret(secret: &str) -> Result<[u8; KEY]> {
    hmac(secret.as_bytes(), &[NAME.as_bytes()])
}

fn from_file(file: &Path) -> anyhow::Result<[u8; KEY]> {
    let named = || format!("the key file {}", file.display());
    match fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(file) {
        Ok(mut new) => {
            let key: [u8; KEY] = rand::random();
            new.write_all(&key).and_then(|()| new.sync_all()).with_context(named)?;
            Ok(key)
        }
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let key = fs::read(file).with_context(named)?;
            <[u8; KEY]>::try_from(key).map_err(|_length| anyhow!("{} is damaged", named()))
        }
        Err(e) => Err(e).with_context(named),
    }
}

async fn from_row(db: &Db, clock: &Clock) -> Result<[u8; KEY]> {
    if let Some(row) = instance_key::Entity::find_by_id(NAME).one(db.read()).await? {
        return key_of(row);
    }
    let key: [u8; KEY] = rand::random();
    let row =
        instance_key::ActiveModel { name: Set(NAME.to_owned()), key: Set(key.to_vec()), created_at: Set(clock.now()) };
    // Of replicas that start at once one is first; all take what is there then.
    let keep = OnConflict::column(instance_key::Column::Name).do_nothing().to_owned();
    instance_key::Entity::insert(row).on_conflict(keep).exec_without_returning(db.write()).await?;
    let row = instance_key::Entity::find_by_id(NAME).one(db.read()).await?;
    key_of(row.ok_or_else(|| Error::Internal(anyhow!("the key of this instance is gone")))?)
}

fn key_of(row: instance_key::Model) -> Result<[u8; KEY]> {
    <[u8; KEY]>::try_from(row.key).map_err(|_length| Error::Internal(anyhow!("the key of this instance is damaged")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &str) -> Sealer {
        Sealer(XChaCha20Poly1305::new(&from_secret(secret).unwrap().into()))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_purpose_alone() {
        let (mine, other) = (sealer("a secret of mine"), sealer("another secret"));
        let sealed = mine.seal("webhook 1", b"hunter2").unwrap();
        assert_eq!(mine.open("webhook 1", &sealed).unwrap(), b"hunter2");
        assert!(mine.open("webhook 2", &sealed).is_err());
        assert!(other.open("webhook 1", &sealed).is_err());
        for i in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[i] ^= 1;
            assert!(mine.open("webhook 1", &altered).is_err(), "byte {i}");
        }
        assert!(mine.open("webhook 1", b"short").is_err());
        assert_ne!(mine.seal("webhook 1", b"hunter2").unwrap(), sealed, "a nonce is used once");
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.db.key");
        let key = from_file(&file).unwrap();
        assert_eq!(from_file(&file).unwrap(), key);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&file, b"short").unwrap();
        assert!(from_file(&file).unwrap_err().to_string().contains("damaged"));
    }
}

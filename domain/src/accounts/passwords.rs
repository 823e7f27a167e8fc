//! Passwords, hashed with argon2id away from the threads that serve requests.

use crate::error::{Error, Result};
use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// 19 MiB, two passes, one lane: the second choice of OWASP's Password Storage Cheat Sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Hashes at a time: bounds the memory that a flood of sign-ins can take.
const AT_ONCE: usize = 4;

pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    /// Checked where there is no account, so that the answer takes as long as for a wrong password.
    nobody: String,
}

impl Hasher {
    pub(crate) fn new() -> Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = argon2.hash_password(&rand::random::<[u8; 16]>()).map_err(failed)?.to_string();
        Ok(Self { argon2, slots: Arc::new(Semaphore::new(AT_ONCE)), nobody })
    }

    /// The hash of a new password, as a PHC string.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        self.away(move |argon2| Ok(argon2.hash_password(password.as_bytes()).map_err(failed)?.to_string())).await
    }

    /// Whether `password` is the one behind `hash`; takes the same time without a hash.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.away(move |argon2| {
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && is_known)
        })
        .await
    }

    async fn away<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let slot = self.slots.clone().acquire_owned().await.map_err(|e| Error::Internal(e.into()))?;
        let argon2 = self.argon2.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work(&argon2)
        });
        done.await.map_err(|e| Error::Internal(e.into()))?
    }
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::Internal(anyhow!("password hashing: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_accepted() {
        let hasher = Hasher::new().unwrap();
        let hash = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse".to_owned(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("correct horse".to_owned(), None).await.unwrap());
    }
}

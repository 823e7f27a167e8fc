//! Answers at rest: only the caller who got one can open it.
//!
//! The key is derived from the caller's API key, of which this server keeps a digest only, and from the name the caller
//! gave the request. Who registers has no API key yet: there the name alone has to be hard to guess, and under a short
//! one no answer is kept. Otherwise a neighbour behind the same address could ask for it.

use crate::error::{Error, Result};
use anyhow::anyhow;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

/// As short as a random name may be; a UUID has 36 characters.
const SHORTEST_SECRET_NAME: usize = 16;
const PURPOSE: &[u8] = b"moltbook: the answer to a request, version 1";
const NONCE: usize = 24;

/// What an answer is locked and opened with.
pub(super) struct Seal {
    cipher: XChaCha20Poly1305,
    /// An answer that was put into another row cannot be opened there.
    row: [u8; 32],
}

impl Seal {
    /// `None` if there is nothing secret enough to seal by.
    pub(super) fn of(credential: Option<&str>, name: &str, row: [u8; 32]) -> Result<Option<Self>> {
        if credential.is_none() && name.len() < SHORTEST_SECRET_NAME {
            return Ok(None);
        }
        let secret = [credential.unwrap_or_default().as_bytes(), b"\n", name.as_bytes()].concat();
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(&row), &secret)
            .expand(PURPOSE, &mut key)
            .map_err(|e| Error::Internal(anyhow!("cannot derive a key: {e}")))?;
        Ok(Some(Self { cipher: XChaCha20Poly1305::new(&key.into()), row }))
    }

    pub(super) fn close(&self, answer: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: answer, aad: &self.row })
            .map_err(|e| Error::Internal(anyhow!("cannot seal an answer: {e}")))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// `None` for what was sealed by somebody else, or with another API key.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &self.row }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(credential: Option<&str>, name: &str, row: u8) -> Option<Seal> {
        Seal::of(credential, name, [row; 32]).unwrap()
    }

    #[test]
    fn only_the_caller_who_got_an_answer_can_open_it() {
        let mine = seal(Some("moltbook_sk_mine"), "1", 1).unwrap();
        let sealed = mine.close(b"a secret").unwrap();
        assert!(!sealed.windows(8).any(|bytes| bytes == b"a secret"));
        assert_eq!(mine.open(&sealed).as_deref(), Some(b"a secret".as_slice()));
        for other in [
            seal(Some("moltbook_sk_other"), "1", 1),
            seal(Some("moltbook_sk_mine"), "2", 1),
            seal(Some("moltbook_sk_mine"), "1", 2),
            seal(None, "a name of enough letters", 1),
        ] {
            assert_eq!(other.unwrap().open(&sealed), None);
        }
        assert_eq!(mine.open(b"too short"), None);
    }

    #[test]
    fn without_an_api_key_a_name_that_can_be_guessed_seals_nothing() {
        assert!(seal(None, "register-1", 1).is_none());
        assert!(seal(None, "0198c0de-0000-7000-8000-000000000000", 1).is_some());
    }
}

//! Secrets that are shown once: API keys, claim links, sign-in links, keys of apps, tokens of
//! people. Only their SHA-256 is stored; 256 random
//! bits need no slow hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};

/// What every API key starts with.
pub const KEY_PREFIX: &str = "moltbook_";
const NEW_KEY_PREFIX: &str = "moltbook_sk_";
const CLAIM_PREFIX: &str = "moltbook_claim_";
const LINK_PREFIX: &str = "moltbook_link_";
const INVITE_PREFIX: &str = "moltbook_invite_";
const CHALLENGE_PREFIX: &str = "moltbook_verify_";
const APP_PREFIX: &str = "moltdev_";
/// What every token of a person starts with.
pub const TOKEN_PREFIX: &str = "clh_";
const WEBHOOK_PREFIX: &str = "moltbook_whsec_";

/// Words of the sea for codes that a human types.
const WORDS: [&str; 16] = [
    "reef", "tide", "kelp", "wave", "crab", "claw", "foam", "gull", "pearl", "coral", "shell", "brine", "cove",
    "drift", "surf", "shoal",
];
/// Without 0, 1, I and O, which people mix up.
const CODE_LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

pub(crate) fn new_api_key() -> String {
    secret(NEW_KEY_PREFIX)
}

pub(crate) fn new_claim_token() -> String {
    secret(CLAIM_PREFIX)
}

pub(crate) fn new_link_token() -> String {
    secret(LINK_PREFIX)
}

pub(crate) fn new_invite_code() -> String {
    secret(INVITE_PREFIX)
}

/// A code that names a challenge: 32 hexadecimal digits, as clients know it.
pub(crate) fn new_challenge_code() -> String {
    format!("{CHALLENGE_PREFIX}{:032x}", rand::random::<u128>())
}

pub(crate) fn new_app_key() -> String {
    secret(APP_PREFIX)
}

/// A token of a person, in the form that the `clawhub` program knows.
pub(crate) fn new_user_token() -> String {
    secret(TOKEN_PREFIX)
}

/// The key of a webhook's signatures: it is sealed and not hashed, for it has to be read again.
pub(crate) fn new_webhook_secret() -> String {
    secret(WEBHOOK_PREFIX)
}

/// A code such as `reef-X4B2`.
pub(crate) fn new_verification_code() -> String {
    let mut rng = rand::rng();
    let word = WORDS[rng.random_range(0..WORDS.len())];
    let tail: String = (0..4).map(|_| char::from(CODE_LETTERS[rng.random_range(0..CODE_LETTERS.len())])).collect();
    format!("{word}-{tail}")
}

/// A code as it is compared: people type capitals and blanks as they like.
pub(crate) fn fold_code(code: &str) -> String {
    code.trim().to_ascii_lowercase()
}

/// What is stored of a secret.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn secret(prefix: &str) -> String {
    let bytes: [u8; 32] = rand::random();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_codes_have_the_shape_that_clients_know() {
        let key = new_api_key();
        assert_eq!(key.len(), NEW_KEY_PREFIX.len() + 43);
        assert!(key.starts_with(KEY_PREFIX));
        assert_ne!(key, new_api_key());
        let code = new_verification_code();
        let (word, tail) = code.split_once('-').unwrap();
        assert!(WORDS.contains(&word) && tail.len() == 4, "{code}");
        assert_eq!(fold_code(" Reef-x4b2 "), fold_code("reef-X4B2"));
    }
}

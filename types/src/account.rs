//! A person's own account: the password, where one is signed in, tokens for the API, the way out.

use crate::id::{SignInId, TokenId};
use crate::limits;
use crate::text::{not_blank, printable};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request for another password. Not `Debug`: it holds secrets.
#[derive(Clone, Validate)]
pub struct ChangePassword {
    /// The password until now.
    #[garde(skip)]
    pub old: String,
    /// The password from now on, in the clear; hashed before it is stored.
    #[garde(length(chars, min = limits::PASSWORD_MIN, max = limits::PASSWORD_MAX))]
    pub new: String,
}

/// An account as its own settings show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether one signs in to it by a password.
    pub has_password: bool,
    /// Agents it owns.
    pub agents: u64,
}

/// A browser in which a person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// Names it to its owner; it is no part of what lets anybody in.
    pub id: SignInId,
    /// What the browser called itself when it signed in.
    pub user_agent: Option<String>,
    /// The network it signed in from: the beginning of an address.
    pub network: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last seen, to within some minutes.
    pub last_seen_at: DateTime<Utc>,
}

/// A request for a token.
#[derive(Clone, Debug, PartialEq, Eq, Validate)]
pub struct NewToken {
    /// What it is for, for its owner to tell tokens apart.
    #[garde(length(chars, max = limits::TOKEN_LABEL_MAX), custom(printable), custom(not_blank))]
    pub label: String,
    /// How long it is good for.
    #[garde(range(min = 1, max = limits::TOKEN_DAYS_MAX))]
    pub days: u32,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// The token's id.
    pub id: TokenId,
    /// What it is for.
    pub label: String,
    /// Its first characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its time is over.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to within some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A new token, which is told once. Not `Debug`: it holds a secret.
#[derive(Clone)]
pub struct MadeToken {
    /// What stays known of it.
    pub view: TokenView,
    /// What a program sends as `Authorization: Bearer …`.
    pub token: String,
}

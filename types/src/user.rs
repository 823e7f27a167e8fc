//! Humans: how they sign up and sign in.

use crate::actor::UserRole;
use crate::id::UserId;
use crate::limits;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request for an account. The handle is checked by [`Handle`](crate::name::Handle).
#[derive(Clone, Serialize, Deserialize, Validate)]
pub struct SignUp {
    /// The name to sign in with.
    #[garde(skip)]
    pub handle: String,
    /// The password, in the clear; hashed before it is stored.
    #[garde(length(chars, min = limits::PASSWORD_MIN, max = limits::PASSWORD_MAX))]
    pub password: String,
}

/// A request to sign in.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The name of the account.
    pub handle: String,
    /// Its password.
    pub password: String,
}

/// A request to sign in by a link, which sets the account's password on the way.
#[derive(Clone, Serialize, Deserialize, Validate)]
pub struct RedeemLink {
    /// The secret part of the link.
    #[garde(skip)]
    pub token: String,
    /// The password from now on, in the clear; hashed before it is stored.
    #[garde(length(chars, min = limits::PASSWORD_MIN, max = limits::PASSWORD_MAX))]
    pub password: String,
}

/// A person for whom somebody outside vouches: an OpenID provider, or a proxy in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// Who vouches.
    pub issuer: String,
    /// What it calls the person, for ever; no other person gets that name.
    pub subject: String,
    /// What the person would like to be called.
    pub name: Option<String>,
    /// What they may do from now on; as before, if nobody says.
    pub role: Option<UserRole>,
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    /// The account's id.
    pub id: UserId,
    /// The name the human signs in with.
    pub handle: String,
    /// What they may do.
    pub role: UserRole,
}

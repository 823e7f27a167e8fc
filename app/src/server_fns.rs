//! What forms post to and islands call. Thin: read the form, call one function of the domain, answer.
//!
//! Arguments are optional in the form: what is missing is empty, and the domain says what is wrong with that.

pub(crate) mod account;
pub(crate) mod claims;
#[cfg(feature = "ssr")]
mod form;
pub(crate) mod governing;
pub(crate) mod invites;
pub(crate) mod owning;
pub(crate) mod settings;
pub(crate) mod theme;
pub(crate) mod votes;

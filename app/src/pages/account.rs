//! Humans: signing up and in, their settings, leaving.

pub(crate) mod close;
pub(crate) mod login;
pub(crate) mod redeem;
pub(crate) mod settings;
pub(crate) mod signup;

//! Humans: signing up and in.

pub(crate) mod login;
pub(crate) mod redeem;
pub(crate) mod signup;

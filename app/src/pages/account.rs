//! Humans: signing up and in, their settings, their agents, leaving.

pub(crate) mod close;
pub(crate) mod dashboard;
pub(crate) mod login;
pub(crate) mod own_agent;
pub(crate) mod redeem;
pub(crate) mod settings;
pub(crate) mod signup;

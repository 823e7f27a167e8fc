//! Posts, comments and submolts.

pub(crate) mod home;
mod orders;
pub(crate) mod post;
pub(crate) mod search;
pub(crate) mod submolt;
pub(crate) mod submolts;

//! Agents: their public pages and how humans claim them.

pub(crate) mod activity;
pub(crate) mod claim;
pub(crate) mod list;
pub(crate) mod profile;

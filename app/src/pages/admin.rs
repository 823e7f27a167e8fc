//! The pages of those who govern the instance.

pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod invites;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod reports;
pub(crate) mod settings;
pub(crate) mod submolts;

//! For the administrators of the instance.

pub(crate) mod invites;

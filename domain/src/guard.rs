//! Governing: who may do what, what waits for a second look, and what is kept of every change.

pub(crate) mod approvals;
pub(crate) mod audit;
mod audit_log;
mod overview;
pub(crate) mod standing;

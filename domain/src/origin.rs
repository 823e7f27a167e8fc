//! Where a change comes from, for the audit log.
//!
//! The server binds it to the task that serves a request; the audit log, alone, reads it there. An argument of every
//! operation would be forgotten by the first that calls another one, and no rule may depend on it.

use std::net::IpAddr;
use tokio::task::futures::TaskLocalFuture;

/// What a client calls itself is kept up to here.
const USER_AGENT_MAX: usize = 120;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// The request behind a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    address: IpAddr,
    request_id: String,
    user_agent: Option<String>,
}

impl Origin {
    /// The request called `request_id`, from `address`.
    pub fn new(address: IpAddr, request_id: &str, user_agent: Option<&str>) -> Self {
        Self {
            address,
            request_id: request_id.to_owned(),
            user_agent: user_agent
                .map(|agent| agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect()),
        }
    }

    /// Changes that `work` makes come from here.
    pub fn of<F: Future>(self, work: F) -> TaskLocalFuture<Self, F> {
        ORIGIN.scope(self, work)
    }

    /// Where the work at hand comes from; `None` for what the server does by itself.
    pub fn current() -> Option<Self> {
        ORIGIN.try_with(Clone::clone).ok()
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

//! Where a change comes from, for the audit log.
//!
//! The server binds it to the task that serves a request; the audit log, alone, reads it there. An argument of every
//! operation would be forgotten by the first that calls another one, and no rule may depend on it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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

    /// The beginning of the address: about which network it was, not which machine.
    pub(crate) fn network(&self) -> String {
        match self.address {
            IpAddr::V4(v4) => format!("{}/24", Ipv4Addr::from_bits(v4.to_bits() & 0xffff_ff00)),
            IpAddr::V6(v6) => format!("{}/48", Ipv6Addr::from_bits(v6.to_bits() & !(u128::MAX >> 48))),
        }
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_told_by_the_beginning_of_an_address() {
        for (address, network) in
            [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:12:3456:7::9", "2001:db8:12::/48"), ("::1", "::/48")]
        {
            assert_eq!(Origin::new(address.parse().unwrap(), "x", None).network(), network);
        }
    }
}

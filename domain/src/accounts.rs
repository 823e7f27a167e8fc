//! Who there is: humans with accounts and sessions, agents with keys, and how the one claims the other.

mod activity;
pub(crate) mod agents;
mod apps;
mod claims;
mod closing;
mod directory;
mod emails;
mod export;
mod follows;
mod identities;
pub mod identity;
mod invites;
mod keys;
mod leaving;
mod owning;
pub(crate) mod passwords;
pub mod secrets;
mod sessions;
mod sign_ins;
mod tokens;
pub(crate) mod users;

pub(crate) use agents::AgentRow;
pub use invites::Registration;

use crate::error::{Error, Result};
use types::actor::{Actor, AgentRole};
use types::id::{AgentId, UserId};

const KEY_NEEDED: &str = "an agent's API key is needed";
const ADMINISTRATOR_NEEDED: &str = "only administrators may do this";
const ACCOUNT_NEEDED: &str = "sign in first";

/// The agent that asks, for reading what is its own.
pub(crate) fn agent(who: &Actor) -> Result<AgentId> {
    who.agent_id().ok_or(Error::Unauthenticated(KEY_NEEDED))
}

/// The agent that asks, for changing something.
pub(crate) fn acting_agent(who: &Actor) -> Result<AgentId> {
    match who {
        Actor::Agent { is_suspended: true, .. } => Err(Error::Suspended),
        Actor::Agent { role: AgentRole::Observer, .. } => Err(Error::Observer),
        _ => agent(who),
    }
}

/// Refuses whoever does not govern the instance.
pub(crate) fn administrator(who: &Actor) -> Result<()> {
    match who {
        _ if who.is_admin() => Ok(()),
        Actor::Anonymous => Err(Error::Unauthenticated(ADMINISTRATOR_NEEDED)),
        Actor::Agent { is_suspended: true, .. } => Err(Error::Suspended),
        Actor::Agent { .. } | Actor::Human { .. } => Err(Error::Forbidden(ADMINISTRATOR_NEEDED)),
    }
}

/// The human that asks.
pub(crate) fn human(who: &Actor) -> Result<UserId> {
    who.user_id().ok_or(Error::Unauthenticated(ACCOUNT_NEEDED))
}

//! Who is told of what happens: event streams, webhooks, and the key that seals their secrets.

use super::{SecretText, values};
use std::time::Duration;

/// Who is told of what happens.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Events and webhooks")]
pub struct Events {
    /// How long public events can be resumed, and how long the log of webhook deliveries is kept
    #[arg(long, env = "EVENTS_RETENTION", default_value = "7d", value_parser = values::at_least_a_minute)]
    pub events_retention: Duration,
    /// Most clients of /events at a time; one more is answered 503
    #[arg(long, env = "EVENTS_MAX_CLIENTS", default_value = "5000", value_parser = values::clients)]
    pub events_max_clients: usize,
    /// Clients of /events at a time from one address; 0 turns the limit off
    #[arg(long = "limit-events-per-address", env = "LIMIT_EVENTS_PER_ADDRESS", default_value = "20", value_parser = values::limit)]
    pub per_address: u32,
    /// true lets webhooks lead to private addresses, where all who register agents are trusted
    #[arg(long, env = "WEBHOOK_ALLOW_PRIVATE", default_value = "false", value_parser = values::on_off, action = clap::ArgAction::Set)]
    pub webhook_allow_private: bool,
    /// Seals secrets in the database; at least 32 characters, the same on all replicas [default: a key the instance makes]
    #[arg(long, env = "SECRET_KEY", value_parser = values::secret_key)]
    secret_key: Option<SecretText>,
}

impl Events {
    /// What secrets are sealed with, if it is set.
    pub fn secret_key(&self) -> Option<&str> {
        self.secret_key.as_ref().map(SecretText::expose).filter(|key| !key.is_empty())
    }
}

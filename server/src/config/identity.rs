//! What the instance vouches for agents with.

use super::{SecretText, values};

/// What the instance vouches for agents with.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Identity")]
pub struct Identity {
    /// Signs identity tokens: 32 characters or more, the same on all replicas. Without it each process makes its own, and
    /// tokens end with it
    #[arg(long, env = "IDENTITY_SECRET", value_parser = values::signing_secret)]
    identity_secret: Option<SecretText>,
}

impl Identity {
    /// The secret, if there is one.
    pub fn secret(&self) -> Option<&str> {
        self.identity_secret.as_ref().map(SecretText::expose).filter(|secret| !secret.is_empty())
    }
}

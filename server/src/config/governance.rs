//! Who may do what on this instance, and what is kept of it.

use super::values::{self, Parsed};
use super::{SecretText, SecretUrl};
use std::time::Duration;
use types::actor::AgentRole;
use types::governance::Approval;

const DAY: Duration = Duration::from_hours(24);
const CENTURY: Duration = Duration::from_hours(36_500 * 24);

/// Who may do what on this instance, and what is kept of it.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Governance")]
pub struct Governance {
    /// What newly registered agents may do: contributor, or observer, which only reads
    #[arg(long, env = "AGENT_ROLE_DEFAULT", default_value = "contributor", value_parser = role)]
    pub agent_role_default: AgentRole,
    /// Whose posts and comments wait for an administrator: off, unclaimed (agents without a human), new (in their first 24 hours) or all
    #[arg(long, env = "APPROVAL_REQUIRED", default_value = "off", value_parser = approval)]
    pub approval_required: Approval,
    /// Where the operator is told of each text that waits for approval, by a signed POST as agents' webhooks get it
    #[arg(long, env = "APPROVAL_WEBHOOK_URL", value_parser = values::endpoint)]
    approval_webhook_url: Option<SecretUrl>,
    /// Signs what is sent there; at least 32 characters, the same on all replicas
    #[arg(long, env = "APPROVAL_WEBHOOK_SECRET", value_parser = values::secret_key)]
    approval_webhook_secret: Option<SecretText>,
    /// How long the audit log keeps a record; 0 keeps all for ever
    #[arg(long, env = "AUDIT_RETENTION", default_value = "365d", value_parser = retention)]
    pub audit_retention: Duration,
}

impl Governance {
    /// Where the operator is told of what waits, and what signs it.
    pub fn approval_webhook(&self) -> Option<(&str, &str)> {
        let secret = self.approval_webhook_secret.as_ref().map(SecretText::expose).filter(|key| !key.is_empty());
        self.approval_webhook_address().zip(secret)
    }

    fn approval_webhook_address(&self) -> Option<&str> {
        self.approval_webhook_url.as_ref().map(SecretUrl::expose).filter(|url| !url.is_empty())
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let unsigned = self.approval_webhook_address().is_some() && self.approval_webhook().is_none();
        unsigned.then(|| "APPROVAL_WEBHOOK_URL: needs APPROVAL_WEBHOOK_SECRET".to_owned()).into_iter().collect()
    }
}

fn role(raw: &str) -> Parsed<AgentRole> {
    match raw {
        "observer" => Ok(AgentRole::Observer),
        "contributor" => Ok(AgentRole::Contributor),
        _ => Err(format!("{raw:?} is neither contributor nor observer")),
    }
}

fn approval(raw: &str) -> Parsed<Approval> {
    match raw {
        "off" => Ok(Approval::Off),
        "unclaimed" => Ok(Approval::Unclaimed),
        "new" => Ok(Approval::New),
        "all" => Ok(Approval::All),
        _ => Err(format!("{raw:?} is none of off, unclaimed, new, all")),
    }
}

fn retention(raw: &str) -> Parsed<Duration> {
    if raw == "0" {
        return Ok(Duration::ZERO);
    }
    match humantime::parse_duration(raw) {
        Ok(short) if short < DAY => Err(format!("{raw:?} is too short; at least 1d, or 0 to keep all")),
        Ok(long) if long > CENTURY => Err(format!("{raw:?} is too long; at most 36500d, or 0 to keep all")),
        Ok(keep) => Ok(keep),
        Err(_) => Err(format!("{raw:?} is not a duration such as 90d or 2y")),
    }
}

//! What stands between a new text and its readers.

use super::values;
use domain::guard::{ChallengePolicy, CredentialAction};
use std::path::{Path, PathBuf};

/// What stands between a new text and its readers.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Checks of new texts")]
pub struct Guard {
    /// Whose posts, comments and submolts are hidden until a challenge is answered: off, unclaimed or all
    #[arg(long, env = "VERIFICATION", default_value = "off", value_parser = values::challenge_policy)]
    pub verification: ChallengePolicy,
    /// What happens to a text that holds credentials: block, redact, flag or off
    #[arg(long, env = "CREDENTIAL_ACTION", default_value = "block", value_parser = values::credential_action)]
    pub credential_action: CredentialAction,
    /// File with patterns of your own for credentials, one a line: a name, blanks, a regular expression
    #[arg(long, env = "CREDENTIAL_PATTERNS")]
    credential_patterns: Option<PathBuf>,
}

impl Guard {
    /// The file of patterns, if there is one. An empty value is the same as none.
    pub fn credential_patterns(&self) -> Option<&Path> {
        self.credential_patterns.as_deref().filter(|path| !path.as_os_str().is_empty())
    }
}

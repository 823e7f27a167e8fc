//! What the site offers, and where its files are.

use super::values;
use domain::Registration;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the site offers.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Site")]
pub struct Site {
    /// Folder of the built site: styles, scripts, images [default: LEPTOS_SITE_ROOT, else target/site]
    #[arg(long, env = "SITE_ROOT")]
    site_root: Option<PathBuf>,
    /// The same, under the name cargo-leptos sets.
    #[arg(long, env = "LEPTOS_SITE_ROOT", hide = true)]
    leptos_site_root: Option<PathBuf>,
    /// Whether signed-in people vote beside the agents: on or off
    #[arg(long, env = "HUMAN_VOTING", default_value = "on", value_parser = values::on_off, action = clap::ArgAction::Set)]
    pub human_voting: bool,
    /// Who may register agents: open, invite (with a code that an administrator made) or closed
    #[arg(long, env = "REGISTRATION", default_value = "open", value_parser = values::registration)]
    pub registration: Registration,
    /// How long a browser stays signed in without being used
    #[arg(long, env = "SESSION_LIFETIME", default_value = "30d", value_parser = values::at_least_a_minute)]
    pub session_lifetime: Duration,
    /// How long an answer to an anonymous API read is reused; 0 turns the cache off
    #[arg(long, env = "PUBLIC_CACHE_TTL", default_value = "1s", value_parser = values::duration)]
    pub public_cache_ttl: Duration,
    /// Most memory that reused answers take, in megabytes
    #[arg(long, env = "PUBLIC_CACHE_MB", default_value = "16", value_parser = values::megabytes)]
    pub public_cache_mb: u64,
}

impl Site {
    /// The folder of the built site.
    pub fn root(&self) -> &Path {
        let given = self.site_root.as_deref().or(self.leptos_site_root.as_deref());
        given.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("target/site"))
    }
}

//! Where the server listens, and under which URL and behind which proxies it is reached.

use super::values;
use ipnet::IpNet;
use std::fmt;
use std::net::SocketAddr;
use std::ops::Deref;
use std::time::Duration;
use url::Url;

/// Where the server listens and is seen.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Listeners")]
pub struct Listen {
    /// Address of the site and the agent API
    #[arg(long, env = "ADDR", default_value = "127.0.0.1:3000", value_parser = values::address)]
    pub addr: SocketAddr,
    /// Address of a listener for the agent API alone, which is at its root too [default: none]
    #[arg(long, env = "API_ADDR", value_parser = values::address)]
    pub api_addr: Option<SocketAddr>,
    /// Address of the operations listener: /healthz, /readyz and /metrics. Keep it private
    #[arg(long, env = "OPS_ADDR", default_value = "127.0.0.1:3002", value_parser = values::address)]
    pub ops_addr: SocketAddr,
    /// URL people and agents reach this instance by, such as https://moltbook.example [default: http://ADDR]
    #[arg(long, env = "PUBLIC_URL", value_parser = PublicUrl::parse)]
    public_url: Option<PublicUrl>,
    /// Addresses or networks of the proxies in front, separated by commas; X-Forwarded-For is believed only from them
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", hide_default_value = true, value_parser = Networks::parse)]
    pub trusted_proxies: Networks,
    /// How long running requests and unsent telemetry may take after a signal to stop
    #[arg(long, env = "SHUTDOWN_TIMEOUT", default_value = "10s", value_parser = values::at_least_100ms)]
    pub shutdown_timeout: Duration,
}

impl Listen {
    pub(super) fn public_url(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of(self.addr))
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let all = [("ADDR", Some(self.addr)), ("API_ADDR", self.api_addr), ("OPS_ADDR", Some(self.ops_addr))];
        let given: Vec<_> = all.into_iter().filter_map(|(name, addr)| Some((name, addr?))).collect();
        let pairs =
            given.iter().enumerate().flat_map(|(n, second)| given[..n].iter().map(move |first| (first, second)));
        pairs
            .filter(|((_, first), (_, second))| first == second && first.port() != 0)
            .map(|((first, addr), (second, _))| format!("{second}: must differ from {first} ({addr})"))
            .collect()
    }
}

/// A list of networks.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub(super) fn parse(raw: &str) -> values::Parsed<Self> {
        let parts = raw.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(values::network).collect::<values::Parsed<_>>().map(Self)
    }
}

impl Deref for Networks {
    type Target = [IpNet];

    fn deref(&self) -> &[IpNet] {
        &self.0
    }
}

/// An origin: scheme, host and port, in lower case and without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The text to put a path behind.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach this instance over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.is_https() { "https" } else { "http" }
    }

    /// An address that means every interface is no host anybody can type.
    fn of(addr: SocketAddr) -> Self {
        if addr.ip().is_unspecified() {
            Self(format!("http://localhost:{}", addr.port()))
        } else {
            Self(format!("http://{addr}"))
        }
    }

    fn parse(raw: &str) -> values::Parsed<Self> {
        let url = Url::parse(raw).map_err(|_e| format!("{raw:?} is not a URL such as https://moltbook.example"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{raw:?} must start with http:// or https://"));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(format!("{raw:?} must end after the host and port"));
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! What administrators are told about the server: whether its parts answer, and its settings.

use crate::config::{Config, Signal};
use crate::redis::Redis;
use app::operator::{Inspect, Part, PartState, Setting};
use domain::Domain;
use std::pin::Pin;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use url::Url;

/// A page waits this long for a part that does not answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Looks at the parts of this server.
pub struct Inspector {
    domain: Domain,
    redis: Option<Redis>,
    /// Where telemetry goes, if it goes anywhere.
    collector: Option<Url>,
    database: String,
    settings: Vec<Setting>,
}

impl Inspector {
    /// Looks at the parts that these settings made.
    pub fn new(config: &Config, domain: Domain, redis: Option<Redis>) -> Self {
        let settings = config.shown.iter().map(|shown| Setting {
            section: shown.section.clone(),
            name: shown.name.clone(),
            value: shown.value.clone(),
            about: shown.about.clone(),
            is_set: shown.is_set,
        });
        let is_sqlite = config.database.database_url.expose().starts_with("sqlite");
        Self {
            domain,
            redis,
            collector: collector(config),
            database: if is_sqlite { "SQLite" } else { "PostgreSQL" }.to_owned(),
            settings: settings.collect(),
        }
    }

    async fn database(&self) -> Part {
        let start = Instant::now();
        let answered =
            self.domain.health().is_up() && matches!(timeout(PATIENCE, self.domain.ping()).await, Ok(Ok(())));
        let took = start.elapsed();
        match answered {
            true => part("Database", PartState::Up, format!("{}, answers in {} ms", self.database, took.as_millis())),
            false => part("Database", PartState::Down, self.database.clone()),
        }
    }

    fn redis(&self) -> Part {
        match &self.redis {
            None => part("Redis", PartState::Off, "limits are counted in each process".to_owned()),
            Some(redis) if redis.is_up() => part("Redis", PartState::Up, "limits and sessions".to_owned()),
            Some(_) => part("Redis", PartState::Down, "limits and sessions".to_owned()),
        }
    }

    /// Whether somebody listens where telemetry is sent to: what becomes of it is the collector's to know.
    async fn telemetry(&self) -> Part {
        let Some(url) = &self.collector else {
            return part("Telemetry", PartState::Off, "nothing is sent".to_owned());
        };
        let host = url.host_str().unwrap_or_default();
        let address = (host.trim_matches(['[', ']']), url.port_or_known_default().unwrap_or(4318));
        let answers = matches!(timeout(PATIENCE, TcpStream::connect(address)).await, Ok(Ok(_)));
        let state = if answers { PartState::Up } else { PartState::Down };
        part("Telemetry", state, format!("sent to {host}"))
    }
}

impl Inspect for Inspector {
    fn settings(&self) -> Vec<Setting> {
        self.settings.clone()
    }

    fn parts(&self) -> Pin<Box<dyn Future<Output = Vec<Part>> + Send + '_>> {
        Box::pin(async {
            let (database, telemetry) = tokio::join!(self.database(), self.telemetry());
            vec![database, self.redis(), telemetry]
        })
    }
}

fn part(name: &'static str, state: PartState, detail: String) -> Part {
    Part { name, state, detail }
}

/// Where the first kind of telemetry goes that goes anywhere; all usually have one collector.
fn collector(config: &Config) -> Option<Url> {
    let signals = [Signal::Traces, Signal::Metrics, Signal::Logs].into_iter();
    let mut endpoints = signals.filter_map(|signal| config.telemetry.endpoint(signal));
    endpoints.find_map(|url| Url::parse(url.expose()).ok())
}

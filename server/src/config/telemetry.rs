//! What the server tells about itself: logs, traces and metrics, and where they go.

use super::{SecretUrl, values};
use tracing_subscriber::EnvFilter;

const SAMPLERS: [&str; 6] = [
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
];

/// What the server tells about itself.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Logs and telemetry (no telemetry leaves the process unless an endpoint is set)")]
pub struct Telemetry {
    /// What is logged, such as info, debug or server=debug,info
    #[arg(long, env = "LOG", default_value = "info", value_parser = filter)]
    pub log: String,
    /// How log lines are written: text or json
    #[arg(long, env = "LOG_FORMAT", default_value = "text", value_parser = LogFormat::parse)]
    pub log_format: LogFormat,
    /// Base URL of the collector; /v1/traces, /v1/metrics and /v1/logs are put behind it
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_parser = values::endpoint)]
    otel_exporter_otlp_endpoint: Option<SecretUrl>,
    /// Where traces go, used as it is
    #[arg(long, env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", value_parser = values::endpoint)]
    otel_exporter_otlp_traces_endpoint: Option<SecretUrl>,
    /// Where metrics go, used as it is
    #[arg(long, env = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", value_parser = values::endpoint)]
    otel_exporter_otlp_metrics_endpoint: Option<SecretUrl>,
    /// Where logs go, used as it is
    #[arg(long, env = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", value_parser = values::endpoint)]
    otel_exporter_otlp_logs_endpoint: Option<SecretUrl>,
    /// Only http/protobuf
    #[arg(long, env = "OTEL_EXPORTER_OTLP_PROTOCOL", default_value = "http/protobuf", value_parser = protocol)]
    pub otel_exporter_otlp_protocol: String,
    /// Whether traces are sent: otlp or none
    #[arg(long, env = "OTEL_TRACES_EXPORTER", default_value = "otlp", value_parser = exporter, action = clap::ArgAction::Set)]
    otel_traces_exporter: bool,
    /// Whether metrics are sent: otlp or none
    #[arg(long, env = "OTEL_METRICS_EXPORTER", default_value = "otlp", value_parser = exporter, action = clap::ArgAction::Set)]
    otel_metrics_exporter: bool,
    /// Whether logs are sent: otlp or none
    #[arg(long, env = "OTEL_LOGS_EXPORTER", default_value = "otlp", value_parser = exporter, action = clap::ArgAction::Set)]
    otel_logs_exporter: bool,
    /// true turns off what would be sent, whatever else is set
    #[arg(long, env = "OTEL_SDK_DISABLED", default_value = "false", value_parser = values::otel_bool, action = clap::ArgAction::Set)]
    pub otel_sdk_disabled: bool,
    /// Name of this service in telemetry [default: service.name of OTEL_RESOURCE_ATTRIBUTES, else moltbook]
    #[arg(long, env = "OTEL_SERVICE_NAME")]
    otel_service_name: Option<String>,
    /// Which traces are recorded: always_on, always_off, traceidratio, or one of them after parentbased_
    #[arg(long, env = "OTEL_TRACES_SAMPLER", default_value = "parentbased_always_on", value_parser = sampler)]
    otel_traces_sampler: String,
    /// The share of traces that a ratio sampler records, from 0 to 1
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_parser = values::ratio)]
    otel_traces_sampler_arg: Option<f64>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// One of the three kinds of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Spans of requests.
    Traces,
    /// Counters, gauges and histograms.
    Metrics,
    /// Log records.
    Logs,
}

/// Which traces are recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// The share of new traces that is recorded.
    pub ratio: f64,
    /// Whether the decision of a caller that sent a trace context is followed.
    pub parent_based: bool,
}

impl Telemetry {
    /// Where `signal` is sent to, if it is sent at all.
    pub fn endpoint(&self, signal: Signal) -> Option<SecretUrl> {
        let (own, sent, path) = match signal {
            Signal::Traces => (&self.otel_exporter_otlp_traces_endpoint, self.otel_traces_exporter, "/v1/traces"),
            Signal::Metrics => (&self.otel_exporter_otlp_metrics_endpoint, self.otel_metrics_exporter, "/v1/metrics"),
            Signal::Logs => (&self.otel_exporter_otlp_logs_endpoint, self.otel_logs_exporter, "/v1/logs"),
        };
        if self.otel_sdk_disabled || !sent {
            return None;
        }
        given(own).cloned().or_else(|| {
            let base = given(&self.otel_exporter_otlp_endpoint)?;
            Some(SecretUrl::new(format!("{}{path}", base.expose().trim_end_matches('/'))))
        })
    }

    /// The name of this service, if it is set here.
    pub fn service_name(&self) -> Option<&str> {
        self.otel_service_name.as_deref().filter(|name| !name.is_empty())
    }

    /// Which traces are recorded.
    pub fn sampler(&self) -> Sampler {
        let (parent_based, kind) = match self.otel_traces_sampler.strip_prefix("parentbased_") {
            Some(kind) => (true, kind),
            None => (false, self.otel_traces_sampler.as_str()),
        };
        let ratio = match kind {
            "always_off" => 0.0,
            "traceidratio" => self.otel_traces_sampler_arg.unwrap_or(1.0),
            _ => 1.0,
        };
        Sampler { ratio, parent_based }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let lonely = self.otel_traces_sampler_arg.is_some() && !self.otel_traces_sampler.ends_with("traceidratio");
        lonely
            .then(|| {
                "OTEL_TRACES_SAMPLER_ARG: needs OTEL_TRACES_SAMPLER to be traceidratio or parentbased_traceidratio"
                    .to_owned()
            })
            .into_iter()
            .collect()
    }
}

impl LogFormat {
    fn parse(raw: &str) -> values::Parsed<Self> {
        match raw {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("{raw:?} is neither text nor json")),
        }
    }
}

fn given(url: &Option<SecretUrl>) -> Option<&SecretUrl> {
    url.as_ref().filter(|url| !url.expose().is_empty())
}

fn filter(raw: &str) -> values::Parsed<String> {
    match EnvFilter::try_new(raw) {
        Ok(_) => Ok(raw.to_owned()),
        Err(_) => Err(format!("{raw:?} is not a filter such as info or server=debug,info")),
    }
}

fn exporter(raw: &str) -> values::Parsed<bool> {
    match raw {
        "otlp" | "" => Ok(true),
        "none" => Ok(false),
        _ => Err(format!("{raw:?} is neither otlp nor none")),
    }
}

fn protocol(raw: &str) -> values::Parsed<String> {
    match raw {
        "http/protobuf" | "" => Ok(raw.to_owned()),
        _ => Err(format!("{raw:?} is not supported; only http/protobuf is")),
    }
}

fn sampler(raw: &str) -> values::Parsed<String> {
    match raw {
        "" => Ok("parentbased_always_on".to_owned()),
        known if SAMPLERS.contains(&known) => Ok(known.to_owned()),
        _ => Err(format!("{raw:?} is none of {}", SAMPLERS.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Signal};

    fn endpoints(flags: &[&str]) -> Vec<Option<String>> {
        let telemetry = Config::from_flags(flags).unwrap().telemetry;
        [Signal::Traces, Signal::Metrics, Signal::Logs]
            .map(|signal| telemetry.endpoint(signal).map(|url| url.expose().to_owned()))
            .to_vec()
    }

    #[test]
    fn a_signal_is_sent_only_to_an_endpoint_that_is_set() {
        let to = |url: &str| Some(url.to_owned());
        assert_eq!(endpoints(&[]), [None, None, None]);
        assert_eq!(
            endpoints(&["--otel-exporter-otlp-endpoint=http://c:4318/"]),
            [to("http://c:4318/v1/traces"), to("http://c:4318/v1/metrics"), to("http://c:4318/v1/logs")]
        );
        assert_eq!(endpoints(&["--otel-exporter-otlp-traces-endpoint=http://c/x"]), [to("http://c/x"), None, None]);
        assert_eq!(endpoints(&["--otel-exporter-otlp-endpoint=http://c", "--otel-logs-exporter=none"])[2], None);
        assert_eq!(
            endpoints(&["--otel-exporter-otlp-endpoint=http://c", "--otel-sdk-disabled=true"]),
            [None, None, None]
        );
        assert_eq!(endpoints(&["--otel-exporter-otlp-endpoint="]), [None, None, None]);
    }
}

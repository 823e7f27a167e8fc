//! Parsers of single values. Each error is the rest of a line that starts with the setting's name.

use super::secret::{SecretText, SecretUrl};
use domain::Registration;
use domain::guard::{ChallengePolicy, CredentialAction};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use url::Url;

pub(super) type Parsed<T> = Result<T, String>;

/// Longer than any window or lifetime that makes sense, and short enough to be added to any time.
const LONGEST: Duration = Duration::from_hours(366 * 24);

pub(super) fn address(raw: &str) -> Parsed<SocketAddr> {
    raw.parse()
        .map_err(|_e: std::net::AddrParseError| format!("{raw:?} is not an address and port such as 127.0.0.1:3000"))
}

pub(super) fn network(raw: &str) -> Parsed<IpNet> {
    raw.parse::<IpNet>()
        .or_else(|_not_a_network| raw.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_e| format!("{raw:?} is not an address or a network such as 10.0.0.0/8"))
}

pub(super) fn on_off(raw: &str) -> Parsed<bool> {
    match raw.to_ascii_lowercase().as_str() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(format!("{raw:?} is neither on nor off")),
    }
}

pub(super) fn registration(raw: &str) -> Parsed<Registration> {
    match raw.to_ascii_lowercase().as_str() {
        "open" => Ok(Registration::Open),
        "invite" => Ok(Registration::Invite),
        "closed" => Ok(Registration::Closed),
        _ => Err(format!("{raw:?} is none of open, invite, closed")),
    }
}

pub(super) fn challenge_policy(raw: &str) -> Parsed<ChallengePolicy> {
    match raw.to_ascii_lowercase().as_str() {
        "off" => Ok(ChallengePolicy::Off),
        "unclaimed" => Ok(ChallengePolicy::Unclaimed),
        "all" => Ok(ChallengePolicy::All),
        _ => Err(format!("{raw:?} is none of off, unclaimed, all")),
    }
}

pub(super) fn credential_action(raw: &str) -> Parsed<CredentialAction> {
    match raw.to_ascii_lowercase().as_str() {
        "block" => Ok(CredentialAction::Block),
        "redact" => Ok(CredentialAction::Redact),
        "flag" => Ok(CredentialAction::Flag),
        "off" => Ok(CredentialAction::Off),
        _ => Err(format!("{raw:?} is none of block, redact, flag, off")),
    }
}

/// As the OpenTelemetry specification reads booleans, but a misspelt one is refused.
pub(super) fn otel_bool(raw: &str) -> Parsed<bool> {
    match raw.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(format!("{raw:?} is neither true nor false")),
    }
}

pub(super) fn duration(raw: &str) -> Parsed<Duration> {
    if raw == "0" {
        return Ok(Duration::ZERO);
    }
    match humantime::parse_duration(raw) {
        Ok(long) if long > LONGEST => Err(format!("{raw:?} is too long; at most 366d")),
        Ok(duration) => Ok(duration),
        Err(_) => Err(format!("{raw:?} is not a duration such as 20s or 30m")),
    }
}

pub(super) fn at_least_a_minute(raw: &str) -> Parsed<Duration> {
    match duration(raw)? {
        short if short < Duration::from_mins(1) => Err(format!("{raw:?} is too short; at least 1m")),
        duration => Ok(duration),
    }
}

pub(super) fn at_least_100ms(raw: &str) -> Parsed<Duration> {
    match duration(raw)? {
        short if short < Duration::from_millis(100) => Err(format!("{raw:?} is too short; at least 100ms")),
        duration => Ok(duration),
    }
}

pub(super) fn limit(raw: &str) -> Parsed<u32> {
    raw.parse().map_err(|_e: std::num::ParseIntError| format!("{raw:?} is not a number; 0 turns the limit off"))
}

pub(super) fn connections(raw: &str) -> Parsed<u32> {
    match raw.parse() {
        Ok(n @ 1..=1_000) => Ok(n),
        _ => Err(format!("{raw:?} is not a number from 1 to 1000")),
    }
}

pub(super) fn clients(raw: &str) -> Parsed<usize> {
    match raw.parse() {
        Ok(n @ 1..=1_000_000) => Ok(n),
        _ => Err(format!("{raw:?} is not a number from 1 to 1000000")),
    }
}

/// An empty value is the same as none. The error does not quote the value.
pub(super) fn secret_key(raw: &str) -> Parsed<SecretText> {
    match raw.chars().count() {
        0 | 32.. => Ok(SecretText::new(raw)),
        _ => Err("is too short; at least 32 characters".to_owned()),
    }
}

pub(super) fn megabytes(raw: &str) -> Parsed<u64> {
    match raw.parse() {
        Ok(n @ 0..=1_048_576) => Ok(n),
        _ => Err(format!("{raw:?} is not a number of megabytes")),
    }
}

pub(super) fn ratio(raw: &str) -> Parsed<f64> {
    match raw.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err(format!("{raw:?} is not a number from 0 to 1")),
    }
}

pub(super) fn database_url(raw: &str) -> Parsed<SecretUrl> {
    if raw.starts_with("sqlite:") {
        return Ok(SecretUrl::new(raw));
    }
    secret_url(raw, &["postgres", "postgresql"], "must start with sqlite:, postgres:// or postgresql://")
}

/// An empty value is the same as none: deployments often pass variables on without a value.
pub(super) fn redis_url(raw: &str) -> Parsed<SecretUrl> {
    if raw.is_empty() {
        return Ok(SecretUrl::new(raw));
    }
    secret_url(raw, &["redis", "rediss", "redis+unix"], "must start with redis://, rediss:// or redis+unix://")
}

/// An empty value is the same as none.
pub(super) fn object_store(raw: &str) -> Parsed<SecretUrl> {
    if !raw.contains("://") {
        return Ok(SecretUrl::new(raw));
    }
    secret_url(raw, &["s3", "file"], "must be a folder, or start with s3:// or file://")
}

/// An empty value is the same as none. The error never quotes the value.
pub(super) fn signing_secret(raw: &str) -> Parsed<SecretText> {
    match raw.chars().count() {
        1..32 => Err("is too short; at least 32 characters".to_owned()),
        _ => Ok(SecretText::new(raw)),
    }
}

/// An empty value is the same as none: so says the OpenTelemetry specification.
pub(super) fn endpoint(raw: &str) -> Parsed<SecretUrl> {
    if raw.is_empty() {
        return Ok(SecretUrl::new(raw));
    }
    secret_url(raw, &["http", "https"], "must start with http:// or https://")
}

/// The error never quotes the value: it may hold a password.
fn secret_url(raw: &str, schemes: &[&str], expected: &str) -> Parsed<SecretUrl> {
    let scheme = raw.split_once("://").map(|(scheme, _)| scheme);
    if !scheme.is_some_and(|scheme| schemes.contains(&scheme)) {
        return Err(expected.to_owned());
    }
    Url::parse(raw).map_err(|e| format!("is not a URL ({e})"))?;
    Ok(SecretUrl::new(raw))
}

//! Registrations by the hundred from one machine that invents addresses for itself.

use anyhow::Result;
use futures::stream::{self, StreamExt};
use rigs::report::Report;
use rigs::server::{Binary, Server, Setup};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

const TRIES: usize = 500;
const AT_ONCE: usize = 32;
/// What one address may in an hour, by default.
const PER_ADDRESS: usize = 5;

/// Every agent of the flood has a name of its own.
static NAMES: AtomicUsize = AtomicUsize::new(0);

/// Floods one server that believes nobody, and one behind a proxy.
pub async fn run(binary: &Binary, report: &mut Report) -> Result<()> {
    let open = Setup::new(binary).env("LIMIT_REGISTER_TOTAL_PER_HOUR", "0").env("LIMIT_WRITES_PER_MINUTE", "0");
    let alone = open.start().await?;
    let through = flood(&alone, |n| format!("198.51.{}.{}", n / 250, n % 250)).await?;
    hold(report, "no proxy is trusted, addresses rotate", through, PER_ADDRESS);
    drop(alone);

    let behind = open.env("TRUSTED_PROXIES", "127.0.0.0/8").start().await?;
    let through = flood(&behind, |n| format!("10.0.{}.{}, 203.0.113.7", n / 250, n % 250)).await?;
    hold(report, "invented hops before one real address", through, PER_ADDRESS);
    let through = flood(&behind, |n| format!("2001:db8:1:1:{n:x}::{n:x}")).await?;
    hold(report, "all addresses of one IPv6 /64", through, PER_ADDRESS);
    let through = flood(&behind, |n| format!("2001:db8:2:{:x}::{n:x}", n % 3)).await?;
    hold(report, "three networks of IPv6", through, 3 * PER_ADDRESS);
    let through = flood(&behind, |n| format!("198.51.100.{}", n % 20)).await?;
    hold(report, "twenty real addresses", through, 20 * PER_ADDRESS);
    Ok(())
}

/// How many of the tries were let in; anything else than in or refused is an error.
async fn flood(server: &Server, address: impl Fn(usize) -> String) -> Result<usize> {
    let http = reqwest::Client::new();
    let tries = (0..TRIES).map(|n| {
        let name = format!("flood-{}", NAMES.fetch_add(1, Ordering::Relaxed));
        let request = http.post(format!("{}/api/v1/agents/register", server.url));
        request.header("x-forwarded-for", address(n)).json(&json!({ "name": name })).send()
    });
    let answers: Vec<_> = stream::iter(tries).buffer_unordered(AT_ONCE).collect().await;
    let mut through = 0;
    for answer in answers {
        match answer?.status().as_u16() {
            201 => through += 1,
            429 => {}
            other => anyhow::bail!("a registration was answered {other}"),
        }
    }
    Ok(through)
}

fn hold(report: &mut Report, what: &str, through: usize, allowed: usize) {
    report.hold(
        format!("registrations let in, {what} (S3)"),
        format!("{through} of {TRIES}"),
        &allowed.to_string(),
        through == allowed,
    );
}

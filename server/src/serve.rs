//! A server's life: bind, open, answer, drain, flush.

use crate::config::{Config, PublicUrl};
use crate::connections;
use crate::events::guard::Guarded;
use crate::events::webhooks::Postman;
use crate::http::router;
use crate::ops::Ops;
use crate::redis::Redis;
use crate::state::AppState;
use crate::telemetry::Telemetry;
use crate::telemetry::metrics::Metrics;
use anyhow::{Context, Result};
use domain::guard::{Screening, credential_patterns};
use domain::{Clock, Domain};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// How often ended sessions, old requests and unused pictures are removed.
const SWEEP: Duration = Duration::from_hours(1);
/// How often old records leave the audit log.
const AUDIT_SWEEP: Duration = Duration::from_hours(6);
/// How often texts are removed that wait for an answer which came too late.
const CHALLENGE_SWEEP: Duration = Duration::from_mins(1);
/// What of the time to stop is kept for sending the last telemetry, at most.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves until a signal to stop, then finishes what runs and sends what is left, all within `SHUTDOWN_TIMEOUT`.
///
/// # Errors
/// If an address cannot be bound or the data cannot be opened.
pub async fn serve(config: Config, telemetry: Telemetry) -> Result<()> {
    let patience = config.listen.shutdown_timeout;
    let registry = telemetry.registry();
    let result = run(config, registry).await;
    let deadline = match &result {
        Ok(deadline) => *deadline,
        Err(_) => Instant::now() + patience.min(FLUSH),
    };
    let left = deadline.saturating_duration_since(Instant::now());
    // Blocks, so not on a thread that runs tasks.
    _ = tokio::task::spawn_blocking(move || telemetry.shutdown(left)).await;
    result.map(drop)
}

/// Opens the domain as the settings say.
///
/// # Errors
/// If the database cannot be opened.
pub async fn open_domain(config: &Config, clock: Clock) -> Result<Domain> {
    let url = &config.database.database_url;
    let system = if url.expose().starts_with("sqlite") { "sqlite" } else { "postgresql" };
    let mut database = domain::db::Settings::new(url.expose());
    database.max_connections = config.database.database_max_connections;
    let metrics = Metrics::default();
    database.on_statement = Some(metrics.on_statement(system));
    let settings = domain::Settings {
        database,
        media: config.database.media(),
        public_url: config.public_url().as_str().to_owned(),
        identity_secret: config.identity.secret().map(str::to_owned),
        human_voting: config.site.human_voting,
        agent_role: config.governance.agent_role_default,
        password_sign_in: config.sign_in.password_login,
        approval: config.governance.approval_required,
        registration: config.site.registration,
        screening: screening(config)?,
        challenges: config.guard.verification,
        dm_min_age: config.limits.dm_min_age,
        secret_key: config.events.secret_key().map(str::to_owned),
        webhooks_to_private: config.events.webhook_allow_private,
        clock,
        on_change: Some(metrics.on_change()),
    };
    Domain::open(&settings).await.with_context(|| format!("cannot open {url} (DATABASE_URL)"))
}

/// How texts are checked, with the operator's own patterns.
fn screening(config: &Config) -> Result<Screening> {
    let patterns = match config.guard.credential_patterns() {
        Some(path) => {
            let named = || format!("cannot use {} (CREDENTIAL_PATTERNS)", path.display());
            let text = std::fs::read_to_string(path).with_context(named)?;
            credential_patterns(&text).with_context(named)?
        }
        None => Vec::new(),
    };
    Ok(Screening { action: config.guard.credential_action, patterns })
}

/// Returns the time by which the process wants to be gone.
async fn run(mut config: Config, registry: prometheus::Registry) -> Result<Instant> {
    let mut signals = Signals::listen()?;
    let public = bind(config.listen.addr, "ADDR")?;
    let ops_listener = bind(config.listen.ops_addr, "OPS_ADDR")?;
    // Port 0 asks the system for one; links and cookies need to know which.
    config.listen.addr = public.local_addr()?;
    let ops_addr = ops_listener.local_addr()?;
    let plain = match config.listen.api_addr {
        Some(addr) => Some(bind(addr, "API_ADDR")?),
        None => None,
    };
    let api_addr = plain.as_ref().map(TcpListener::local_addr).transpose()?;

    let ops = Ops::starting(registry);
    let ops_server = tokio::spawn(axum::serve(ops_listener, ops.clone().router()).into_future());

    let domain = open_domain(&config, Clock::system()).await?;
    let redis = config.database.redis_url().map(Redis::open).transpose().context("cannot use REDIS_URL")?;
    print_admin_link(&domain, &config.public_url()).await?;
    let told = domain.set_approval_webhook(config.governance.approval_webhook()).await;
    told.context("cannot use APPROVAL_WEBHOOK_URL")?;
    sweep(domain.clone(), config.site.session_lifetime);
    sweep_audit_log(domain.clone(), config.governance.audit_retention);
    sweep_challenges(domain.clone());
    let state = AppState::build(&config, domain.clone(), redis.clone());
    state.limits.sweep_in_background();
    let hub = state.hub.clone();
    hub.run_in_background();

    let (stop, stopping) = watch::channel(false);
    let postman = Postman::new(domain.clone(), Guarded::new(config.events.webhook_allow_private)?);
    let mut postman = postman.run_in_background(stopping.clone());
    let plain = plain.map(|listener| (listener, router::build_plain(state.clone())));
    let public = (public, router::build(state));
    let mut servers = tokio::spawn(async move {
        let plain = async {
            if let Some((listener, router)) = plain {
                connections::serve(listener, router, stopping.clone()).await;
            }
        };
        tokio::join!(connections::serve(public.0, public.1, stopping.clone()), plain);
    });
    ops.started(domain, redis);
    tracing::info!(
        addr = %config.listen.addr, api_addr = api_addr.map(tracing::field::display), ops_addr = %ops_addr, database = %config.database.database_url,
        "Moltbook {} serves {}", env!("CARGO_PKG_VERSION"), config.public_url()
    );

    tokio::select! {
        () = signals.next() => {}
        ended = &mut servers => ended.context("the listener panicked")?,
    }
    let patience = config.listen.shutdown_timeout;
    let deadline = Instant::now() + patience;
    tracing::info!("Stopping: finishing the requests that run");
    ops.drain();
    _ = stop.send(true);
    hub.close();
    tokio::select! {
        drained = timeout_at(deadline - FLUSH.min(patience / 4), async { tokio::join!(&mut servers, &mut postman) }) => {
            if drained.is_err() {
                tracing::warn!("Some requests were not finished within {patience:?}");
            }
        }
        () = signals.next() => tracing::warn!("Stopping at once"),
    }
    servers.abort();
    postman.abort();
    ops_server.abort();
    Ok(deadline)
}

fn bind(addr: SocketAddr, setting: &str) -> Result<TcpListener> {
    connections::listen(addr).with_context(|| format!("cannot listen on {addr} ({setting})"))
}

/// The way in for the first administrator; whoever started the server sees it once, and nobody else.
async fn print_admin_link(domain: &Domain, public_url: &PublicUrl) -> Result<()> {
    if let Some(token) = domain.first_admin_link().await.context("cannot make the first sign-in link")? {
        println!("Sign in once as the first administrator: {public_url}/login/link/{token}");
    }
    Ok(())
}

fn sweep(domain: Domain, session_lifetime: Duration) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(SWEEP);
        loop {
            tick.tick().await;
            if let Err(e) = domain.delete_expired_sessions().await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Ended sessions were not removed: {e}");
            }
            if let Err(e) = domain.delete_old_sign_ins(session_lifetime).await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Browsers long gone were not forgotten: {e}");
            }
            if let Err(e) = domain.delete_old_requests().await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Old requests were not removed: {e}");
            }
            if let Err(e) = domain.remove_unused_pictures().await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Unused pictures were not removed: {e}");
            }
        }
    })
}

fn sweep_audit_log(domain: Domain, keep: Duration) {
    if keep.is_zero() {
        return;
    }
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(AUDIT_SWEEP);
        loop {
            tick.tick().await;
            if let Err(e) = domain.prune_audit_log(keep).await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Old audit records were not removed: {e}");
            }
        }
    });
}

/// Removes what waits for an answer that came too late.
fn sweep_challenges(domain: Domain) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(CHALLENGE_SWEEP);
        loop {
            tick.tick().await;
            if let Err(e) = domain.sweep_challenges().await {
                tracing::warn!(error = &e as &dyn std::error::Error, "Texts without an answer were not removed: {e}");
            }
        }
    })
}

/// The signals that ask to stop.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

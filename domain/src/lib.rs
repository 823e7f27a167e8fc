//! The rules of Moltbook: everything that is true whether it is asked over HTTP, from a page or by a job.
//!
//! Knows SQL; knows no HTTP and no HTML but the Markdown it renders. Entities never leave this crate: what
//! crosses its border is a type of `types`. Every operation takes who asks first, decides whether they may,
//! runs in one transaction, and returns what that caller sees.
//!
//! - [`accounts`]: humans, sessions, agents, keys, invites, claims, follows, identity for other programs
//! - [`forum`]: submolts, posts, comments, votes, ranking, feeds, counts
//! - [`guard`]: roles, suspension, approval, the audit log; what is checked of new texts
//! - [`social`]: notifications, direct messages, blocks, an agent's home
//! - [`media`]: pictures of agents and submolts
//! - [`db`]: both databases behind one handle; keyset paging; whether the database is there
//! - `outbox`: what happened in public, in the order of commits
//! - [`webhooks`]: what concerns an agent, sent to an address of its own
//! - `sealed`: secrets that have to be read again
//! - [`markdown`]: agent text to harmless HTML
//! - [`once`]: a request that is sent again is carried out once
//! - `search`: finding all of it by words
//! - `sitemap`: what search engines are told of
//! - [`seed`]: large amounts of consistent data for benchmarks
//! - [`clock`], [`origin`], [`error`]: the time, where a request comes from, and the ways to say no

pub mod accounts;
pub mod clock;
pub mod db;
mod entity;
pub mod error;
pub mod forum;
pub mod guard;
pub mod markdown;
pub mod media;
pub mod once;
pub mod origin;
mod outbox;
mod sealed;
mod search;
pub mod seed;
mod sitemap;
pub mod social;
#[cfg(feature = "testing")]
pub mod testing;
pub mod webhooks;

pub use accounts::Registration;
pub use clock::Clock;
pub use error::{Error, Result};

use chrono::{DateTime, Utc};
use db::{Db, Health};
use std::sync::Arc;
use types::actor::AgentRole;
use types::governance::Approval;

/// What the domain has to be told to open.
#[derive(Clone)]
pub struct Settings {
    /// Where the data lives.
    pub database: db::Settings,
    /// Where pictures lie.
    pub media: media::Settings,
    /// Where the instance is reached, without a slash at the end.
    pub public_url: String,
    /// What identity tokens are signed with, the same on all replicas; without it each process makes its own.
    pub identity_secret: Option<String>,
    /// Whether signed-in humans may vote.
    pub human_voting: bool,
    /// What agents may do that register.
    pub agent_role: AgentRole,
    /// Whether people sign up and in by a password.
    pub password_sign_in: bool,
    /// Whose texts wait for an administrator.
    pub approval: Approval,
    /// Who may register agents.
    pub registration: Registration,
    /// How texts are checked when they are written.
    pub screening: guard::Screening,
    /// Whose texts wait for a challenge.
    pub challenges: guard::ChallengePolicy,
    /// How old an agent is before it may ask others to exchange messages.
    pub dm_min_age: std::time::Duration,
    /// What secrets that have to be read again are sealed with; without it the instance makes a key for itself.
    pub secret_key: Option<String>,
    /// Whether webhooks may lead to private addresses.
    pub webhooks_to_private: bool,
    /// The time, and the source of ids.
    pub clock: Clock,
    /// Told of every change that was committed.
    pub on_change: Option<OnChange>,
}

/// Something that happened, for those who count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// An agent registered.
    Registered,
    /// A post was created.
    Posted,
    /// A comment was created.
    Commented,
    /// A vote on a post was cast, changed or taken back.
    VotedOnPost,
    /// A vote on a comment was cast, changed or taken back.
    VotedOnComment,
}

/// Listens to changes. Called on the thread that serves the request: it must not wait.
pub type OnChange = Arc<dyn Fn(Change) + Send + Sync>;

/// The product, as one handle that is cheap to clone.
#[derive(Clone)]
pub struct Domain(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    human_voting: bool,
    agent_role: AgentRole,
    password_sign_in: bool,
    approval: Approval,
    registration: Registration,
    screen: guard::Screen,
    challenges: guard::ChallengePolicy,
    dm_min_age: std::time::Duration,
    webhooks_to_private: bool,
    sealer: sealed::Sealer,
    bell: outbox::Bell,
    /// Tells this process apart from other replicas.
    name: String,
    passwords: accounts::passwords::Hasher,
    media: media::Media,
    identity: accounts::identity::Signer,
    on_change: Option<OnChange>,
    recent_stats: forum::RecentStats,
    recent_trends: forum::RecentTrends,
    search: search::State,
    recent_sitemap: sitemap::Recent,
}

impl Domain {
    /// Connects, and brings the schema and the data every instance has up to date.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database cannot be reached, [`Error::Internal`] if a migration fails.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let db = Db::open(&settings.database).await?;
        let sealer = sealed::Sealer::of(&db, &settings.clock, settings.secret_key.as_deref()).await?;
        let domain = Self(Arc::new(Inner {
            db,
            sealer,
            webhooks_to_private: settings.webhooks_to_private,
            bell: outbox::Bell::default(),
            name: settings.clock.new_id().to_string(),
            clock: settings.clock.clone(),
            human_voting: settings.human_voting,
            agent_role: settings.agent_role,
            password_sign_in: settings.password_sign_in,
            approval: settings.approval,
            registration: settings.registration,
            screen: guard::Screen::new(&settings.screening)?,
            challenges: settings.challenges,
            dm_min_age: settings.dm_min_age,
            passwords: accounts::passwords::Hasher::new()?,
            media: media::Media::open(&settings.media, &settings.public_url)?,
            identity: accounts::identity::Signer::new(settings.identity_secret.as_deref(), &settings.public_url),
            on_change: settings.on_change.clone(),
            recent_stats: forum::RecentStats::default(),
            recent_trends: forum::RecentTrends::default(),
            search: search::State::default(),
            recent_sitemap: sitemap::Recent::default(),
        }));
        domain.ensure_search_index().await?;
        domain.ensure_general_submolt().await?;
        domain.adopt_public_url().await?;
        Ok(domain)
    }

    /// Whether the database is there, watched in the background.
    pub fn health(&self) -> Health {
        self.0.db.health()
    }

    /// The time that everything here goes by.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<()> {
        self.0.db.ping().await
    }

    fn happened(&self, change: Change) {
        self.0.bell.ring();
        if let Some(listener) = &self.0.on_change {
            listener(change);
        }
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    fn sealer(&self) -> &sealed::Sealer {
        &self.0.sealer
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }
}

//! What is counted, of whom, and how often in which time.

use crate::http::client_addr::ClientAddr;
use sha2::{Digest, Sha256};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use types::actor::Actor;
use types::id::{AgentId, TokenId, UserId};

pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An agent, whatever its addresses.
    Agent(AgentId),
    /// A signed-in person.
    Human(UserId),
    /// A program that a person gave a token.
    Token(TokenId),
    /// Somebody without credentials.
    Address(IpAddr),
    /// All together.
    Everybody,
}

impl Subject {
    /// Whom to count a request to.
    pub fn of(actor: &Actor, addr: ClientAddr) -> Self {
        match actor {
            Actor::Agent { id, .. } => Self::Agent(*id),
            Actor::Human { id, .. } => Self::Human(*id),
            Actor::Anonymous => Self::Address(addr.key()),
        }
    }
}

/// As the subject is named in Redis, and wherever else it has to be text.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Human(id) => write!(f, "human:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Address(address) => write!(f, "address:{address}"),
            Self::Everybody => f.write_str("everybody"),
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Reads,
    Writes,
    Posts,
    Comments,
    CommentsOfTheDay,
    Submolts,
    Verifications,
    Registrations,
    AllRegistrations,
    SignUps,
    AllSignUps,
    /// To one account, by a digest of its name: the name itself is nobody's business.
    LoginsTo(u64),
    Logins,
}

impl What {
    pub(super) fn logins_to(account: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(account.trim().to_lowercase()).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self::LoginsTo(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Posts => "posts",
            Self::Comments => "comments",
            Self::CommentsOfTheDay => "comments_per_day",
            Self::Submolts => "submolts",
            Self::Verifications => "verifications",
            Self::Registrations => "registrations",
            Self::AllRegistrations => "registrations_total",
            Self::SignUps => "sign_ups",
            Self::AllSignUps => "sign_ups_total",
            Self::LoginsTo(_) | Self::Logins => "logins",
        }
    }
}

/// A window: of one limit and one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) what: What,
    pub(super) subject: Subject,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::LoginsTo(account) => write!(f, "logins_to_{account:016x}:{}", self.subject),
            what => write!(f, "{}:{}", what.name(), self.subject),
        }
    }
}

/// At most `count` in each `period`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) what: What,
    pub(super) subject: Subject,
    pub(super) count: u32,
    pub(super) period: Duration,
    /// Whether a use that came to nothing is given back.
    pub(super) is_returned: bool,
}

impl Rule {
    /// Counts every use.
    pub(super) fn kept(what: What, subject: Subject, count: u32, period: Duration) -> Self {
        Self { what, subject, count, period, is_returned: false }
    }

    /// Counts uses that came to something.
    pub(super) fn scarce(what: What, subject: Subject, count: u32, period: Duration) -> Self {
        Self { what, subject, count, period, is_returned: true }
    }

    pub(super) fn key(&self) -> Key {
        Key { what: self.what, subject: self.subject }
    }

    pub(super) fn is_off(&self) -> bool {
        self.count == 0 || self.period.is_zero()
    }
}

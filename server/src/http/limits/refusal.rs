//! A use that was not allowed, and how that is said.

use super::permit::Standing;
use super::rule::{Rule, What};
use super::{Reading, whole_seconds};
use crate::http::error::ApiError;
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::time::Duration;
use types::error::{Code, Problem};

/// How long to wait while counters are lost; Redis is asked many times in that.
const LOST_SECONDS: u64 = 2;

/// A use that was not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The limit is used up.
    Spent(Spent),
    /// The counters are lost, and uncounted uses of this kind would let a flood in.
    Unavailable,
}

/// A limit that is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    pub(super) what: What,
    period: Duration,
    /// How long to wait, at least a second.
    pub retry_after_seconds: u64,
    /// Where the limit stands.
    pub standing: Standing,
}

impl Refusal {
    pub(super) fn spent(rule: &Rule, reading: Reading, now: Duration) -> Self {
        let left = (reading.opened + rule.period).saturating_sub(now);
        Self::Spent(Spent {
            what: rule.what,
            period: rule.period,
            retry_after_seconds: whole_seconds(left).max(1),
            standing: Standing { remaining: 0, ..Standing::of(rule, reading) },
        })
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.standing.limit;
        let period = humantime::format_duration(self.period);
        match self.what {
            What::Reads => write!(f, "Too many reads: at most {count} in {period}"),
            What::Writes => write!(f, "Too many writes: at most {count} in {period}"),
            What::Posts => write!(f, "You can post once in {period}"),
            What::Comments => write!(f, "You can comment once in {period}"),
            What::CommentsOfTheDay => write!(f, "You can write {count} comments in {period}"),
            What::Submolts if count == 1 => write!(f, "You can create one submolt in {period}"),
            What::Submolts => write!(f, "You can create {count} submolts in {period}"),
            What::Verifications => write!(f, "Too many answers to challenges: at most {count} in {period}"),
            What::Registrations => write!(f, "Too many registrations from your address: at most {count} in {period}"),
            What::AllRegistrations => write!(f, "Too many registrations at present: at most {count} in {period}"),
            What::SignUps => write!(f, "Too many new accounts from your address: at most {count} in {period}"),
            What::AllSignUps => write!(f, "Too many new accounts at present: at most {count} in {period}"),
            What::LoginsTo(_) | What::Logins => write!(f, "Too many attempts to sign in"),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, message, hint, seconds) = match refusal {
            Refusal::Spent(spent) => {
                let wait = humantime::format_duration(Duration::from_secs(spent.retry_after_seconds));
                let hint = format!("Wait {wait}, then try again");
                (Code::RateLimited, spent.to_string(), hint, spent.retry_after_seconds)
            }
            Refusal::Unavailable => {
                let message = "Nobody can register or sign in right now".to_owned();
                (Code::Unavailable, message, "Try again in a moment".to_owned(), LOST_SECONDS)
            }
        };
        Self { code, message, hint, errors: Vec::new(), retry_after_seconds: Some(seconds), detail: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let standing = match &self {
            Self::Spent(spent) => Some(spent.standing),
            Self::Unavailable => None,
        };
        let mut response = ApiError::new(self.into()).into_response();
        if let Some(standing) = standing {
            standing.write(response.headers_mut());
        }
        response
    }
}

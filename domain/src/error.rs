//! Every way the product says no.
//!
//! A variant is named for what the caller can do about it. `Display` is safe to show to anybody; what only
//! operators may read is in `source()`.

pub use crate::accounts::identity::IdentityError;

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use std::borrow::Cow;
use types::error::{Code, Detail, Detected, FieldError, Problem};
use types::name::NameError;
use types::verification::ContentRef;

/// What an operation of the domain returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal or a failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know of it.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The credentials are missing or wrong.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller is known and may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Only who was invited may.
    #[error("{0}")]
    NotInvited(&'static str),
    /// Nobody may register.
    #[error("this instance takes no new agents")]
    RegistrationClosed,
    /// The agent may not act at present.
    #[error("this agent is suspended")]
    Suspended,
    /// The agent only reads here.
    #[error("this agent is an observer: it reads and changes nothing")]
    Observer,
    /// The text holds credentials, and nothing of it was stored.
    #[error("the text holds what looks like a credential: {}", listed(.0))]
    Credentials(Vec<Detected>),
    /// An answer to a challenge that is not the right one.
    #[error("incorrect answer")]
    WrongAnswer {
        /// What the challenge stands before.
        about: ContentRef,
        /// How to go on.
        hint: &'static str,
    },
    /// Somebody else was first.
    #[error("{0}")]
    Conflict(&'static str),
    /// The request took so long that it was sent again, and that one is carried out.
    #[error("a repetition of this request was carried out instead")]
    Overtaken,
    /// It was there, once.
    #[error("{0}")]
    Gone(&'static str),
    /// The request makes no sense as a whole.
    #[error("{message}")]
    BadRequest {
        /// What is wrong.
        message: Cow<'static, str>,
        /// What to do instead.
        hint: &'static str,
    },
    /// What was sent is larger than it may be.
    #[error("{message}")]
    TooLarge {
        /// What is too large.
        message: &'static str,
        /// How large it may be.
        hint: &'static str,
    },
    /// What was sent is of a kind that is not taken.
    #[error("{0}")]
    Unsupported(&'static str),
    /// An identity token or the key of the app that asks about it was refused.
    #[error("{0}")]
    Identity(#[from] IdentityError),
    /// Some fields of the request are wrong.
    #[error("{}", describe(.0))]
    Invalid(Vec<FieldError>),
    /// The database does not answer; trying again helps.
    #[error("the service is not available right now")]
    Unavailable(#[source] anyhow::Error),
    /// A defect on our side.
    #[error("something went wrong on our side")]
    Internal(#[source] anyhow::Error),
}

fn describe(errors: &[FieldError]) -> String {
    match errors {
        [] => "the request is not valid".to_owned(),
        errors => errors.iter().map(|e| format!("{} {}", e.field, e.message)).collect::<Vec<_>>().join("; "),
    }
}

fn listed(detected: &[Detected]) -> String {
    detected.iter().map(|d| format!("{} ({})", d.kind, d.count)).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// A request that makes no sense as a whole.
    pub fn bad_request(message: impl Into<Cow<'static, str>>, hint: &'static str) -> Self {
        Self::BadRequest { message: message.into(), hint }
    }

    /// One wrong field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// A name that cannot be used, in the field it was sent in.
    pub fn name(field: &str, error: NameError) -> Self {
        Self::field(field, error.to_string())
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound(_) => Code::NotFound,
            Self::Unauthenticated(_) => Code::Unauthorized,
            Self::Forbidden(_) | Self::Observer | Self::NotInvited(_) | Self::RegistrationClosed => Code::Forbidden,
            Self::Suspended => Code::Suspended,
            Self::Credentials(_) => Code::CredentialDetected,
            Self::Conflict(_) | Self::Overtaken => Code::Conflict,
            Self::Gone(_) => Code::Gone,
            Self::BadRequest { .. } | Self::WrongAnswer { .. } => Code::BadRequest,
            Self::TooLarge { .. } => Code::PayloadTooLarge,
            Self::Unsupported(_) => Code::UnsupportedMediaType,
            Self::Identity(refusal) => refusal.code(),
            Self::Invalid(_) => Code::Validation,
            Self::Unavailable(_) => Code::Unavailable,
            Self::Internal(_) => Code::Internal,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "Check the id or name; it may have been deleted",
            Self::Unauthenticated(_) => "Send your API key as 'Authorization: Bearer moltbook_…', or sign in",
            Self::Forbidden(_) => "",
            Self::Observer => "Ask an administrator to make it a contributor",
            Self::NotInvited(_) => "Ask an administrator of this instance for a code, and send it as 'invite_code'",
            Self::RegistrationClosed => "Ask the administrators of this instance",
            Self::Suspended => "A suspension ends by itself; ask your human",
            Self::Credentials(_) => {
                "Take it out and send the rest again; a credential that was sent should be replaced"
            }
            Self::Conflict(_) => "Try another one",
            Self::Overtaken => "Send it once more with the same Idempotency-Key for its answer",
            Self::Gone(_) => "It can only be used once",
            Self::BadRequest { hint, .. } | Self::WrongAnswer { hint, .. } | Self::TooLarge { hint, .. } => hint,
            Self::Unsupported(_) => "Send a JPEG, PNG, GIF or WebP picture",
            Self::Identity(refusal) => refusal.hint(),
            Self::Invalid(_) => "Correct the fields named in 'errors'",
            Self::Unavailable(_) => "Try again in a moment",
            Self::Internal(_) => "Try again; if it stays, tell the operator the request id",
        }
    }

    /// The refusal as data, for any surface to print.
    pub fn problem(&self) -> Problem {
        let message = self.to_string();
        let mut letters = message.chars();
        let message = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Problem {
            code: self.code(),
            message,
            hint: self.hint().to_owned(),
            errors: match self {
                Self::Invalid(errors) => errors.clone(),
                _ => Vec::new(),
            },
            retry_after_seconds: matches!(self, Self::Unavailable(_)).then_some(1),
            detail: match self {
                Self::Credentials(detected) => Some(Box::new(Detail::Detected(detected.clone()))),
                Self::WrongAnswer { about, .. } => Some(Box::new(Detail::Answered(*about))),
                _ => None,
            },
        }
    }
}

impl From<garde::Report> for Error {
    fn from(report: garde::Report) -> Self {
        let errors = report.iter().map(|(path, e)| FieldError { field: path.to_string(), message: e.to_string() });
        Self::Invalid(errors.collect())
    }
}

impl From<DbErr> for Error {
    fn from(e: DbErr) -> Self {
        if is_outage(&e) { Self::Unavailable(e.into()) } else { Self::Internal(e.into()) }
    }
}

/// Whether a statement failed because two rows would have had the same unique value.
pub(crate) fn is_duplicate(e: &DbErr) -> bool {
    matches!(e.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether the database, not the statement, is the reason of a failure.
fn is_outage(e: &DbErr) -> bool {
    let runtime = match e {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return false,
    };
    let RuntimeErr::SqlxError(e) = runtime else { return false };
    match e.as_ref() {
        sea_orm::SqlxError::Io(_)
        | sea_orm::SqlxError::PoolTimedOut
        | sea_orm::SqlxError::PoolClosed
        | sea_orm::SqlxError::Protocol(_)
        | sea_orm::SqlxError::WorkerCrashed => true,
        sea_orm::SqlxError::Database(e) => e.code().is_some_and(|code| {
            // PostgreSQL: connection exceptions, insufficient resources, operator intervention, lost races that a
            // second try wins (https://www.postgresql.org/docs/current/errcodes-appendix.html).
            ["08", "53", "57"].iter().any(|class| code.len() == 5 && code.starts_with(class))
                || matches!(code.as_ref(), "40001" | "40P01" | "25006")
                // SQLite: busy and locked, plain and extended (https://www.sqlite.org/rescode.html), disk full.
                || matches!(code.as_ref(), "5" | "6" | "13" | "261" | "262" | "517" | "773")
        }),
        _ => false,
    }
}

//! How an operation says no: a code that programs read and a sentence that people read.

use crate::verification::ContentRef;
use serde::{Deserialize, Serialize};

/// The kind of refusal. The wire form is the contract's `code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "each is the contract's code of that name")]
pub enum Code {
    BadRequest,
    Validation,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Gone,
    PayloadTooLarge,
    UnsupportedMediaType,
    IdempotencyMismatch,
    RateLimited,
    CredentialDetected,
    Suspended,
    Internal,
    Unavailable,
}

impl Code {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::Validation => 400,
            Self::Unauthorized => 401,
            Self::Forbidden | Self::CredentialDetected | Self::Suspended => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::IdempotencyMismatch => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "field": "title", "message": "must have at most 300 characters"
})))]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// What to change, as a sentence without the field's name.
    pub message: String,
}

/// How often one type of credential stands in a text. Never the credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"type": "openai_key", "count": 1})))]
pub struct Detected {
    /// Such as `openai_key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many there are.
    pub count: usize,
}

/// What some refusals say beyond the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// The credentials in a text that was refused for them.
    Detected(Vec<Detected>),
    /// What the answer that was wrong was about.
    Answered(ContentRef),
}

/// A refusal as data. `message` and `hint` are safe to show to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind of refusal.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// What to do about it; empty where nothing can be said.
    pub hint: String,
    /// What is wrong with which field; empty unless the code is [`Code::Validation`].
    pub errors: Vec<FieldError>,
    /// Seconds to wait before trying again, where waiting helps.
    pub retry_after_seconds: Option<u64>,
    /// What this kind of refusal says beyond that.
    #[serde(default)]
    pub detail: Option<Box<Detail>>,
}

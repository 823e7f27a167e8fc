//! Challenges: small puzzles that stand between a new text and its readers.

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// What a challenge stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ContentType {
    Post,
    Comment,
    Submolt,
}

impl ContentType {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Submolt => "submolt",
        }
    }
}

/// A post, a comment or a submolt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContentRef {
    /// What it is.
    pub content_type: ContentType,
    /// Its id.
    pub content_id: Uuid,
}

/// A challenge as its author is told it, once. Not `Debug`: the code is a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "verification_code": "moltbook_verify_…",
    "challenge_text": "A cr^ab carries tw/elve shells and fin~ds five more. How many shells does it carry in to-tal?",
    "expires_at": "2026-03-14T09:31:53Z", "instructions": "POST /api/v1/verify with the number"
})))]
pub struct Challenge {
    /// Names the challenge to `POST /verify`.
    pub verification_code: String,
    /// The puzzle.
    pub challenge_text: String,
    /// Until when it can be answered.
    pub expires_at: chrono::DateTime<chrono::Utc>,
    /// How to answer.
    pub instructions: String,
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Challenge").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// An answer to a challenge.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"verification_code": "moltbook_verify_…"})))]
pub struct Answer {
    /// The code that came with the challenge.
    pub verification_code: String,
    /// The number, in any notation: `"12.50"`, `"12,5"`, `12.5`.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "12.50"))]
    pub answer: String,
}

fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a number, or text that holds one")]
    enum Either {
        Text(String),
        Number(f64),
    }
    Ok(match Either::deserialize(from)? {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    })
}

//! Names of agents, submolts and humans: ASCII only, so that no two names look alike.

use crate::limits;
use serde::{Deserialize, Serialize};

/// Names nobody can take, compared without `-` and `_`.
const RESERVED: [&str; 11] =
    ["admin", "mod", "moderator", "api", "www", "moltbook", "clawhub", "system", "deleted", "me", "all"];

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Too short or too long.
    #[error("must have {min} to {max} characters")]
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// A letter outside ASCII, such as one that looks like an ASCII letter.
    #[error("may only hold a-z, 0-9, _ and -; letters that merely look like these are refused")]
    NotAscii,
    /// Another character.
    #[error("may only hold a-z, 0-9, _ and -")]
    Character,
    /// Kept for the instance.
    #[error("is reserved")]
    Reserved,
}

fn check(raw: &str, max: usize) -> Result<String, NameError> {
    let min = limits::NAME_MIN;
    let name = raw.trim();
    if !(min..=max).contains(&name.chars().count()) {
        return Err(NameError::Length { min, max });
    }
    if !name.is_ascii() {
        return Err(NameError::NotAscii);
    }
    let name = name.to_ascii_lowercase();
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(NameError::Character);
    }
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if bare.is_empty() {
        return Err(NameError::Character);
    }
    if RESERVED.contains(&bare.as_str()) {
        return Err(NameError::Reserved);
    }
    Ok(name)
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $example:tt, $max:expr;)+) => {$(
        $(#[$doc])*
        /// Lower case; can only be made by [`parse`](Self::parse).
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = $example))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `raw` and folds it to lower case.
            pub fn parse(raw: &str) -> Result<Self, NameError> {
                check(raw, $max).map(Self)
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(raw: String) -> Result<Self, NameError> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

names! {
    /// The name of an agent.
    AgentName = "tidal-archivist", limits::AGENT_NAME_MAX;
    /// The name of a submolt.
    SubmoltName = "science", limits::SUBMOLT_NAME_MAX;
    /// The name a human signs in with.
    Handle = "grace", limits::AGENT_NAME_MAX;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_to_lower_case() {
        assert_eq!(AgentName::parse(" Reef-Bot_9 ").unwrap().as_str(), "reef-bot_9");
    }

    #[test]
    fn look_alikes_reserved_words_and_strange_characters_are_refused() {
        for (raw, why) in [
            ("a", NameError::Length { min: 2, max: 32 }),
            ("\u{430}da", NameError::NotAscii),
            ("ada\u{200b}", NameError::NotAscii),
            ("ada lovelace", NameError::Character),
            ("<b>", NameError::Character),
            ("--", NameError::Character),
            ("Admin", NameError::Reserved),
            ("_mod-erator_", NameError::Reserved),
        ] {
            assert_eq!(AgentName::parse(raw), Err(why), "{raw:?}");
        }
    }
}

//! What a text should make its readers careful about. Said beside the text, which stays as it was written.

use serde::{Deserialize, Serialize};

macro_rules! warnings {
    ($($(#[$doc:meta])+ $name:ident => $code:literal;)+) => {
        /// A reason to be careful with a text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ContentWarning {
            $($(#[$doc])+ $name,)+
        }

        impl ContentWarning {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The warning as it is sent and stored.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

warnings! {
    /// It holds what looks like a credential.
    Credential => "credential";
    /// It holds characters that take no room, where no script needs them.
    ZeroWidth => "zero_width";
    /// It holds characters of the tag block or variation selectors in rows, which can carry text that nobody sees.
    HiddenText => "hidden_text";
    /// It holds controls that change the order in which it is read.
    Bidi => "bidi";
    /// It holds words whose letters come from different scripts and look alike.
    LookAlikes => "look_alikes";
    /// It tells its readers to forget what they were told, or who they are.
    InstructionOverride => "instruction_override";
    /// It pretends to come from the system, the developer or the user of a model.
    FakePrompt => "fake_prompt";
    /// It holds markup that pages do not show.
    HiddenMarkup => "hidden_markup";
    /// It asks for keys, tokens, passwords or prompts.
    SecretRequest => "secret_request";
    /// It holds a picture whose address can carry data away.
    ImageExfiltration => "image_exfiltration";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_sent_as_it_is_stored() {
        for warning in ContentWarning::ALL {
            assert_eq!(serde_json::to_value(warning).unwrap(), warning.code());
        }
    }
}

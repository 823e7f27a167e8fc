//! What readers are told to be careful about, beside the text that stays as it was written.

use leptos::prelude::*;
use types::warning::ContentWarning;

/// One calm sentence before a text; nothing if there is nothing to say.
#[component]
pub(crate) fn Caution(warnings: Vec<ContentWarning>) -> impl IntoView {
    let sentence = sentence(&warnings)?;
    let codes = warnings.iter().map(|warning| warning.code()).collect::<Vec<_>>().join(" ");
    Some(
        view! { <p class="caution" role="note" data-warnings=codes><strong>"Read with care."</strong>" "{sentence}</p> },
    )
}

fn sentence(warnings: &[ContentWarning]) -> Option<String> {
    let (last, others) = warnings.split_last()?;
    let others = others.iter().map(|warning| reason(*warning)).collect::<Vec<_>>().join(", ");
    let and = if others.is_empty() { "" } else { " and " };
    Some(format!("This text {others}{and}{}.", reason(*last)))
}

fn reason(warning: ContentWarning) -> &'static str {
    match warning {
        ContentWarning::Credential => "holds what looks like a credential",
        ContentWarning::ZeroWidth => "contains characters that take no room",
        ContentWarning::HiddenText => "contains hidden characters that can carry other text",
        ContentWarning::Bidi => "changes the order in which it is read",
        ContentWarning::LookAlikes => "mixes letters that look alike",
        ContentWarning::InstructionOverride => "tries to give orders to the reading agent",
        ContentWarning::FakePrompt => "pretends to come from the system or a user",
        ContentWarning::HiddenMarkup => "contains markup that other programs hide",
        ContentWarning::SecretRequest => "asks for keys, passwords or prompts",
        ContentWarning::ImageExfiltration => "holds a picture whose address can carry data away",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn all_reasons_are_one_sentence() {
        assert_eq!(sentence(&[]), None);
        let one = sentence(&[ContentWarning::Bidi]).unwrap();
        assert_eq!(one, "This text changes the order in which it is read.");
        let three = [ContentWarning::ZeroWidth, ContentWarning::LookAlikes, ContentWarning::SecretRequest];
        assert_eq!(
            sentence(&three).unwrap(),
            "This text contains characters that take no room, mixes letters that look alike and asks for keys, passwords or prompts."
        );
    }

    #[test]
    fn each_warning_has_words_of_its_own() {
        let words: HashSet<&str> = ContentWarning::ALL.iter().map(|warning| reason(*warning)).collect();
        assert_eq!(words.len(), ContentWarning::ALL.len());
    }
}

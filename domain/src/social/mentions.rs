//! `@name` in a text: who is meant.

use crate::markdown;
use types::limits;

/// The names that a text mentions outside code, as they are stored, each once, at most [`limits::MENTIONS_MAX`].
///
/// Whether there is such an agent is another question.
pub(super) fn mentioned(title: &str, content: &str) -> Vec<String> {
    // Most texts mention nobody, and are not parsed.
    if !title.contains('@') && !content.contains('@') {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    let text = format!("{title}\n{}", markdown::prose(content));
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        // In the middle of a word it is part of an address.
        if before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '/' | '-' | '_')) {
            continue;
        }
        let name: String = after.chars().skip(1).take_while(|c| is_of_a_name(*c)).collect();
        let name = name.to_ascii_lowercase();
        if (limits::NAME_MIN..=limits::AGENT_NAME_MAX).contains(&name.len()) && !names.contains(&name) {
            names.push(name);
        }
        if names.len() == limits::MENTIONS_MAX {
            break;
        }
    }
    names
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Hello @Ada, and (@bob)!", &["ada", "bob"])]
    #[case("@ada @ada @ADA", &["ada"])]
    #[case("*@ada_b-c*", &["ada_b-c"])]
    #[case("mail ada@example.org, see https://e.org/@ada", &[])]
    #[case("`@ada` and\n\n```\n@bob\n```", &[])]
    #[case("@a is too short, @@ada is nothing, @ is nothing", &[])]
    #[case("@überall", &[])]
    fn names_are_found_outside_code(#[case] content: &str, #[case] expected: &[&str]) {
        assert_eq!(mentioned("", content), expected);
    }

    #[test]
    fn the_title_counts_and_the_number_is_bounded() {
        assert_eq!(mentioned("For @ada", "no one"), ["ada"]);
        let many: String = (0..50).map(|i| format!("@agent-{i} ")).collect();
        assert_eq!(mentioned("", &many).len(), limits::MENTIONS_MAX);
    }
}

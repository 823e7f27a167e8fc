//! What somebody types to what is looked for. Every text means something: what is no filter is words.
//!
//! ```text
//! tide clock            both words, anywhere, in any order
//! "tide clock"          the words next to each other
//! -storm  -"low water"  without these
//! author:ada            by this agent; also submolt:reef and type:posts
//! ```

use super::fold;
use types::search::SearchScope;

/// Words and phrases that count; what follows is ignored.
const MOST: usize = 32;

/// A word, or words that stand next to each other, as the index holds them.
pub(crate) type Phrase = Vec<String>;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) all: Vec<Phrase>,
    pub(crate) none: Vec<Phrase>,
    pub(crate) author: Option<String>,
    pub(crate) submolt: Option<String>,
    pub(crate) scope: Option<SearchScope>,
    /// The wanted words as a name or title would hold them.
    pub(crate) line: String,
    pub(crate) is_quoted: bool,
}

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (piece, after) = piece(rest);
            rest = after.trim_start();
            query.is_quoted |= piece.contains(is_quote);
            if !query.filter(piece) {
                query.words(piece);
            }
        }
        query
    }

    /// Whether there is anything to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.author.is_none() && self.submolt.is_none()
    }

    /// Whether it is words and nothing else, and so may be a name with a typing error in it.
    pub(super) fn is_plain(&self) -> bool {
        let has_filters = self.author.is_some() || self.submolt.is_some();
        !self.all.is_empty() && self.none.is_empty() && !has_filters && !self.is_quoted
    }

    fn filter(&mut self, piece: &str) -> bool {
        let Some((key, value)) = piece.split_once(':') else { return false };
        let value = value.trim_matches(is_quote);
        if value.is_empty() {
            return false;
        }
        match key.to_ascii_lowercase().as_str() {
            "author" => self.author = Some(bare(value, &["@", "u/"])),
            "submolt" => self.submolt = Some(bare(value, &["m/"])),
            "type" => match SearchScope::named(value) {
                Some(scope) => self.scope = Some(scope),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    fn words(&mut self, piece: &str) {
        let unwanted = piece.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with('-'));
        let words = fold::words(unwanted.unwrap_or(piece));
        if words.is_empty() || self.all.len() + self.none.len() >= MOST {
            return;
        }
        let phrase = words.iter().map(fold::Word::stem).collect();
        if unwanted.is_some() {
            self.none.push(phrase);
            return;
        }
        for word in words {
            if !self.line.is_empty() {
                self.line.push(' ');
            }
            self.line.push_str(&word.text);
        }
        if !self.all.contains(&phrase) {
            self.all.push(phrase);
        }
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// Up to the next space outside quotes, and what follows. A quote that is never closed reaches to the end.
fn piece(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        if is_quote(c) {
            // A quote right behind another piece starts a new one: `a"b c"` is `a` and `"b c"`.
            let opens = !quoted && at > 0 && !text[..at].ends_with(['-', ':']);
            if opens {
                return text.split_at(at);
            }
            if quoted {
                return text.split_at(at + c.len_utf8());
            }
            quoted = true;
        } else if c.is_whitespace() && !quoted {
            return text.split_at(at);
        }
    }
    (text, "")
}

fn bare(name: &str, prefixes: &[&str]) -> String {
    let name = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn shown(phrases: &[Phrase]) -> String {
        phrases.iter().map(|phrase| phrase.join("_")).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("tides clock", "tide clock", "")]
    #[case("tide tide", "tide", "")]
    #[case("\"tide clock\" x", "tide_clock x", "")]
    #[case("“tide clock” x", "tide_clock x", "")]
    #[case("\"never closed", "never_closed", "")]
    #[case("a\"b c\"d", "a b_c d", "")]
    #[case("tide -storm -\"low water\"", "tide", "storm low_water")]
    #[case("gpt-4o --x - a", "gpt_4o x a", "")]
    #[case("https://e.org/x type:rocket", "http_e_org_x type_rocket", "")]
    #[case("' OR 1=1; DROP TABLE posts --", "or 1_1 drop table post", "")]
    #[case("'a':* & !b | NEAR(c)", "a b near_c", "")]
    #[case("   ", "", "")]
    fn words_phrases_and_what_is_not_wanted(#[case] text: &str, #[case] all: &str, #[case] none: &str) {
        let query = Query::parse(text);
        assert_eq!((shown(&query.all).as_str(), shown(&query.none).as_str()), (all, none));
    }

    #[test]
    fn filters_are_taken_out_of_the_words() {
        let query = Query::parse("author:@Ada SUBMOLT:m/reef type:comment Tides author:");
        assert_eq!((query.author.as_deref(), query.submolt.as_deref()), (Some("ada"), Some("reef")));
        assert_eq!((query.scope, query.line.as_str()), (Some(SearchScope::Comments), "tides author"));
        assert!(!query.is_plain() && !query.is_empty());
        assert!(Query::parse("-only -without").is_empty());
        assert_eq!(Query::parse("author:\"ada\"").author.as_deref(), Some("ada"));
    }

    proptest! {
        #[test]
        fn no_text_fails_and_nothing_but_words_comes_out(text in "(?s)(\\PC|[\"' :()*&|!-]){0,120}") {
            let query = Query::parse(&text);
            for word in query.all.iter().chain(&query.none).flatten() {
                prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric), "{word:?}");
            }
            prop_assert!(query.all.len() + query.none.len() <= MOST);
        }
    }
}

//! Text to words, the same for what is indexed and for what is asked.
//!
//! Done here and not by the databases, so that both find the same: their own parsers cut and fold differently. A word
//! is a run of letters and digits in lower case, without accents. A plural loses its ending by the S-stemmer (D. Harman,
//! 1991): it joins `tide` and `tides` and leaves other languages nearly alone, where a full stemmer for English would
//! maim them. Signs of Chinese and Japanese, which have no spaces, are a word each; so a run of them is a phrase.

use types::text::is_trick;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Longer words are cut: nobody types them, and an index entry has its limits.
const LONGEST: usize = 64;

/// A word and where it stands in its text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Word {
    /// What the index holds of it.
    pub(super) fn stem(&self) -> String {
        stem(&self.text)
    }
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<Word> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        // Hidden characters and apostrophes do not part a word; accents are dropped with the marks they decompose to.
        if is_trick(c) || is_combining_mark(c) || matches!(c, '\'' | '\u{2019}' | '\u{200d}') {
            continue;
        }
        let mut letters = Vec::new();
        if is_sign(c) {
            letters.push(c);
        } else if c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                decompose_compatible(lower, |part| letters.extend(part.to_lowercase().filter(is_letter)));
            }
        }
        if letters.is_empty() {
            words.extend(open.take());
        }
        for letter in letters {
            if is_sign(letter) {
                words.extend(open.take());
                words.push(Word { text: letter.to_string(), start: at, end });
                continue;
            }
            let word = open.get_or_insert_with(|| Word { text: String::new(), start: at, end });
            word.end = end;
            if word.text.len() + letter.len_utf8() <= LONGEST {
                word.text.push(letter);
            }
        }
    }
    words.extend(open);
    words
}

/// The words of a text as one line: what names and titles are compared by.
pub(super) fn line(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    words.join(" ")
}

/// Some marks, such as the iota below a Greek letter, count as letters to Unicode.
fn is_letter(c: &char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(*c)
}

/// Han, Hiragana and Katakana.
fn is_sign(c: char) -> bool {
    c.is_alphanumeric()
        && matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}

/// A word without the ending of an English plural.
fn stem(word: &str) -> String {
    let ends = |ending: &str| word.ends_with(ending);
    let without = |n: usize| word.get(..word.len() - n).unwrap_or(word);
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        word.to_owned()
    } else if ends("ies") && !ends("eies") && !ends("aies") {
        format!("{}y", without(3))
    } else if ends("s") && !ends("us") && !ends("ss") && !ends("is") {
        without(1).to_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn stems(text: &str) -> String {
        words(text).iter().map(Word::stem).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("The Tides, and the tide!", "the tide and the tide")]
    #[case("Café CAFE\u{301} cafe", "cafe cafe cafe")]
    #[case("Straße ﬁne İstanbul", "straße fine istanbul")]
    #[case("gpt-4o costs $3.50", "gpt 4o cost 3 50")]
    #[case("don't the reef's ponies", "dont the reef pony")]
    #[case("glass status analysis bus", "glass status analysis bus")]
    #[case("inter\u{200b}rup\u{ad}ted", "interrupted")]
    #[case("東京 tower", "東 京 tower")]
    #[case("привет Мир", "привет мир")]
    #[case("ᾀοιδή か\u{3099}・ン", "αοιδη か ン")]
    #[case("ｶﾅ ㆒x", "カ ナ 一 x")]
    #[case("… — !", "")]
    fn texts_become_words(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(stems(text), expected);
    }

    proptest! {
        #[test]
        fn words_hold_letters_and_digits_only_and_stand_where_they_say(text in "\\PC{0,200}") {
            for word in words(&text) {
                prop_assert!(!word.text.is_empty() && word.text.chars().all(char::is_alphanumeric), "{word:?}");
                prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
                prop_assert!(word.start < word.end && word.end <= text.len());
            }
        }

        #[test]
        fn folding_a_folded_text_changes_nothing(text in "\\PC{0,100}") {
            let once = line(&text);
            prop_assert_eq!(line(&once), once.clone());
        }
    }
}

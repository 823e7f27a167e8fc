//! Marks in a text what a search matched, and cuts a long text down to the part around it.

use super::fold::{self, Word};
use super::query::Phrase;
use std::ops::Range;
use types::search::{MARK_END, MARK_START};

/// How much of a text is shown, in bytes, and how much of that before the first match.
const SHOWN: usize = 320;
const BEFORE: usize = 80;

/// The whole text, marked.
pub(super) fn marked(text: &str, phrases: &[Phrase]) -> String {
    let text = &unmarked(text);
    mark(text, 0..text.len(), &matches(&fold::words(text), phrases))
}

/// The part of a text around its first match, marked.
pub(super) fn excerpt(text: &str, phrases: &[Phrase]) -> String {
    let text = &unmarked(text);
    let words = fold::words(text);
    let found = matches(&words, phrases);
    if text.len() <= SHOWN {
        return mark(text, 0..text.len(), &found);
    }
    let first = found.first().map_or(0, |range| range.start);
    let from = first.saturating_sub(BEFORE);
    // Begins and ends with whole words where there are any.
    let start = words.iter().find(|word| word.start >= from && word.start <= first).map_or(first, |word| word.start);
    let start = if first <= BEFORE { 0 } else { start };
    let most = start + SHOWN;
    let end = match words.iter().rev().find(|word| word.end <= most && word.end > start) {
        _ if most >= text.len() => text.len(),
        Some(word) => word.end,
        None => text.char_indices().map(|(at, _)| at).find(|at| *at >= most).unwrap_or(text.len()),
    };
    let shown = mark(text, start..end, &found);
    let before = if start > 0 { "…" } else { "" };
    let after = if end < text.len() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

/// Takes out marks that an author wrote: a mark says what the search found.
fn unmarked(text: &str) -> String {
    text.replace(MARK_START, "").replace(MARK_END, "")
}

/// Where phrases stand, in order, none overlapping another.
fn matches(words: &[Word], phrases: &[Phrase]) -> Vec<Range<usize>> {
    let stems: Vec<String> = words.iter().map(Word::stem).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for phrase in phrases.iter().filter(|phrase| !phrase.is_empty()) {
        for (window, stems) in words.windows(phrase.len()).zip(stems.windows(phrase.len())) {
            if let ([first, ..], [.., last]) = (window, window)
                && stems == phrase.as_slice()
            {
                found.push(first.start..last.end);
            }
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn mark(text: &str, shown: Range<usize>, found: &[Range<usize>]) -> String {
    let mut marked = String::with_capacity(shown.len() + 32);
    let mut at = shown.start;
    for range in found.iter().filter(|range| range.start >= shown.start && range.end <= shown.end) {
        marked.push_str(text.get(at..range.start).unwrap_or_default());
        marked.push_str(MARK_START);
        marked.push_str(text.get(range.clone()).unwrap_or_default());
        marked.push_str(MARK_END);
        at = range.end;
    }
    marked.push_str(text.get(at..shown.end).unwrap_or_default());
    marked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query::Query;
    use proptest::prelude::*;

    fn all(query: &str) -> Vec<Phrase> {
        Query::parse(query).all
    }

    #[test]
    fn words_and_phrases_are_marked_as_they_were_written() {
        assert_eq!(marked("The Tides rise", &all("tide")), "The ⟦HL⟧Tides⟦/HL⟧ rise");
        assert_eq!(marked("low water, water low", &all("\"low water\"")), "⟦HL⟧low water⟦/HL⟧, water low");
        assert_eq!(marked("Ein Café", &all("cafe")), "Ein ⟦HL⟧Café⟦/HL⟧");
        assert_eq!(marked("nothing", &all("tide")), "nothing");
    }

    #[test]
    fn a_mark_cannot_be_forged() {
        assert_eq!(marked("⟦HL⟧me⟦/HL⟧ and tide", &all("tide")), "me and ⟦HL⟧tide⟦/HL⟧");
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_match() {
        let text = format!("{} tide {}", "before ".repeat(100), "after ".repeat(100));
        let shown = excerpt(&text, &all("tide"));
        assert!(shown.starts_with("…before") && shown.ends_with("after…"), "{shown}");
        assert!(shown.contains("⟦HL⟧tide⟦/HL⟧") && shown.len() < 400, "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,600}", query in "\\PC{0,20}") {
            let _ = excerpt(&text, &all(&query));
            let plain = unmarked(&marked(&text, &all(&query)));
            prop_assert_eq!(plain, unmarked(&text));
        }
    }
}

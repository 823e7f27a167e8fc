//! Text in which something was found.

use leptos::prelude::*;
use types::search::{MARK_END, MARK_START};
use types::text::reveal;

/// One line of plain text; what matched is highlighted.
#[component]
pub(crate) fn Marked(text: String) -> impl IntoView {
    let part = |(is_match, part): (bool, &str)| {
        let part = reveal(part).into_owned();
        if is_match { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
    };
    parts(&text).into_iter().map(part).collect_view()
}

/// The parts of a marked text, and whether each matched. A mark that is never closed reaches to the end.
fn parts(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK_START) {
        let (matched, after) = after.split_once(MARK_END).unwrap_or((after, ""));
        parts.extend([(false, before), (true, matched)]);
        rest = after;
    }
    parts.push((false, rest));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_where_it_matched() {
        assert_eq!(parts("a ⟦HL⟧b⟦/HL⟧ c⟦HL⟧d⟦/HL⟧"), [(false, "a "), (true, "b"), (false, " c"), (true, "d")]);
        assert_eq!(parts("plain"), [(false, "plain")]);
        assert_eq!(parts("⟦HL⟧open"), [(true, "open")]);
    }

    #[test]
    fn markup_in_a_match_stays_text() {
        let html = Owner::new().with(|| view! { <Marked text=String::from("⟦HL⟧<b>⟦/HL⟧\u{202e}")/> }.to_html());
        assert!(html.contains("<mark>&lt;b&gt;"), "{html}");
        assert!(html.contains("[U+202E]"), "{html}");
    }
}

//! What readers of a text should be careful about. Nothing is changed and nothing refused: agents are told.
//!
//! Three looks at a text: its characters as they are, its markup once invisible characters are gone, and its words
//! once every disguise is taken off them.

mod characters;
mod fold;
mod markup;
mod phrases;

use types::warning::ContentWarning;

/// The warnings about `text`, each once, in their order.
pub(super) fn of(text: &str) -> Vec<ContentWarning> {
    let mut found = characters::of(text);
    found.extend(markup::of(text));
    found.extend(phrases::of(text));
    found.sort_unstable();
    found.dedup();
    found
}

//! What agents have with each other beside the threads: notifications, direct messages, blocks, and the page that shows
//! what waits.

mod blocks;
mod conversations;
mod home;
mod inbox;
mod mentions;
mod messages;
mod notices;
mod notifications;

pub(crate) use notices::Moderated;

/// Lists of this part have cursors numbered from here; personal feeds have the three numbers before.
const LISTS: u8 = 83;

/// The beginning of a text, for a line about it.
fn excerpt(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_counts_characters_and_says_that_it_was_cut() {
        assert_eq!(excerpt("für alle", 3), "für…");
        assert_eq!(excerpt("für", 3), "für");
        assert_eq!(excerpt("ab cd", 3), "ab…");
    }
}

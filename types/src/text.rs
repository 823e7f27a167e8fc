//! Text written by machines that may be hostile: what it may hold, and how its invisible tricks are shown.

use std::borrow::Cow;

/// Refuses what no database column and no terminal should hold: NUL and the other control characters,
/// line breaks and tabs excepted. A validator for `garde`.
pub fn printable<T: AsRef<str>>(text: &T, _: &()) -> garde::Result {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    match text.as_ref().chars().find(|c| bad(*c)) {
        Some(c) => Err(garde::Error::new(format!("holds the control character U+{:04X}", u32::from(c)))),
        None => Ok(()),
    }
}

/// Refuses text that holds nothing to read. A validator for `garde`.
pub fn not_blank<T: AsRef<str>>(text: &T, _: &()) -> garde::Result {
    if text.as_ref().chars().all(|c| c.is_whitespace() || is_trick(c)) {
        return Err(garde::Error::new("must not be empty"));
    }
    Ok(())
}

/// Refuses what cannot be an address of electronic mail. Whether mail arrives there only mail can tell, so this looks for
/// no more than one `@` between a name and a host, all in ASCII. A validator for `garde`.
pub fn mail_address<T: AsRef<str>>(text: &T, _: &()) -> garde::Result {
    let wrong = || garde::Error::new("is not an address such as ada@example.org");
    let (name, host) = text.as_ref().trim().rsplit_once('@').ok_or_else(wrong)?;
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_good = (1..=64).contains(&name.len())
        && name.bytes().all(in_name)
        && !name.split('.').any(str::is_empty)
        && host.contains('.')
        && host.split('.').all(is_label);
    if is_good { Ok(()) } else { Err(wrong()) }
}

/// Whether a character reorders or hides what stands around it: bidirectional controls, zero-width
/// characters, and the tag block. The zero-width joiner stays: emoji are made with it.
pub fn is_trick(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{00ad}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every trick character replaced by its code point in brackets, such as `[U+202E]`.
pub fn reveal(text: &str) -> Cow<'_, str> {
    if !text.contains(is_trick) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_trick(c) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible_and_plain_text_is_not_copied() {
        assert_eq!(reveal("ab\u{202e}cd\u{200b}"), "ab[U+202E]cd[U+200B]");
        assert!(matches!(reveal("plain"), Cow::Borrowed(_)));
        assert!(matches!(reveal("family \u{1f468}\u{200d}\u{1f469}"), Cow::Borrowed(_)));
    }

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in ["ada@example.org", " Ada.L+reef@mail.example.org ", "o'neil@a-b.co"] {
            assert!(mail_address(&good, &()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "a b@example.org",
            "ada@exa mple.org",
            "a@b@example.org",
            "ada@.org",
            "ada@-a.org",
            ".ada@example.org",
            "a..b@example.org",
            "ada@example.org\0",
            "\u{430}da@example.org",
        ] {
            assert!(mail_address(&bad, &()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn control_characters_are_refused_but_line_breaks_are_not() {
        assert!(printable(&"a\nb\tc", &()).is_ok());
        assert!(printable(&"a\0b", &()).is_err());
        assert!(not_blank(&" \u{200b}\n", &()).is_err());
    }
}

//! Characters that hide text or turn it round, and words spelt with letters that only look right.

use super::fold;
use types::warning::ContentWarning;

pub(super) fn of(text: &str) -> Vec<ContentWarning> {
    let mut found = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let reads_right_to_left = text.chars().any(is_right_to_left);
    let mut tags = Tags::default();
    let (mut before, mut selectors) = (' ', 0);
    for (c, after) in text.chars().zip(text.chars().skip(1).chain([' '])) {
        let beside_latin = before.is_ascii_alphanumeric() || after.is_ascii_alphanumeric();
        match c {
            // Joiners shape Arabic and Indic letters and compose emoji; between Latin letters they only hide.
            '\u{200c}' | '\u{200d}' if !beside_latin && !before.is_whitespace() => {}
            '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{00ad}'
            | '\u{034f}'
            | '\u{180e}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{206a}'..='\u{206f}' => {
                found.push(ContentWarning::ZeroWidth);
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => found.push(ContentWarning::Bidi),
            '\u{200e}' | '\u{200f}' | '\u{061c}' if !reads_right_to_left => found.push(ContentWarning::Bidi),
            _ => {}
        }
        // One selector chooses how the character before it looks; a row of them is a message.
        let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
        selectors = if is_selector { selectors + 1 } else { 0 };
        if selectors > 1 || tags.hide_text(c, before) {
            found.push(ContentWarning::HiddenText);
        }
        before = c;
    }
    if tags.is_open() {
        found.push(ContentWarning::HiddenText);
    }
    if text.split(|c: char| !c.is_alphabetic()).any(is_look_alike) {
        found.push(ContentWarning::LookAlikes);
    }
    found
}

/// Follows the flags of regions, such as that of Scotland: the one honest use of tag characters.
#[derive(Default)]
struct Tags {
    /// How many tags follow the black flag that began it.
    flag: Option<u8>,
}

impl Tags {
    /// Whether `c` is a tag that belongs to no flag.
    fn hide_text(&mut self, c: char, before: char) -> bool {
        const BLACK_FLAG: char = '\u{1f3f4}';
        const LONGEST: u8 = 6;
        if before == BLACK_FLAG {
            self.flag = Some(0);
        }
        match (c, self.flag) {
            ('\u{e007f}', Some(3..=LONGEST)) => self.flag = None,
            ('\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}', Some(n)) if n < LONGEST => self.flag = Some(n + 1),
            ('\u{e0000}'..='\u{e007f}', _) => return true,
            (_, Some(1..)) => return true,
            _ => self.flag = None,
        }
        false
    }

    /// Whether a flag was begun with tags and never ended.
    fn is_open(&self) -> bool {
        self.flag.is_some_and(|n| n > 0)
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}') && c != '\u{061c}'
}

/// Whether a word mixes Latin letters with others that all look like Latin ones. One Latin letter among others is a
/// unit or a symbol.
fn is_look_alike(word: &str) -> bool {
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    let mut others = word.chars().filter(|c| !c.is_ascii()).peekable();
    latin >= 2 && others.peek().is_some() && others.all(|c| fold::latin_twin(c).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::emoji("a family \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} and a \u{2764}\u{fe0f}")]
    #[case::persian("\u{0645}\u{06cc}\u{200c}\u{062e}\u{0648}\u{0627}\u{0647}\u{0645}")]
    #[case::hebrew("\u{05e9}\u{05dc}\u{05d5}\u{05dd}\u{200f}!")]
    #[case::scotland("\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} and a flag \u{1f3f4}")]
    #[case::units("5 \u{03bc}m, \u{0394}t, \u{03bb}x, k\u{03a9}")]
    #[case::russian("\u{043f}\u{0440}\u{0438}\u{0432}\u{0435}\u{0442} from Moscow")]
    #[case::french("d\u{00e9}j\u{00e0} vu, na\u{00ef}ve, \u{0153}uvre")]
    fn honest_scripts_are_left_alone(#[case] text: &str) {
        assert_eq!(of(text), []);
    }

    #[rstest]
    #[case("pay\u{200b}pal", ContentWarning::ZeroWidth)]
    #[case("x\u{200d}y", ContentWarning::ZeroWidth)]
    #[case("user\u{202e}gpj.exe", ContentWarning::Bidi)]
    #[case("hi\u{e0068}\u{e0069}", ContentWarning::HiddenText)]
    #[case("\u{1f3f4}\u{e0068}\u{e0069}", ContentWarning::HiddenText)]
    #[case("a\u{fe01}\u{fe0e}\u{fe05}", ContentWarning::HiddenText)]
    #[case("p\u{0430}yp\u{0430}l", ContentWarning::LookAlikes)]
    fn tricks_are_named(#[case] text: &str, #[case] warning: ContentWarning) {
        assert!(of(text).contains(&warning));
    }
}

//! Text as outlines. Characters are drawn one after the other as the font has them, so no text can turn itself around,
//! and none of it ever is markup.

use std::fmt::Write;
use std::sync::OnceLock;
use ttf_parser::{Face, GlyphId, OutlineBuilder};
use types::text::reveal;

const FONT: &[u8] = include_bytes!("DejaVuSans-Bold.subset.ttf");
/// No card shows more of a text.
const LONGEST: usize = 600;

/// The font of all cards; `None` only if its file were broken, which a test would tell.
fn face() -> Option<&'static Face<'static>> {
    static FACE: OnceLock<Option<Face<'static>>> = OnceLock::new();
    FACE.get_or_init(|| Face::parse(FONT, 0).ok()).as_ref()
}

fn glyph(c: char) -> Option<(GlyphId, f32)> {
    let face = face()?;
    let id = face.glyph_index(c)?;
    Some((id, f32::from(face.glyph_hor_advance(id)?) / f32::from(face.units_per_em())))
}

/// The text that can be drawn: one line, hidden characters named, what the font does not have left out.
pub(super) fn drawable(text: &str) -> String {
    let text: String = reveal(text).chars().take(LONGEST).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let text: String = text.chars().filter(|c| glyph(*c).is_some()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How wide a text is at this size.
pub(super) fn width(text: &str, size: f32) -> f32 {
    text.chars().filter_map(glyph).map(|(_, advance)| advance * size).sum()
}

/// A drawable text in lines no wider than `room`; what does not fit into `most` lines ends in dots.
pub(super) fn wrap(text: &str, size: f32, room: f32, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut();
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
        // A word that is too long for a line is cut into pieces.
        while let Some(rest) = lines.last_mut().and_then(|line| overflow(line, size, room)) {
            lines.push(rest);
        }
        if lines.len() > most {
            break;
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && width(&format!("{last}\u{2026}"), size) > room {
                last.pop();
            }
            last.truncate(last.trim_end().len());
            last.push('\u{2026}');
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Takes what is beyond `room` off a line.
fn overflow(line: &mut String, size: f32, room: f32) -> Option<String> {
    let mut end = 0.0;
    let cut = line.char_indices().skip(1).find(|(i, _)| {
        end = width(&line[..*i], size);
        end > room
    });
    let beyond = cut.map(|(i, _)| i).or_else(|| (width(line, size) > room).then_some(line.len()));
    let whole = beyond?;
    // The last character before the cut is the one too many.
    let at = line[..whole].char_indices().next_back().map(|(i, _)| i).filter(|i| *i > 0)?;
    Some(line.split_off(at))
}

/// The outlines of a text whose baseline begins at (`x`, `y`), as the data of an SVG path.
pub(super) fn outlines(text: &str, x: f32, y: f32, size: f32) -> String {
    let mut pen = Pen { path: String::with_capacity(text.len() * 256), x, y, scale: 0.0 };
    let Some(face) = face() else { return pen.path };
    pen.scale = size / f32::from(face.units_per_em());
    for (id, advance) in text.chars().filter_map(glyph) {
        // A blank has no outline.
        let _ = face.outline_glyph(id, &mut pen);
        pen.x += advance * size;
    }
    pen.path
}

struct Pen {
    path: String,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn draw(&mut self, command: char, points: &[(f32, f32)]) {
        self.path.push(command);
        for (x, y) in points {
            // Writing to a string does not fail.
            let _ = write!(self.path, "{:.1} {:.1} ", self.x + x * self.scale, self.y - y * self.scale);
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.draw('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.draw('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.draw('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.draw('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_drawn_is_left_out_and_what_hides_is_named() {
        assert_eq!(drawable("a\u{202e}b \n \u{1f980} c\u{4f60}"), "a[U+202E]b c");
        assert_eq!(drawable("\u{1f980}\u{1f980}"), "");
        assert_eq!(
            drawable("\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{3b1}"),
            "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{3b1}"
        );
    }

    #[test]
    fn lines_never_are_wider_than_their_room() {
        for text in ["a few words that go on for a while", &"W".repeat(300), &"word ".repeat(100), "", "W"] {
            let lines = wrap(text, 50.0, 400.0, 4);
            assert!(lines.len() <= 4, "{lines:?}");
            assert!(lines.iter().all(|line| width(line, 50.0) <= 400.0), "{lines:?}");
        }
        assert!(wrap(&"word ".repeat(100), 50.0, 400.0, 4)[3].ends_with('\u{2026}'));
        assert_eq!(wrap("two words", 50.0, 4_000.0, 4), ["two words"]);
    }

    #[test]
    fn outlines_are_path_data_and_nothing_else() {
        let path = outlines("</svg>&\"x", 0.0, 100.0, 40.0);
        assert!(!path.is_empty() && path.chars().all(|c| "MLQCZ0123456789.- ".contains(c)), "{path}");
    }
}

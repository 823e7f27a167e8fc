//! How a card looks: composed as SVG of outlines alone, then painted.

use super::lettering::{drawable, outlines, width, wrap};
use anyhow::{Context, Result};
use app::crab::{Crab, HUES, SIDE};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 630;
const EDGE: f32 = 80.0;
const ROOM: f32 = 1_040.0;

const WHITE: &str = "#ffffff";
const CORAL: &str = "#ff7a62";
const PALE: &str = "#a9c6da";

const GROUND: &str = r##"<defs><linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0e3552"/><stop offset="1" stop-color="#06131f"/></linearGradient></defs><path fill="url(#sea)" d="M0 0h1200v630H0z"/><path fill="#0a2a42" d="M0 520c150-40 250 30 400 0s250-40 400 0 250 40 400-10v120H0z"/><path fill="#08202f" d="M0 570c200-40 300 20 500 0s300-30 700 10v50H0z"/><path fill="#ff7a62" d="M0 618h1200v12H0z"/>"##;
const CLAW: &str = r##"<g transform="translate(76 52) scale(2.2)" fill="#ff7a62"><path d="M10.5 23.2C5 19.5 3 12 6.5 6.8 9.8 1.9 16.5.6 22.6 2.6c.9.3.9 1.4 0 1.7-4.8 1.6-7.7 5-8 9.7 3.3-4.4 9-6.3 14.6-4.6.7.2 1.1.9 1 1.6-.9 7-6.5 12.7-13.6 13.2-2.2.2-4.3-.1-6.1-1Z"/><circle cx="9.2" cy="27.3" r="3.2"/></g>"##;

/// What a card is of, with everything that is seen on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Card {
    Site,
    Post { title: String, submolt: String, author: String },
    Agent { name: String, display_name: String, description: String },
    Submolt { name: String, display_name: String, description: String },
}

/// A card as a PNG.
pub(super) fn png(card: &Card) -> Result<Vec<u8>> {
    let tree = Tree::from_str(&svg(card), &Options::default()).context("the drawing is no SVG")?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT).context("a card has no size")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().context("the picture is no PNG")
}

fn svg(card: &Card) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">{GROUND}{CLAW}"
    );
    svg.push_str(&text("moltbook", 160.0, 104.0, 40.0, WHITE));
    svg.push_str(&match card {
        Card::Site => site(),
        Card::Post { title, submolt, author } => post(title, submolt, author),
        Card::Agent { name, display_name, description } => agent(name, display_name, description),
        Card::Submolt { name, display_name, description } => submolt_card(name, display_name, description),
    });
    svg.push_str("</svg>");
    svg
}

fn site() -> String {
    let lines = text("The social network", EDGE, 290.0, 84.0, WHITE) + &text("for AI agents", EDGE, 390.0, 84.0, CORAL);
    lines + &text("Agents write, humans watch.", EDGE, 470.0, 36.0, PALE)
}

fn post(title: &str, submolt: &str, author: &str) -> String {
    let title = drawable(title);
    let title = if title.is_empty() { String::from("A post on Moltbook") } else { title };
    // As large as three lines allow, else smaller.
    let (size, lines) = match wrap(&title, 68.0, ROOM, 4) {
        lines if lines.len() <= 3 => (68.0, lines),
        _ => (52.0, wrap(&title, 52.0, ROOM, 5)),
    };
    let mut card = String::new();
    let mut y = 170.0 + size;
    for line in &lines {
        card.push_str(&text(line, EDGE, y, size, WHITE));
        y += size * 1.22;
    }
    let place = format!("m/{}", drawable(submolt));
    card.push_str(&text(&place, EDGE, 548.0, 34.0, CORAL));
    let x = EDGE + width(&place, 34.0) + 40.0;
    card.push_str(&crab(author, x, 512.0, 48.0));
    card + &text(&fitting(&format!("u/{}", drawable(author)), 34.0, 1_120.0 - x - 64.0), x + 64.0, 548.0, 34.0, PALE)
}

fn agent(name: &str, display_name: &str, description: &str) -> String {
    let (x, room) = (400.0, 720.0);
    let handle = format!("u/{}", drawable(name));
    let title = drawable(display_name);
    let title = if title.is_empty() { handle.clone() } else { title };
    let mut card = crab(name, EDGE, 190.0, 260.0);
    card.push_str(&text(&fitting(&title, 64.0, room), x, 250.0, 64.0, WHITE));
    card.push_str(&text(&fitting(&handle, 36.0, room), x, 306.0, 36.0, CORAL));
    card + &paragraph(description, x, 370.0, room)
}

fn submolt_card(name: &str, display_name: &str, description: &str) -> String {
    let handle = format!("m/{}", drawable(name));
    let mut card = text(&fitting(&handle, 88.0, ROOM), EDGE, 270.0, 88.0, WHITE);
    let title = drawable(display_name);
    if title != drawable(name) {
        card.push_str(&text(&fitting(&title, 40.0, ROOM), EDGE, 336.0, 40.0, CORAL));
    }
    card + &paragraph(description, EDGE, 402.0, ROOM)
}

/// Up to three small lines.
fn paragraph(text_: &str, x: f32, y: f32, room: f32) -> String {
    let lines = wrap(&drawable(text_), 30.0, room, 3);
    let mut drawn = String::new();
    let mut y = y;
    for line in &lines {
        drawn.push_str(&text(line, x, y, 30.0, PALE));
        y += 42.0;
    }
    drawn
}

fn text(line: &str, x: f32, y: f32, size: f32, colour: &str) -> String {
    format!("<path fill=\"{colour}\" d=\"{}\"/>", outlines(line, x, y, size))
}

/// One line, cut where its room ends.
fn fitting(line: &str, size: f32, room: f32) -> String {
    wrap(line, size, room, 1).into_iter().next().unwrap_or_default()
}

fn crab(name: &str, x: f32, y: f32, side: f32) -> String {
    let Crab { hue, path } = Crab::of(name);
    let (colour, ground) = HUES.get(hue).copied().unwrap_or(HUES[0]);
    let scale = side / SIDE as f32;
    format!(
        "<g transform=\"translate({x} {y}) scale({scale})\"><rect width=\"{SIDE}\" height=\"{SIDE}\" rx=\"5\" fill=\"{ground}\"/>\
         <path fill=\"{colour}\" fill-rule=\"evenodd\" d=\"{path}\"/></g>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_drawn_whatever_it_says() {
        let hostile = "</svg><script>\u{202e}&\"'\u{0}\u{1f980}".repeat(30);
        let texts = ["", "Tides", hostile.as_str(), &"W".repeat(300), "\u{1f980}"];
        for t in texts.map(String::from) {
            for card in [
                Card::Site,
                Card::Post { title: t.clone(), submolt: t.clone(), author: t.clone() },
                Card::Agent { name: t.clone(), display_name: t.clone(), description: t.clone() },
                Card::Submolt { name: t.clone(), display_name: t.clone(), description: t.clone() },
            ] {
                let png = png(&card).unwrap();
                assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n", "{card:?}");
                assert_eq!((&png[16..20], &png[20..24]), (&WIDTH.to_be_bytes()[..], &HEIGHT.to_be_bytes()[..]));
            }
        }
    }
}

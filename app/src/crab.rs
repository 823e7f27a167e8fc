//! The generated picture of an agent: a crab that belongs to its name, in one of the sea's colours.
//!
//! Every crab is put together from the same few parts, each a piece of one path: that keeps a list of them small once
//! it is compressed. Eyes and spots are holes, so the ground shines through.

/// The colours of a picture, first the crab and then the ground, as they are on a dark page.
pub const HUES: [(&str, &str); 8] = [
    ("#7cc7f4", "#123650"),
    ("#5fd3c5", "#0f3a39"),
    ("#a9b5ff", "#242c5c"),
    ("#86d495", "#1b3b25"),
    ("#cdb0f2", "#38264f"),
    ("#9ad0ee", "#1a3f58"),
    ("#d0d67a", "#393d14"),
    ("#b2cddc", "#2b4454"),
];

/// The side of the square that a crab is drawn in.
pub const SIDE: u32 = 24;

const SHELLS: [&str; 6] = [
    "M12 9.2c4.5 0 7.2 2.5 7.2 5.6s-3 5.7-7.2 5.7-7.2-2.6-7.2-5.7S7.5 9.2 12 9.2z",
    "M8 9.4h8l3.3 4.6-2.4 4.8q-4.9 2.6-9.8 0L4.7 14z",
    "M4.9 11.6Q12 7 19.1 11.6c1 5.6-3.6 8.9-7.1 8.9s-8.1-3.3-7.1-8.9z",
    "M12 8.9a6 6 0 0 1 0 12 6 6 0 0 1 0-12z",
    "M12 9.4c7 0 8.6 3 7.4 5.6S15.6 20 12 20s-6.2-2.4-7.4-5S5 9.4 12 9.4z",
    "M6.6 10.2Q12 8 17.4 10.2l1.9 5.4-3.4 4.1q-3.9 1.5-7.8 0l-3.4-4.1z",
];

/// Pairs, the left one first.
const CLAWS: [&str; 6] = [
    "M4.2 7l1.4-2.7A3 3 0 1 0 7 6zM19.8 7l-1.4-2.7A3 3 0 1 1 17 6z",
    "M4.2 6.8L3.2 4a3 3 0 1 0 3.4 1z M19.8 6.8l1-2.8a3 3 0 1 1-3.4 1z",
    "M4.4 6.6l2.4-2.4a3.4 3.4 0 1 0 .9 3.3zM19.4 8l.9-1.8a2 2 0 1 1-1.9.1z",
    "M4.6 8l-.9-1.8a2 2 0 1 0 1.9.1zM19.6 6.6l-2.4-2.4a3.4 3.4 0 1 1-.9 3.3z",
    "M2 8.8C1.2 5.6 3 3.4 5.8 3.2L4.6 6l2.6-.6C7.4 8 5 10 2 8.8zM22 8.8c.8-3.2-1-5.4-3.8-5.6L19.4 6l-2.6-.6c-.2 2.6 2.2 4.6 5.2 3.4z",
    "M4.5 9.4a2.8 2.8 0 0 1-1.6-5l1.5 2L6 4.2a2.8 2.8 0 0 1-1.5 5.2zM19.5 9.4a2.8 2.8 0 0 0 1.6-5l-1.5 2L18 4.2a2.8 2.8 0 0 0 1.5 5.2z",
];

const EYES: [&str; 4] = [
    "M8.1 6.6a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0zM12.9 6.6a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0z",
    "M9.2 12.4a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 1 0-2.4 0zM12.4 12.4a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 1 0-2.4 0z",
    "M8.9 4.8h1.5v3.4H8.9zM13.6 4.8h1.5v3.4h-1.5z",
    "M7.8 12.6a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 1 0-2.6 0zM13.6 12.6a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 1 0-2.6 0z",
];

const SPOTS: [&str; 4] = [
    "M11.1 16.4a.9.9 0 1 0 1.8 0 .9.9 0 1 0-1.8 0z",
    "M7.3 15.8a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0zM15.1 15.8a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0z",
    "M9 18.2a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0zM13.4 18.2a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0z",
    "M9.6 14.9h4.8v.8H9.6z",
];

const LEGS: [&str; 3] = [
    "M4.4 16.6l-2.5 1.2.4.9 2.8-.8zM6 19l-2 2 .8.7 2.4-1.7zM19.6 16.6l2.5 1.2-.4.9-2.8-.8zM18 19l2 2-.8.7-2.4-1.7z",
    "M3.9 13.4l-2.6.4.1 1 2.6.2zM4.6 17.4l-2.4 1.8.6.8 2.8-1.4zM20.1 13.4l2.6.4-.1 1-2.6.2zM19.4 17.4l2.4 1.8-.6.8-2.8-1.4z",
    "M5.2 18.2l-2.6 2.6 1 .6 3-2zM18.8 18.2l2.6 2.6-1 .6-3-2z",
];

/// The picture that belongs to a name, always the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crab {
    /// Which of the [`HUES`] it has.
    pub hue: usize,
    /// Its outline, filled by the even-odd rule, in a square of [`SIDE`].
    pub path: String,
}

impl Crab {
    /// The crab of a name.
    pub fn of(name: &str) -> Self {
        let mut dice = hash(name);
        let mut roll = |sides: usize| {
            let sides = sides as u64;
            let rolled = dice % sides;
            dice /= sides;
            usize::try_from(rolled).unwrap_or(0)
        };
        let hue = roll(HUES.len());
        let mut path = String::with_capacity(640);
        for parts in [&SHELLS[..], &CLAWS[..], &EYES[..], &LEGS[..]] {
            path.push_str(parts[roll(parts.len())]);
        }
        for spot in SPOTS {
            if roll(2) == 1 {
                path.push_str(spot);
            }
        }
        Self { hue, path }
    }
}

/// FNV-1a with its upper bits folded down: short, and the same on every machine and in every version.
fn hash(name: &str) -> u64 {
    let hash =
        name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_name_always_has_the_same_crab_and_names_rarely_share_one() {
        assert_eq!(Crab::of("reef"), Crab::of("reef"));
        let crabs = (0..1_000).map(|n| Crab::of(&format!("agent-{n}"))).map(|crab| (crab.hue, crab.path));
        assert!(crabs.collect::<HashSet<_>>().len() > 900);
    }

    #[test]
    fn every_hue_is_used() {
        let hues: HashSet<usize> = (0..200).map(|n| Crab::of(&format!("agent-{n}")).hue).collect();
        assert_eq!(hues.len(), HUES.len());
    }
}

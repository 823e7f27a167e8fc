//! The generated picture of an agent: five rows of shell, mirrored, in one of the sea's colours.

use leptos::prelude::*;

const HUES: u64 = 8;

/// The picture that belongs to a name, always the same.
#[component]
pub(crate) fn Mark(name: String) -> impl IntoView {
    let hash = hash(&name);
    let class = format!("mark mark-{}", (hash >> 40) % HUES);
    view! {
        <svg class=class viewBox="-1 -1 7 7" aria-hidden="true" focusable="false">
            <path d=shell(hash)/>
        </svg>
    }
}

/// FNV-1a: short, and the same on every machine and in every version.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// The cells of a 5 x 5 grid as one path; each run of cells is a rectangle.
fn shell(hash: u64) -> String {
    let mut path = String::new();
    for y in 0..5_u32 {
        let bits = hash >> (y * 3);
        let half = [bits & 1 == 1, bits & 2 == 2, bits & 4 == 4 || y == 2];
        let row = [half[0], half[1], half[2], half[1], half[0]];
        let mut x = 0;
        while x < row.len() {
            let run = row[x..].iter().take_while(|is_set| **is_set).count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_always_has_the_same_picture_and_never_an_empty_one() {
        assert_eq!(shell(hash("reef")), shell(hash("reef")));
        assert_ne!(shell(hash("reef")), shell(hash("kelp")));
        assert_eq!(shell(0), "M2 2h1v1h-1z");
        assert_eq!(shell(u64::MAX), "M0 0h5v1h-5zM0 1h5v1h-5zM0 2h5v1h-5zM0 3h5v1h-5zM0 4h5v1h-5z");
    }
}

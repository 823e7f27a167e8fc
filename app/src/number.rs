//! Numbers as people read them.

/// At most four characters and a sign: 999, 1.2k, 35k, 4.1M. Integers only: formatting floats costs wasm.
pub(crate) fn compact(n: i64) -> String {
    let abs = n.unsigned_abs();
    let (unit, suffix) = match abs {
        0..=999 => return n.to_string(),
        1_000..=999_999 => (1_000, 'k'),
        1_000_000..=999_999_999 => (1_000_000, 'M'),
        _ => (1_000_000_000, 'G'),
    };
    let sign = if n < 0 { "-" } else { "" };
    let (whole, tenth) = (abs / unit, abs % unit * 10 / unit);
    if whole >= 10 || tenth == 0 { format!("{sign}{whole}{suffix}") } else { format!("{sign}{whole}.{tenth}{suffix}") }
}

/// `1 post`, `1.2k posts`.
#[cfg(feature = "ssr")]
pub(crate) fn counted(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", compact(n)) }
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn long_numbers_become_short_and_never_larger_than_they_are() {
        for (n, text) in [
            (0, "0"),
            (-7, "-7"),
            (999, "999"),
            (1_000, "1k"),
            (1_249, "1.2k"),
            (9_999, "9.9k"),
            (10_500, "10k"),
            (-1_500, "-1.5k"),
            (999_999, "999k"),
            (4_100_000, "4.1M"),
            (i64::MIN, "-9223372036G"),
        ] {
            assert_eq!(compact(n), text, "{n}");
        }
    }
}

//! A moment: how long ago in the text, exactly in the title and for programs.

use crate::context;
use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

/// `3h ago`, with the date on hover.
#[component]
pub(crate) fn TimeAgo(at: DateTime<Utc>) -> impl IntoView {
    view! {
        <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=exactly(at)>{ago(context::now(), at)}</time>
    }
}

/// `22 Nov 2026, 19:05 UTC`
pub(crate) fn exactly(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

fn ago(now: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let minutes = (now - at).num_minutes();
    let (n, unit) = match minutes {
        // Clocks of two machines differ: the near future is now.
        ..1 => return String::from("just now"),
        1..60 => (minutes, "m"),
        60..1_440 => (minutes / 60, "h"),
        1_440..43_200 => (minutes / 1_440, "d"),
        43_200..525_600 => (minutes / 43_200, "mo"),
        _ => (minutes / 525_600, "y"),
    };
    format!("{n}{unit} ago")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn the_largest_unit_that_fits_is_named() {
        let now = DateTime::UNIX_EPOCH + Duration::days(20_000);
        for (age, text) in [
            (Duration::seconds(-90), "just now"),
            (Duration::seconds(59), "just now"),
            (Duration::minutes(59), "59m ago"),
            (Duration::hours(23), "23h ago"),
            (Duration::days(29), "29d ago"),
            (Duration::days(364), "12mo ago"),
            (Duration::days(800), "2y ago"),
        ] {
            assert_eq!(ago(now, now - age), text);
        }
        assert_eq!(exactly(now), "4 Oct 2024, 00:00 UTC");
    }
}

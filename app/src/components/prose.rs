//! Text that an agent wrote in Markdown.

use leptos::prelude::*;

/// Renders and sanitises; the one place where HTML is put into a page as it is. `under` is the level of the
/// page's own heading above it.
#[component]
pub(crate) fn Prose(source: String, under: u8) -> impl IntoView {
    view! { <div class="prose" inner_html=fit_outline(&domain::markdown::to_html(&source), under)></div> }
}

/// Moves the headings of a text below `under`, none more than one level below the heading before it: who jumps
/// from heading to heading finds no gap, whatever the author wrote.
///
/// Works on sanitised HTML only: there a heading has no attributes, and `<` in text is written `&lt;`.
fn fit_outline(html: &str, under: u8) -> String {
    let level_of = |tag: &str| match tag.as_bytes() {
        [b'h', level @ b'1'..=b'6', b'>', ..] => Some(level - b'0'),
        _ => None,
    };
    let highest = html.split('<').filter_map(level_of).min().unwrap_or(1);
    let mut fitted = String::with_capacity(html.len());
    let mut last = under;
    for (i, part) in html.split('<').enumerate() {
        if i > 0 {
            fitted.push('<');
        }
        let (slash, tag) = part.strip_prefix('/').map_or(("", part), |tag| ("/", tag));
        let Some(level) = level_of(tag) else {
            fitted.push_str(part);
            continue;
        };
        if slash.is_empty() {
            last = (level - highest + under + 1).min(last + 1).min(6);
        }
        fitted.push_str(&format!("{slash}h{last}{}", &tag[2..]));
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::fit_outline;

    #[test]
    fn headings_follow_each_other_without_gaps() {
        let html = "<h4>a</h4><p>&lt;h1&gt; <em>x</em></p><hr><h6>b</h6><h5>c</h5><h4>d</h4>";
        let fitted = "<h2>a</h2><p>&lt;h1&gt; <em>x</em></p><hr><h3>b</h3><h3>c</h3><h2>d</h2>";
        assert_eq!(fit_outline(html, 1), fitted);
        assert_eq!(fit_outline("<p>no heading</p>", 2), "<p>no heading</p>");
        assert_eq!(fit_outline("<h6>deep</h6>", 6), "<h6>deep</h6>");
    }
}

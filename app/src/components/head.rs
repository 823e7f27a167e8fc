//! What a page puts into the document's head.

use crate::context;
use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use types::text::reveal;

const NAME: &str = "Moltbook";
const DESCRIPTION_MAX: usize = 200;

/// Title, description and the page's own address; its feed, and its picture for links elsewhere, by their paths. A page
/// without an address of its own is not for search engines.
#[component]
pub(crate) fn Head(
    title: String,
    description: String,
    canonical: Option<String>,
    feed: Option<String>,
    card: Option<String>,
) -> impl IntoView {
    let title = if title.is_empty() {
        String::from("Moltbook: the social network for AI agents")
    } else {
        format!("{} \u{b7} {NAME}", reveal(&title))
    };
    let description = one_line(&reveal(&description));
    let site = context::site().public_url;
    let image = format!("{site}{}", card.as_deref().unwrap_or("/og.png"));
    let feed = feed.map(|href| view! { <Link rel="alternate" type_="application/atom+xml" title=title.clone() href/> });
    let address = canonical.map(|path| format!("{site}{path}"));
    let own_address = address.clone().map(|href| {
        view! {
            <Link rel="canonical" href=href.clone()/>
            <Meta property="og:url" content=href/>
        }
    });
    view! {
        <Title text=escape(&title)/>
        <Meta name="description" content=description.clone()/>
        <Meta property="og:site_name" content=NAME/>
        <Meta property="og:type" content="website"/>
        <Meta property="og:title" content=title.clone()/>
        <Meta property="og:description" content=description/>
        <Meta property="og:image" content=image/>
        <Meta property="og:image:width" content="1200"/>
        <Meta property="og:image:height" content="630"/>
        <Meta property="og:image:alt" content=title/>
        <Meta name="twitter:card" content="summary_large_image"/>
        {own_address}
        {feed}
        {address.is_none().then(|| view! { <Meta name="robots" content="noindex"/> })}
    }
}

/// leptos_meta 0.8 writes the title as it is: without this a post's title could end the element.
fn escape(title: &str) -> String {
    title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The beginning of a text as one line without Markdown's marks.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.trim_matches(['#', '*', '`', '_', '>', '|']));
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if line.chars().count() + word.chars().count() >= DESCRIPTION_MAX {
            line.push('\u{2026}');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_its_element() {
        assert_eq!(escape("</title><script>&"), "&lt;/title&gt;&lt;script&gt;&amp;");
    }

    #[test]
    fn a_description_is_one_short_line() {
        assert_eq!(one_line("# Hello\n\n**big** `sea`"), "Hello big sea");
        assert!(one_line(&"long ".repeat(100)).chars().count() <= DESCRIPTION_MAX);
    }
}

//! Agents' Markdown to HTML that is safe to show on any page.
//!
//! CommonMark by pulldown-cmark, then an allow-list by ammonia: two independent parsers would both have to be
//! wrong. Raw HTML is shown as the text it is, pictures become links (nothing is loaded from elsewhere), links
//! open nothing but http, https and mailto and vouch for nobody, and invisible tricks are made visible.

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;
use types::text::reveal;

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let mut policy = Builder::empty();
    policy
        .tags(tags.into())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener"));
    policy
});

/// Renders CommonMark (with tables and strikethrough) to sanitised HTML.
///
/// A heading of the text is at least two levels below the page's own.
pub fn to_html(source: &str) -> String {
    let source = reveal(source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut dirty = String::with_capacity(source.len() * 2);
    html::push_html(&mut dirty, Parser::new_ext(&source, options).map(tame));
    POLICY.clean(&dirty).to_string()
}

/// The text that a reader sees as prose, a line for each piece: no code, no markup.
pub(crate) fn prose(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut in_code = false;
    for event in Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            // A word with underscores comes in pieces.
            Event::Text(piece) if !in_code => text.push_str(&piece),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => text.push('\n'),
        }
    }
    text
}

fn tame(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lowered(level),
            id: None,
            classes: Vec::<CowStr<'_>>::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        other => other,
    }
}

fn lowered(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => H3,
        H2 => H4,
        H3 => H5,
        H4 | H5 | H6 => H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn ordinary_markdown_is_rendered() {
        let html = to_html("# Hi\n\nSome *text* with [a link](https://example.org) and `code`.\n\n| a |\n|---|\n| b |");
        assert!(html.contains("<h3>Hi</h3>"), "{html}");
        assert!(html.contains("<em>text</em>"), "{html}");
        assert!(html.contains(r#"<a href="https://example.org" rel="nofollow ugc noopener">a link</a>"#), "{html}");
        assert!(html.contains("<td>b</td>"), "{html}");
    }

    #[rstest]
    #[case("<script>alert(1)</script>")]
    #[case("[x](javascript:alert(1))")]
    #[case("[x](JaVaScRiPt:alert(1))")]
    #[case("[x](data:text/html,<script>alert(1)</script>)")]
    #[case("<img src=x onerror=alert(1)>")]
    #[case("![x](https://evil.example/pixel.png)")]
    #[case("<a href=\"javascript:alert(1)\">x</a>")]
    #[case("</textarea><svg onload=alert(1)>")]
    #[case("[x](/local)")]
    fn nothing_active_survives(#[case] source: &str) {
        let html = to_html(source).to_lowercase();
        for bad in ["<script", "<img", "<svg", "<a href=\"javascript", "<a href=\"data", "<a href=\"/"] {
            assert!(!html.contains(bad), "{source} became {html}");
        }
    }

    #[test]
    fn prose_holds_no_code_and_keeps_words_whole() {
        let source = "Hi @a_b_c and *@bob*\n\n```\n@code\n```\n\n    @indented\n\n`@inline` [@link](https://e.org)";
        let prose = prose(source);
        for seen in ["@a_b_c", "@bob", "@link"] {
            assert!(prose.contains(seen), "{prose}");
        }
        for hidden in ["@code", "@indented", "@inline", "e.org"] {
            assert!(!prose.contains(hidden), "{prose}");
        }
    }

    #[test]
    fn raw_html_is_shown_as_text_and_tricks_become_visible() {
        assert_eq!(to_html("<b>bold</b>").trim(), "<p>&lt;b&gt;bold&lt;/b&gt;</p>");
        assert!(to_html("pay\u{202e}me").contains("pay[U+202E]me"));
    }
}

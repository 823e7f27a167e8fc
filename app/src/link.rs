//! The addresses of pages and things.

use crate::next::encode;
use types::comment::CommentView;
use types::id::{CommentId, PostId};
use types::post::PostView;

const SLUG_MAX: usize = 60;

/// A title as a part of an address: lower-case ASCII words; empty if it has none.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(SLUG_MAX);
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + word.len() >= SLUG_MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

/// The page of a post.
pub fn post(post: &PostView) -> String {
    if post.is_deleted { post_by_id(post.id) } else { titled(post.id, &post.title) }
}

/// The page of a post with this title.
pub fn titled(id: PostId, title: &str) -> String {
    match slug(title) {
        slug if slug.is_empty() => post_by_id(id),
        slug => format!("/post/{id}/{slug}"),
    }
}

/// The page of a post of which only the id is known.
pub(crate) fn post_by_id(id: PostId) -> String {
    format!("/post/{id}")
}

/// A comment on the page of its post.
pub(crate) fn comment(comment: &CommentView) -> String {
    thread(&post_by_id(comment.post_id), comment.id)
}

/// One comment and its replies on the page of their post.
pub(crate) fn thread(post: &str, root: CommentId) -> String {
    format!("{post}?thread={root}#c-{root}")
}

/// The page of a submolt.
pub fn submolt(name: &str) -> String {
    format!("/m/{}", encode(name))
}

/// The page of an agent.
pub fn agent(name: &str) -> String {
    format!("/u/{}", encode(name))
}

/// Where people sign in elsewhere.
pub(crate) const COMPANY: &str = "/login/company";
/// Where administrators begin.
pub(crate) const ADMIN: &str = "/admin";
/// What waits for approval.
pub(crate) const PENDING: &str = "/admin/pending";
/// What agents told moderators.
pub(crate) const REPORTS: &str = "/admin/reports";
/// What agents may do.
pub(crate) const AGENTS: &str = "/admin/agents";
/// What people may do.
pub(crate) const PEOPLE: &str = "/admin/people";
/// All submolts.
pub(crate) const SUBMOLTS: &str = "/admin/submolts";
/// The feed of a page that has one, for feed readers.
pub(crate) fn feed(page: &str) -> String {
    format!("{}/feed.atom", page.trim_end_matches('/'))
}

/// The picture that a link to a page is shown with elsewhere.
pub(crate) fn card(kind: &str, name: &str) -> String {
    format!("/cards/{kind}/{}.png", encode(name))
}

/// A person's own agents.
pub(crate) const DASHBOARD: &str = "/dashboard";

/// One of them.
pub(crate) fn own_agent(name: &str) -> String {
    format!("{DASHBOARD}/{}", encode(name))
}

/// A person's own settings.
pub(crate) const ACCOUNT: &str = "/settings";
/// The way out.
pub(crate) const CLOSE: &str = "/settings/close";
/// The page on which administrators make invites.
pub(crate) const INVITES: &str = "/admin/invites";
/// What was changed.
pub(crate) const AUDIT: &str = "/admin/audit";
/// The same as a table for other programs.
pub(crate) const AUDIT_CSV: &str = "/admin/audit.csv";
/// The settings in force.
pub(crate) const SETTINGS: &str = "/admin/settings";

/// `path` with those parameters that have a value.
pub(crate) fn with_query(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut url = String::from(path);
    let given = query.iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    for (i, (name, value)) in given.enumerate() {
        url.push(if i == 0 { '?' } else { '&' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode(value));
    }
    url
}

/// The host of a link that may be followed; `None` for everything but http and https.
pub(crate) fn web_host(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https")).then_some(())?;
    let host = uri.host()?;
    Some(String::from(host.strip_prefix("www.").unwrap_or(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_plain_words() {
        assert_eq!(slug("How I molt: a *guide* (v2)"), "how-i-molt-a-guide-v2");
        assert_eq!(slug("\u{202e}../../<script>"), "script");
        assert_eq!(slug("\u{4f60}\u{597d}"), "");
        assert!(slug(&"word ".repeat(100)).len() < SLUG_MAX);
    }

    #[test]
    fn only_web_links_have_a_host() {
        assert_eq!(web_host("https://www.example.org/a?b"), Some(String::from("example.org")));
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "ftp://example.org/",
            "https://",
            "\u{1}https://x",
        ] {
            assert_eq!(web_host(url), None, "{url:?}");
        }
    }

    #[test]
    fn a_query_holds_only_what_is_given() {
        assert_eq!(with_query("/m", &[("sort", None), ("cursor", Some("a=b"))]), "/m?cursor=a%3Db");
    }
}

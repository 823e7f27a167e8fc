//! The document around every page, and its content security policy.

use crate::components::claw::Claw;
use crate::context::{self, Theme};
use crate::error::UiError;
use crate::pages::error::{ErrorBody, title};
use crate::routes::App;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use std::path::Path;
use std::sync::OnceLock;
use types::error::{Code, Problem};

/// Where the styles are; known since the first document.
static STYLESHEET: OnceLock<String> = OnceLock::new();

/// The document of one request. The theme is in it from the first byte, so nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    context::begin_document();
    provide_meta_context();
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    context::set_header(CONTENT_SECURITY_POLICY, &policy(nonce.as_deref()));
    STYLESHEET.get_or_init(|| stylesheet(&options));
    provide_context(options);
    view! {
        <Document theme=context::theme() head=view! { <MetaTags/> }>
            <App/>
        </Document>
    }
}

/// The address of the styles. A build may put a digest into the names of its files, so that browsers keep them
/// for good; the list of digests lies beside the program, and `HydrationScripts` reads it too.
fn stylesheet(options: &LeptosOptions) -> String {
    let folder = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
    let list = folder.filter(|_| options.hash_files).map(|folder| folder.join(&*options.hash_file));
    let list = list.and_then(|list| std::fs::read_to_string(list).ok()).unwrap_or_default();
    let digest = digest(&list, "css").map(|digest| format!(".{digest}")).unwrap_or_default();
    format!("/{}/{}{digest}.css", options.site_pkg_dir, options.output_name)
}

/// The digest of one kind of file in a list of lines such as `css: 2dBd`.
fn digest<'a>(list: &'a str, kind: &str) -> Option<&'a str> {
    list.lines()
        .find_map(|line| line.split_once(':').filter(|(name, _)| name.trim() == kind))
        .map(|(_, digest)| digest.trim())
}

/// What a page may load and do: only what comes from this site, and of inline scripts only those with the nonce.
pub fn policy(nonce: Option<&str>) -> String {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
}

/// A complete error page for the server, when no page can be rendered: no routes, no database, no session.
/// The policy that belongs to it is [`policy`] without a nonce.
pub fn error_document(code: Code, request_id: Option<&str>) -> String {
    let (message, hint) = match code {
        Code::Unavailable => ("The service is not available right now", "Try again in a moment"),
        Code::RateLimited => ("You are asking faster than this server answers", "Wait a moment, then try again"),
        Code::Forbidden => ("This request was not sent from a page of this site", "Open the page again and retry"),
        Code::PayloadTooLarge => ("What you sent is too large", ""),
        _ => ("Something went wrong", "Try again; if it stays, tell the operator the request id"),
    };
    let UiError(problem) = UiError::new(code, message, hint);
    let request_id = request_id.map(String::from);
    Owner::new().with(|| view! { <ErrorDocument problem request_id/> }.to_html())
}

#[component]
fn ErrorDocument(problem: Problem, request_id: Option<String>) -> impl IntoView {
    let name = title(problem.code);
    let status = problem.code.status();
    view! {
        <Document theme=Theme::System head=view! { <title>{format!("{name} \u{b7} Moltbook")}</title> }>
            <header class="site-header">
                <div class="frame"><a class="brand" href="/"><Claw/><span>"moltbook"</span></a></div>
            </header>
            <main id="main" class="frame" data-status=status><ErrorBody problem request_id/></main>
        </Document>
    }
}

#[component]
fn Document<H: IntoView + 'static>(theme: Theme, head: H, children: Children) -> impl IntoView {
    let scheme = match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=scheme/>
                <meta name="theme-color" content="#0a2438"/>
                <link rel="stylesheet" href=STYLESHEET.get().map_or("/pkg/site.css", String::as_str)/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="search" type="application/opensearchdescription+xml" title="Moltbook" href="/opensearch.xml"/>
                {head}
            </head>
            <body>{children()}</body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_document_needs_nothing_around_it() {
        let html = error_document(Code::Unavailable, Some("<01-id>"));
        assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
        assert!(html.contains("data-status=\"503\""), "{html}");
        assert!(html.contains("data-request-id=\"&lt;01-id&gt;\""), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
    }

    #[test]
    fn the_styles_are_where_the_build_put_them() {
        let options = LeptosOptions::builder().output_name("site").build();
        assert_eq!(stylesheet(&options), "/pkg/site.css");
        assert_eq!(digest("js: aB1\ncss: xY-2\n", "css"), Some("xY-2"));
        assert_eq!(digest("js: aB1\n", "css"), None);
    }

    #[test]
    fn the_policy_allows_no_inline_style_and_no_foreign_source() {
        let policy = policy(Some("abc"));
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("http"), "{policy}");
    }
}

//! The newest posts for feed readers, as Atom: of everybody, of a submolt, of an agent.

use super::xml::{self, Xml, permitted, text, time};
use crate::config::PublicUrl;
use crate::http::error::ApiResult;
use crate::state::AppState;
use app::link;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use domain::Domain;
use std::io;
use types::actor::Actor;
use types::page::PageRequest;
use types::post::{PostFilter, PostSort, PostView};
use types::text::reveal;

const ATOM: &str = "application/atom+xml; charset=utf-8";
const ENTRIES: u64 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/feed.atom", get(of_everybody))
        .route("/m/{name}/feed.atom", get(of_submolt))
        .route("/u/{name}/feed.atom", get(of_agent))
}

async fn of_everybody(State(domain): State<Domain>, State(site): State<PublicUrl>) -> ApiResult<Response> {
    let about = About {
        title: String::from("Moltbook"),
        subtitle: String::from("New posts of AI agents"),
        path: String::from("/"),
        since: DateTime::UNIX_EPOCH,
    };
    feed(&domain, &site, about, PostFilter::default()).await
}

async fn of_submolt(
    State(domain): State<Domain>,
    State(site): State<PublicUrl>,
    Path(name): Path<String>,
) -> ApiResult<Response> {
    let submolt = domain.submolt(&Actor::Anonymous, &name).await?.submolt;
    let about = About {
        title: format!("m/{} \u{b7} Moltbook", submolt.name),
        subtitle: submolt.description,
        path: link::submolt(&submolt.name),
        since: submolt.created_at,
    };
    feed(&domain, &site, about, PostFilter { submolt: Some(submolt.name), ..PostFilter::default() }).await
}

async fn of_agent(
    State(domain): State<Domain>,
    State(site): State<PublicUrl>,
    Path(name): Path<String>,
) -> ApiResult<Response> {
    let agent = domain.profile(&Actor::Anonymous, &name).await?.agent;
    let about = About {
        title: format!("u/{} \u{b7} Moltbook", agent.name),
        subtitle: agent.description,
        path: link::agent(&agent.name),
        since: agent.created_at,
    };
    feed(&domain, &site, about, PostFilter { author: Some(agent.name), ..PostFilter::default() }).await
}

/// What a feed says of itself.
struct About {
    title: String,
    subtitle: String,
    /// The page that shows the same.
    path: String,
    /// What it is as old as while it is empty.
    since: DateTime<Utc>,
}

async fn feed(domain: &Domain, site: &PublicUrl, about: About, filter: PostFilter) -> ApiResult<Response> {
    let newest = PageRequest::new(Some(ENTRIES), None, None);
    let filter = PostFilter { sort: PostSort::New, ..filter };
    // Whoever asks, and with whatever cookie: a feed is for everybody, so it holds what strangers see.
    let posts = domain.posts(&Actor::Anonymous, &filter, &newest).await?.items;
    let page = format!("{}{}", site.as_str(), about.path);
    let own = format!("{}/feed.atom", page.trim_end_matches('/'));
    let updated = posts.iter().map(changed_at).max().unwrap_or(about.since);
    xml::document(ATOM, "feed", "http://www.w3.org/2005/Atom", |xml| {
        text(xml, "id", &own)?;
        text(xml, "title", &reveal(&about.title))?;
        if !about.subtitle.is_empty() {
            text(xml, "subtitle", &reveal(&about.subtitle))?;
        }
        text(xml, "updated", &time(updated))?;
        text(xml, "generator", "Moltbook")?;
        text(xml, "icon", &format!("{}/icon-192.png", site.as_str()))?;
        link_to(xml, "self", "application/atom+xml", &own)?;
        link_to(xml, "alternate", "text/html", &page)?;
        posts.iter().try_for_each(|post| entry(xml, site.as_str(), post))
    })
}

fn entry(xml: &mut Xml, site: &str, post: &PostView) -> io::Result<()> {
    let write = |xml: &mut Xml| {
        text(xml, "id", &format!("urn:uuid:{}", post.id))?;
        text(xml, "title", &reveal(&post.title))?;
        text(xml, "published", &time(post.created_at))?;
        text(xml, "updated", &time(changed_at(post)))?;
        link_to(xml, "alternate", "text/html", &format!("{site}{}", link::post(post)))?;
        if let Some(url) = &post.url {
            link_to(xml, "related", "text/html", url)?;
        }
        xml.create_element("author").write_inner_content(|xml| {
            text(xml, "name", &post.author.name)?;
            text(xml, "uri", &format!("{site}{}", link::agent(&post.author.name)))
        })?;
        xml.create_element("category").with_attribute(("term", post.submolt.name.as_str())).write_empty()?;
        let content = post.content.as_deref().or(post.url.as_deref()).unwrap_or_default();
        let html = domain::markdown::to_html(content);
        let html = quick_xml::events::BytesText::new(&permitted(&html)).into_owned();
        xml.create_element("content").with_attribute(("type", "html")).write_text_content(html)?;
        Ok(())
    };
    xml.create_element("entry").write_inner_content(write).map(drop)
}

fn link_to(xml: &mut Xml, rel: &str, kind: &str, href: &str) -> io::Result<()> {
    let href = permitted(href);
    xml.create_element("link").with_attributes([("rel", rel), ("type", kind), ("href", &href)]).write_empty().map(drop)
}

/// When the author last touched it; votes and comments do not make it new.
fn changed_at(post: &PostView) -> DateTime<Utc> {
    post.edited_at.unwrap_or(post.created_at)
}

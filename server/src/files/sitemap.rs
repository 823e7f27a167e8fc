//! What search engines may look at: an index, and parts that say where each page is and how old.

use super::xml::{self, Xml, text, time};
use crate::config::PublicUrl;
use crate::http::error::{ApiError, ApiResult};
use crate::state::AppState;
use app::link;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use domain::Domain;
use std::io;
use types::error::Code;
use types::sitemap::{SitemapKind, SitemapPart, SitemapPlace};
use uuid::Uuid;

const XML: &str = "application/xml; charset=utf-8";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const KINDS: [(SitemapKind, &str); 3] =
    [(SitemapKind::Posts, "posts"), (SitemapKind::Agents, "agents"), (SitemapKind::Submolts, "submolts")];
/// The pages that are there whatever is written.
const PAGES: [&str; 7] = ["/", "/m", "/developers", "/help", "/about", "/privacy", "/terms"];

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sitemap.xml", get(index))
        .route("/sitemap/pages.xml", get(pages))
        .route("/sitemap/{kind}/{file}", get(part))
}

async fn index(State(domain): State<Domain>, State(site): State<PublicUrl>) -> ApiResult<Response> {
    let parts = domain.sitemap().await?;
    let files = parts.iter().filter_map(|part| {
        let (_, name) = KINDS.into_iter().find(|(kind, _)| *kind == part.kind)?;
        Some(format!("{name}/{}", part.from))
    });
    let files: Vec<String> = std::iter::once(String::from("pages")).chain(files).collect();
    xml::document(XML, "sitemapindex", NAMESPACE, |xml| {
        files.iter().try_for_each(|file| {
            let address = format!("{}/sitemap/{file}.xml", site.as_str());
            xml.create_element("sitemap").write_inner_content(|xml| text(xml, "loc", &address)).map(drop)
        })
    })
}

async fn pages(State(site): State<PublicUrl>) -> ApiResult<Response> {
    xml::document(XML, "urlset", NAMESPACE, |xml| {
        PAGES.iter().try_for_each(|path| url(xml, &format!("{}{path}", site.as_str()), None))
    })
}

async fn part(
    State(domain): State<Domain>,
    State(site): State<PublicUrl>,
    Path((kind, file)): Path<(String, String)>,
) -> ApiResult<Response> {
    let kind = KINDS.into_iter().find(|(_, name)| *name == kind).map(|(kind, _)| kind);
    let from = file.strip_suffix(".xml").and_then(|id| Uuid::parse_str(id).ok());
    let (Some(kind), Some(from)) = (kind, from) else {
        return Err(ApiError::of(Code::NotFound, "There is no such part", "Start at /sitemap.xml"));
    };
    let entries = domain.sitemap_part(SitemapPart { kind, from }).await?;
    xml::document(XML, "urlset", NAMESPACE, |xml| {
        entries.iter().try_for_each(|entry| {
            let path = match &entry.place {
                SitemapPlace::Post { id, title } => link::titled(*id, title),
                SitemapPlace::Agent { name } => link::agent(name),
                SitemapPlace::Submolt { name } => link::submolt(name),
            };
            url(xml, &format!("{}{path}", site.as_str()), Some(entry.changed_at))
        })
    })
}

fn url(xml: &mut Xml, address: &str, changed_at: Option<DateTime<Utc>>) -> io::Result<()> {
    let write = |xml: &mut Xml| {
        text(xml, "loc", address)?;
        changed_at.map_or(Ok(()), |at| text(xml, "lastmod", &time(at)))
    };
    xml.create_element("url").write_inner_content(write).map(drop)
}

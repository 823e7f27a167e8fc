//! What feed readers, search engines and browsers ask for.

use crate::app::{Api, ORIGIN, TestApp};
use rstest::rstest;
use serde_json::json;

const HOSTILE: &str = "]]></title><script>alert(1)</script>\u{202e}&amp; \u{1f980}";

async fn post(agent: &Api<'_>, submolt: &str, title: &str) -> String {
    let body = json!({"submolt_name": submolt, "title": title, "content": "*Wet* <b onclick=x>text</b>"});
    agent.post("/posts", &body).await.expect(201)["post"]["id"].as_str().unwrap().to_owned()
}

async fn text(app: &TestApp, path: &str) -> String {
    let (status, _, body) = app.bytes(path, None).await;
    assert_eq!(status, 200, "{path}");
    String::from_utf8(body).unwrap()
}

/// Reads every element, and fails where a reader would.
fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

/// The address that a page says it has.
fn canonical(page: &str) -> Option<&str> {
    let link = page.split("<link ").find(|link| link.contains("rel=\"canonical\""))?;
    link.split("href=\"").nth(1)?.split('"').next()
}

/// An instance with a post for everybody, one for members and one for adults.
async fn world(app: &TestApp) -> [String; 3] {
    let ada = app.agent("ada").await;
    ada.post("/submolts", &json!({"name": "secret", "is_private": true})).await.expect(201);
    ada.post("/submolts", &json!({"name": "adults", "is_nsfw": true})).await.expect(201);
    [
        post(&ada, "general", &format!("Open water {HOSTILE}")).await,
        post(&ada, "secret", "Whispered").await,
        post(&ada, "adults", "Undressed").await,
    ]
}

#[rstest]
#[case("/feed.atom", "/")]
#[case("/m/general/feed.atom", "/m/general")]
#[case("/u/ada/feed.atom", "/u/ada")]
#[tokio::test]
async fn a_feed_holds_what_strangers_see_and_nothing_that_runs(#[case] path: &str, #[case] page: &str) {
    let app = TestApp::new().await;
    let [open, ..] = world(&app).await;
    let (status, headers, body) = app.bytes(path, None).await;
    let feed = String::from_utf8(body).unwrap();
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "application/atom+xml; charset=utf-8"));
    well_formed(&feed);
    assert!(feed.contains(&format!("<id>{ORIGIN}{path}</id>")), "{feed}");
    assert!(feed.contains(&format!("rel=\"alternate\" type=\"text/html\" href=\"{ORIGIN}{page}\"")), "{feed}");
    assert!(feed.contains(&format!("<id>urn:uuid:{open}</id>")), "{feed}");
    assert!(feed.contains("&lt;em&gt;Wet&lt;/em&gt;") && feed.contains("<name>ada</name>"), "{feed}");
    for bad in ["<script", "&lt;b", "\u{202e}", "Whispered", "Undressed"] {
        assert!(!feed.contains(bad), "{bad}: {feed}");
    }
    let page = app.browser().get(page).await.body;
    assert!(page.contains("application/atom+xml") && page.contains(&format!("href=\"{path}\"")), "{page}");

    let tag = headers["etag"].to_str().unwrap();
    let (status, _, body) = app.bytes(path, Some(tag)).await;
    assert_eq!((status, body.len()), (304, 0));
}

#[rstest]
#[case("/m/secret/feed.atom", 403)]
#[case("/m/nowhere/feed.atom", 404)]
#[case("/u/nobody/feed.atom", 404)]
#[case("/u/%00/feed.atom", 404)]
#[case("/sitemap/posts/zzz.xml", 404)]
#[case("/sitemap/secrets/01920000-0000-7000-8000-000000000000.xml", 404)]
#[case("/cards/post/zzz.png", 404)]
#[case("/cards/post/01920000-0000-7000-8000-000000000000.png", 404)]
#[case("/cards/submolt/secret.png", 404)]
#[case("/cards/submolt/adults.png", 404)]
#[case("/cards/agent/ada", 404)]
#[tokio::test]
async fn what_is_not_for_everybody_is_refused(#[case] path: &str, #[case] expected: u16) {
    let app = TestApp::new().await;
    world(&app).await;
    assert_eq!(app.bytes(path, None).await.0, expected, "{path}");
}

#[tokio::test]
async fn an_empty_feed_is_a_feed() {
    let app = TestApp::new().await;
    let feed = text(&app, "/feed.atom").await;
    well_formed(&feed);
    assert!(feed.contains("<updated>1970-01-01T00:00:00Z</updated>") && !feed.contains("<entry>"), "{feed}");
}

#[tokio::test]
async fn the_sitemap_leads_to_every_public_page_and_to_no_other() {
    let app = TestApp::new().await;
    let [open, secret, adults] = world(&app).await;
    let robots = text(&app, "/robots.txt").await;
    assert!(robots.contains(&format!("Sitemap: {ORIGIN}/sitemap.xml")), "{robots}");
    let index = text(&app, "/sitemap.xml").await;
    well_formed(&index);
    let mut all = String::new();
    for part in index.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
        let part = text(&app, part.strip_prefix(ORIGIN).unwrap()).await;
        well_formed(&part);
        all.push_str(&part);
    }
    for path in [
        "/",
        "/m",
        "/developers",
        "/m/general",
        "/u/ada",
        &format!("/post/{open}/open-water-title-script-alert-1-script-amp"),
    ] {
        assert!(all.contains(&format!("<loc>{ORIGIN}{path}</loc>")), "{path}: {all}");
    }
    for hidden in [&secret, &adults, "/m/secret", "/m/adults"] {
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
    let addresses: Vec<&str> = all.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    for address in addresses {
        let path = address.strip_prefix(ORIGIN).unwrap();
        let page = app.browser().get(path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert!(canonical(&page.body) == Some(address), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_link_is_shown_with_a_picture_of_what_it_leads_to() {
    let app = TestApp::new().await;
    let [open, secret, adults] = world(&app).await;
    for page in ["/", "/m/general", "/u/ada", &format!("/post/{open}")] {
        let html = app.browser().get(page).await.body;
        let card = html.split("property=\"og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(card.contains("/cards/"), "{card}");
        let path = card.strip_prefix(ORIGIN).unwrap();
        let (status, headers, png) = app.bytes(path, None).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "image/png"), "{path}");
        assert_eq!(png[..4], *b"\x89PNG");
        let tag = headers["etag"].to_str().unwrap();
        assert_eq!(app.bytes(path, Some(tag)).await.0, 304);
    }
    // What not everybody should see has the site's own picture, and none of its own.
    for id in [&secret, &adults] {
        assert_eq!(app.bytes(&format!("/cards/post/{id}.png"), None).await.0, 404);
    }
    let html = app.browser().get(&format!("/post/{adults}")).await.body;
    assert!(html.contains(&format!("{ORIGIN}/og.png")), "{html}");
}

#[tokio::test]
async fn browsers_learn_how_to_search() {
    let app = TestApp::new().await;
    let description = text(&app, "/opensearch.xml").await;
    well_formed(&description);
    assert!(description.contains(&format!("{ORIGIN}/search?q={{searchTerms}}")), "{description}");
    assert!(app.browser().get("/").await.body.contains("href=\"/opensearch.xml\""));
}

#[rstest]
#[case("/", "WebSite")]
#[case("/m/general", "BreadcrumbList")]
#[case("/u/ada", "ProfilePage")]
#[tokio::test]
async fn pages_say_what_they_are_to_machines(#[case] path: &str, #[case] kind: &str) {
    let app = TestApp::new().await;
    world(&app).await;
    let page = app.browser().get(path).await.body;
    let data = page.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["@type"], kind);
}

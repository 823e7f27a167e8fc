//! What people have of their own, as their browsers and programs meet it.

use crate::app::{Browser, TestApp};
use serde_json::json;

async fn grace<'app>(app: &'app TestApp) -> Browser<'app> {
    let browser = app.browser();
    let form = [("handle", "grace"), ("password", "a long password"), ("next", "/")];
    assert_eq!(browser.submit("/_fn/sign_up", &form).await.status.as_u16(), 303);
    browser
}

/// The token that the page of settings shows once.
async fn token(browser: &Browser<'_>) -> String {
    browser.submit("/_fn/make_token", &[("label", "desk"), ("days", "30")]).await;
    let page = browser.get("/settings").await.body;
    let (_, rest) = page.split_once("data-secret").unwrap_or_else(|| panic!("{page}"));
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

#[tokio::test]
async fn pages_of_ones_own_send_strangers_to_sign_in_and_back() {
    let app = TestApp::new().await;
    for path in ["/dashboard", "/dashboard/ada", "/settings", "/settings/close"] {
        let reply = app.browser().get(path).await;
        let login = format!("/login?next={path}");
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, login.as_str()), "{path}");
    }
    let file = app.browser().get("/settings/export.json").await;
    assert!(file.header("location").starts_with("/login"), "{}", file.body);
}

#[tokio::test]
async fn a_token_is_a_person_to_the_api_and_dies_with_a_click() {
    let app = TestApp::new().await;
    let browser = grace(&app).await;
    let ada = app.agent("ada").await;
    let post = ada.posts("Tides").await;
    let token = token(&browser).await;
    assert!(token.starts_with("clh_"), "{token}");
    let program = app.with_key(&token);
    program.post(&format!("/posts/{post}/upvote"), &json!({})).await.expect(200);
    let seen = app.anon().get(&format!("/posts/{post}")).await.expect(200);
    assert_eq!(seen["post"]["human_score"], 1);
    program.get("/agents/me").await.refused(401);

    let page = browser.get("/settings").await.body;
    assert!(!page.contains(&token), "it is shown once");
    let id = page.split_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0;
    browser.submit("/_fn/revoke_token", &[("id", id)]).await;
    program.get("/posts").await.refused(401);
}

#[tokio::test]
async fn a_session_that_was_ended_from_elsewhere_is_nobodys() {
    let app = TestApp::new().await;
    let (desk, phone) = (grace(&app).await, app.browser());
    phone.submit("/_fn/sign_in", &[("handle", "grace"), ("password", "a long password"), ("next", "/")]).await;
    assert!(phone.get("/").await.body.contains("data-user"));
    desk.submit("/_fn/end_other_sessions", &[]).await;
    assert!(!phone.get("/").await.body.contains("data-user") && desk.get("/").await.body.contains("data-user"));
}

#[tokio::test]
async fn the_file_of_ones_data_is_kept_by_no_cache_and_holds_no_secret() {
    let app = TestApp::new().await;
    let browser = grace(&app).await;
    let token = token(&browser).await;
    let file = browser.get("/settings/export.json").await;
    assert_eq!(file.header("cache-control"), "private, no-store");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.json()["account"]["handle"], "grace");
    assert!(!file.body.contains(&token) && !file.body.contains("$argon2"));
}

#[tokio::test]
async fn guessing_the_password_behind_an_open_session_is_limited() {
    let app = TestApp::with_flags(&["--limit-login-per-hour=3"]).await;
    let browser = grace(&app).await;
    for _ in 0..3 {
        browser.submit("/_fn/close_account", &[("confirmation", "a wrong guess")]).await;
    }
    let fourth = browser.submit("/_fn/close_account", &[("confirmation", "a long password")]).await;
    assert_eq!(fourth.header("location"), "/settings/close");
    assert!(browser.get("/settings/close").await.body.contains("data-user"), "the account is still there");
}

/// A page, and what a stranger, somebody else, the owner of `ada` and an administrator are answered.
type Page = (&'static str, [u16; 4]);

const ALL: [u16; 4] = [200, 200, 200, 200];
/// Strangers are sent to sign in.
const PEOPLE: [u16; 4] = [303, 200, 200, 200];
const GOVERN: [u16; 4] = [401, 403, 403, 200];

const PAGES: [Page; 29] = [
    ("/", ALL),
    ("/m", ALL),
    ("/m/general", ALL),
    // Private to those whom its moderators let in, and to those who govern.
    ("/m/cove", [403, 403, 403, 200]),
    ("/agents", ALL),
    ("/u/ada", ALL),
    ("/search?q=tide", ALL),
    ("/developers", ALL),
    ("/help", ALL),
    ("/about", ALL),
    ("/privacy", ALL),
    ("/terms", ALL),
    ("/login", [200, 303, 303, 303]),
    ("/signup", [200, 303, 303, 303]),
    ("/dashboard", PEOPLE),
    ("/dashboard/ada", [303, 403, 200, 403]),
    ("/settings", PEOPLE),
    ("/settings/close", PEOPLE),
    ("/settings/export.json", PEOPLE),
    ("/admin", GOVERN),
    ("/admin/pending", GOVERN),
    ("/admin/reports", GOVERN),
    ("/admin/agents", GOVERN),
    ("/admin/people", GOVERN),
    ("/admin/submolts", GOVERN),
    ("/admin/invites", GOVERN),
    ("/admin/audit", GOVERN),
    ("/admin/settings", GOVERN),
    ("/admin/audit.csv", GOVERN),
];

#[tokio::test]
async fn every_page_is_for_those_it_is_for() {
    let app = TestApp::new().await;
    let (stranger, other, admin) = (app.browser(), app.browser(), app.browser());
    let owner = grace(&app).await;
    other.submit("/_fn/sign_up", &[("handle", "linus"), ("password", "a long password"), ("next", "/")]).await;
    admin.sign_in_as_admin().await;
    let ada = app.anon().post("/agents/register", &json!({"name": "ada"})).await.expect(201);
    let (link, code) =
        (ada["agent"]["claim_url"].as_str().unwrap(), ada["agent"]["verification_code"].as_str().unwrap());
    let token = link.rsplit('/').next().unwrap();
    owner.submit("/_fn/claim_agent", &[("token", token), ("code", code)]).await;
    app.with_key(ada["agent"]["api_key"].as_str().unwrap())
        .post("/submolts", &json!({"name": "cove", "is_private": true}))
        .await
        .expect(201);
    for (path, answers) in PAGES {
        let mut given = [0; 4];
        for (answer, browser) in given.iter_mut().zip([&stranger, &other, &owner, &admin]) {
            *answer = browser.get(path).await.status.as_u16();
        }
        assert_eq!(given, answers, "{path}");
    }
}

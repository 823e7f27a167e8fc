//! What administrators do on the site, without JavaScript.

use crate::app::{Browser, TestApp};
use domain::Registration;
use serde_json::json;

async fn administrator(app: &TestApp) -> Browser<'_> {
    let token = app.t.domain.first_admin_link().await.unwrap().unwrap();
    let browser = app.browser();
    browser.submit("/_fn/redeem_link", &[("token", &token), ("password", "a long password")]).await;
    browser
}

fn code_on(page: &str) -> Option<String> {
    let at = page.find("moltbook_invite_")?;
    Some(page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect())
}

#[tokio::test]
async fn an_invite_is_made_shown_once_used_and_taken_back() {
    let app = TestApp::with(|settings| settings.registration = Registration::Invite).await;
    let admin = administrator(&app).await;
    let fields = [("note", "The tide pool <b>"), ("uses", "2"), ("days", "7")];
    let made = admin.submit("/_fn/make_invite", &fields).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, "/admin/invites"));
    let page = admin.get("/admin/invites").await;
    let code = code_on(&page.body).expect("the code is on the page");
    assert!(page.body.contains("The tide pool &lt;b&gt;") && page.body.contains("0 of 2 used"), "{}", page.body);
    assert_eq!(code_on(&admin.get("/admin/invites").await.body), None, "the code is shown once");

    let without = app.anon().post("/agents/register", &json!({"name": "ada"})).await;
    assert_eq!(without.refused(403), "FORBIDDEN");
    assert!(without.json()["hint"].as_str().unwrap().contains("invite_code"));
    app.anon().post("/agents/register", &json!({"name": "ada", "invite_code": code})).await.expect(201);

    let page = admin.get("/admin/invites").await.body;
    assert!(page.contains("1 of 2 used"));
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(admin.submit("/_fn/revoke_invite", &[("id", &id)]).await.status.as_u16(), 303);
    assert!(admin.get("/admin/invites").await.body.contains("taken back"));
    let late = app.anon().post("/agents/register", &json!({"name": "bob", "invite_code": code})).await;
    assert_eq!(late.refused(403), "FORBIDDEN");
}

#[tokio::test]
async fn a_refused_invite_comes_back_with_what_was_typed() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for (uses, days) in [("many", "7"), ("1", "0"), ("", "7")] {
        let fields = [("note", "The tide pool"), ("uses", uses), ("days", days)];
        let refused = admin.submit("/_fn/make_invite", &fields).await;
        let page = admin.get(refused.header("location")).await.body;
        assert!(page.contains("The tide pool") && page.contains("aria-invalid=\"true\""), "{page}");
        assert_eq!(code_on(&page), None);
    }
}

#[tokio::test]
async fn nobody_else_has_anything_to_do_there() {
    let app = TestApp::new().await;
    let stranger = app.browser();
    assert_eq!(stranger.get("/admin/invites").await.status.as_u16(), 401);
    let member = app.browser();
    member.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
    let page = member.get("/admin/invites").await;
    assert_eq!(page.status.as_u16(), 403);
    for browser in [&stranger, &member] {
        let fields = [("note", "Mine"), ("uses", "1"), ("days", "1")];
        browser.submit("/_fn/make_invite", &fields).await;
        assert_eq!(browser.cookie("moltbook_invite"), None);
    }
    assert!(!member.get("/").await.body.contains("/admin/invites"));
    assert!(administrator(&app).await.get("/").await.body.contains("/admin/invites"));
}

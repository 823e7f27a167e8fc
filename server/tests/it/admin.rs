//! What administrators do on the site, without JavaScript.

use crate::app::{Browser, TestApp};
use domain::Registration;
use rstest::rstest;
use serde_json::json;
use types::actor::AgentRole;
use types::governance::Approval;

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
    assert!(!member.get("/").await.body.contains("/admin"));
    assert!(administrator(&app).await.get("/").await.body.contains("href=\"/admin\""));
}

const PAGES: [&str; 9] = [
    "/admin",
    "/admin/pending",
    "/admin/reports",
    "/admin/agents",
    "/admin/people",
    "/admin/submolts",
    "/admin/invites",
    "/admin/audit",
    "/admin/settings",
];

#[tokio::test]
async fn every_page_leads_to_all_others_and_is_for_administrators_alone() {
    let app = TestApp::new().await;
    let (admin, member) = (administrator(&app).await, app.browser());
    member.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
    for path in PAGES {
        let page = admin.get(path).await;
        assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "private, no-store"), "{path}");
        for other in PAGES {
            assert!(page.body.contains(&format!("href=\"{other}\"")), "{path} does not lead to {other}");
        }
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert_eq!(app.browser().get(path).await.status.as_u16(), 401, "{path}");
        let refused = member.get(path).await;
        assert_eq!(refused.status.as_u16(), 403, "{path}");
        assert!(refused.body.contains("Not yours to open"), "{path}");
    }
}

#[tokio::test]
async fn nobody_else_decides_by_sending_the_forms() {
    let app = TestApp::new().await;
    let member = app.browser();
    member.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
    let post = app.agent("ada").await.posts("Hello").await;
    let id = "01920000-0000-7000-8000-000000000000";
    for (form, fields) in [
        ("approve_text", vec![("kind", "post"), ("id", &*post)]),
        ("reject_text", vec![("kind", "post"), ("id", &*post), ("reason", "x")]),
        ("decide_report", vec![("id", id), ("verdict", "upheld")]),
        ("remove_reported", vec![("post", &*post)]),
        ("set_agent_role", vec![("name", "ada"), ("role", "observer")]),
        ("suspend_agent", vec![("name", "ada"), ("hours", "1"), ("reason", "x")]),
        ("unsuspend_agent", vec![("name", "ada")]),
        ("rotate_agent_key", vec![("name", "ada")]),
        ("set_person_role", vec![("id", id), ("role", "admin")]),
        ("suspend_person", vec![("id", id), ("hours", "1"), ("reason", "x")]),
        ("unsuspend_person", vec![("id", id)]),
    ] {
        let sent = member.submit(&format!("/_fn/{form}"), &fields).await;
        assert_eq!(sent.status.as_u16(), 303, "{form}");
        assert_eq!(member.get(sent.header("location")).await.status.as_u16(), 403, "{form}");
        assert_eq!(member.cookie("moltbook_new_key"), None, "{form}");
    }
    assert_eq!(app.anon().get(&format!("/posts/{post}")).await.expect(200)["post"]["is_deleted"], false);
}

#[tokio::test]
async fn texts_wait_are_read_and_published_or_stay_hidden() {
    let app = TestApp::with(|settings| settings.approval = Approval::All).await;
    let (admin, ada) = (administrator(&app).await, app.agent("ada").await);
    let mut ids = Vec::new();
    for title in ["The first <b>", "The second"] {
        let body = json!({"submolt_name": "general", "title": title, "content": "Some *text*."});
        ids.push(ada.post("/posts", &body).await.expect(201)["post"]["id"].as_str().unwrap().to_owned());
    }
    assert!(admin.get("/admin").await.body.contains("wait for approval"));
    let page = admin.get("/admin/pending").await.body;
    assert!(page.contains("The first &lt;b&gt;") && page.contains("Some <em>text</em>"), "{page}");
    assert!(page.find("The first").unwrap() < page.find("The second").unwrap(), "the oldest first");

    let without = admin.submit("/_fn/reject_text", &[("kind", "post"), ("id", &ids[1]), ("reason", " ")]).await;
    assert!(admin.get(without.header("location")).await.body.contains("role=\"alert\""), "a reason is needed");
    let approved = admin.submit("/_fn/approve_text", &[("kind", "post"), ("id", &ids[0])]).await;
    assert_eq!((approved.status.as_u16(), approved.header("location")), (303, "/admin/pending"));
    let rejected =
        admin.submit("/_fn/reject_text", &[("kind", "post"), ("id", &ids[1]), ("reason", "Off topic")]).await;
    let page = admin.get(rejected.header("location")).await.body;
    assert!(page.contains("stays hidden") && page.contains("Nothing waits"), "{page}");
    app.anon().get(&format!("/posts/{}", ids[0])).await.expect(200);
    app.anon().get(&format!("/posts/{}", ids[1])).await.refused(404);

    let again = admin.submit("/_fn/approve_text", &[("kind", "post"), ("id", &ids[0])]).await;
    assert!(admin.get(again.header("location")).await.body.contains("does not wait"));
    for (kind, id) in [("post", "zzz"), ("vote", ids[0].as_str()), ("", "")] {
        let wrong = admin.submit("/_fn/approve_text", &[("kind", kind), ("id", id)]).await;
        assert!(admin.get(wrong.header("location")).await.body.contains("role=\"alert\""), "{kind} {id}");
    }
}

#[tokio::test]
async fn what_was_reported_is_seen_and_deleted_or_left() {
    let app = TestApp::new().await;
    let (admin, ada, bob) = (administrator(&app).await, app.agent("ada").await, app.agent("bob").await);
    let (bad, fine) = (ada.posts("Buy my shells").await, ada.posts("Tides").await);
    for id in [&bad, &fine] {
        bob.post(&format!("/posts/{id}/report"), &json!({"reason": "It is an <i>advertisement</i>"})).await.expect(200);
    }
    let page = admin.get("/admin/reports").await.body;
    assert!(page.contains("Buy my shells") && page.contains("&lt;i&gt;advertisement"), "{page}");
    admin.submit("/_fn/remove_reported", &[("post", &bad), ("comment", "")]).await;
    let page = admin.get("/admin/reports").await.body;
    assert!(!page.contains("Buy my shells") && page.contains("Tides"), "{page}");
    let report = page.split("data-report=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sideways = admin.submit("/_fn/decide_report", &[("id", &report), ("verdict", "sideways")]).await;
    assert!(admin.get(sideways.header("location")).await.body.contains("role=\"alert\""));
    admin.submit("/_fn/decide_report", &[("id", &report), ("verdict", "dismissed")]).await;
    assert!(admin.get("/admin/reports").await.body.contains("No open reports"));
    app.anon().get(&format!("/posts/{fine}")).await.expect(200);
}

#[tokio::test]
async fn agents_are_found_by_name_and_get_roles_suspensions_and_keys() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.agent("ada").await;
    for name in ["ad-hoc", "ad_astra", "bob"] {
        app.agent(name).await;
    }
    app.agent_as("reader", AgentRole::Observer).await;
    let page = admin.get("/admin/agents?q=AD").await.body;
    let found: Vec<&str> = page.split("data-agent=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(found, ["ad-hoc", "ad_astra", "ada"]);
    assert!(admin.get("/admin/agents?q=%25").await.body.contains("No such agents"), "no sign stands for others");
    let observers = admin.get("/admin/agents?only=observer").await.body;
    assert!(observers.contains("data-agent=\"reader\"") && !observers.contains("data-agent=\"ada\""));

    admin.submit("/_fn/set_agent_role", &[("name", "ada"), ("role", "observer")]).await;
    let body = json!({"submolt_name": "general", "title": "Hi", "content": "x"});
    ada.post("/posts", &body).await.refused(403);
    admin.submit("/_fn/set_agent_role", &[("name", "ada"), ("role", "contributor")]).await;
    admin.submit("/_fn/suspend_agent", &[("name", "ada"), ("hours", "24"), ("reason", "Too loud")]).await;
    assert!(admin.get("/admin/agents?only=suspended").await.body.contains("suspended until 2"));
    assert_eq!(ada.post("/posts", &body).await.refused(403), "AGENT_SUSPENDED".replace("AGENT_", ""));
    admin.submit("/_fn/unsuspend_agent", &[("name", "ada")]).await;
    ada.post("/posts", &body).await.expect(201);

    admin.submit("/_fn/rotate_agent_key", &[("name", "ada")]).await;
    let page = admin.get("/admin/agents").await.body;
    let key = page.split("data-key=\"\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!admin.get("/admin/agents").await.body.contains(&key), "the key is shown once");
    ada.get("/agents/me").await.refused(401);
    app.with_key(&key).get("/agents/me").await.expect(200);
    for (form, fields) in [
        ("set_agent_role", [("name", "nobody"), ("role", "admin")]),
        ("set_agent_role", [("name", "ada"), ("role", "captain")]),
        ("suspend_agent", [("name", "ada"), ("hours", "many")]),
        ("suspend_agent", [("name", "ada"), ("hours", "1")]),
        ("unsuspend_agent", [("name", "bob"), ("x", "")]),
        ("rotate_agent_key", [("name", "a\0b"), ("x", "")]),
    ] {
        let refused = admin.submit(&format!("/_fn/{form}"), &fields).await;
        assert!(admin.get(refused.header("location")).await.body.contains("role=\"alert\""), "{form} {fields:?}");
    }
}

#[tokio::test]
async fn people_become_administrators_are_kept_out_and_come_back() {
    let app = TestApp::new().await;
    let (admin, grace) = (administrator(&app).await, app.browser());
    grace.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
    let page = admin.get("/admin/people?q=gr").await.body;
    assert!(page.contains("data-person=\"grace\"") && !page.contains("data-person=\"admin\""), "{page}");
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    admin.submit("/_fn/set_person_role", &[("id", &id), ("role", "admin")]).await;
    assert_eq!(grace.get("/admin").await.status.as_u16(), 200);
    admin.submit("/_fn/suspend_person", &[("id", &id), ("hours", "1"), ("reason", "On leave")]).await;
    assert_eq!(grace.get("/admin").await.status.as_u16(), 401, "the session is nobody's");
    let sign_in = [("handle", "grace"), ("password", "a long password")];
    let refused = grace.submit("/_fn/sign_in", &sign_in).await;
    assert!(grace.get(refused.header("location")).await.body.contains("This account is suspended"));
    admin.submit("/_fn/unsuspend_person", &[("id", &id)]).await;
    grace.submit("/_fn/sign_in", &sign_in).await;
    assert_eq!(grace.get("/admin").await.status.as_u16(), 200);
    admin.submit("/_fn/set_person_role", &[("id", &id), ("role", "member")]).await;
    assert_eq!(grace.get("/admin").await.status.as_u16(), 403);
}

#[rstest]
#[case("/admin/audit?actor=ada", 200, Some("post.create"))]
#[case("/admin/audit?action=post", 200, Some("post.create"))]
#[case("/admin/audit?action=post.delete", 200, None)]
#[case("/admin/audit?actor=nobody-at-all", 200, None)]
#[case("/admin/audit?since=2001-01-01&until=2001-01-02", 200, None)]
#[case("/admin/audit?since=yesterday", 400, None)]
#[case("/admin/audit?target=zzz", 400, None)]
#[case("/admin/audit?action=%00", 400, None)]
#[case("/admin/audit?cursor=zzz", 400, None)]
#[case("/admin/agents?cursor=zzz", 400, None)]
#[case("/admin/agents?q=%00", 400, None)]
#[case("/admin/people?q=%00", 400, None)]
#[case("/admin/people?cursor=zzz", 400, None)]
#[tokio::test]
async fn filters_find_what_they_say_and_nonsense_is_said(
    #[case] path: &str,
    #[case] status: u16,
    #[case] action: Option<&str>,
) {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.agent("ada").await.posts("Hello").await;
    let page = admin.get(path).await;
    assert_eq!(page.status.as_u16(), status, "{}", page.body);
    let shown = page.body.split("data-action=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
    assert_eq!(shown, action, "{}", page.body);
}

#[tokio::test]
async fn the_audit_log_is_taken_along_as_it_is_filtered() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.agent("ada").await.posts("Hello").await;
    let page = admin.get("/admin/audit?actor=ada&since=2001-01-01").await.body;
    let csv = page.split("href=\"/admin/audit.csv").nth(1).unwrap().split('"').next().unwrap();
    let csv = admin.get(&format!("/admin/audit.csv{}", csv.replace("&amp;", "&"))).await;
    assert_eq!((csv.status.as_u16(), csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(csv.body.contains("post.create") && !csv.body.contains("user.redeem_link"), "{}", csv.body);
}

#[tokio::test]
async fn settings_and_health_say_how_it_stands_and_no_secret() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    let app = TestApp::with_flags(&[&format!("--secret-key={secret}"), "--limit-login-per-hour=77"]).await;
    let admin = administrator(&app).await;
    let page = admin.get("/admin/settings").await.body;
    let value =
        |name: &str| page.split(&format!("data-setting=\"{name}\"")).nth(1).unwrap().split("</div>").next().unwrap();
    assert!(value("SECRET_KEY").contains(">set<") && value("IDENTITY_SECRET").contains("not set"), "{page}");
    assert!(value("LIMIT_LOGIN_PER_HOUR").contains(">77<") && !page.contains("hunter2"), "{page}");
    let page = admin.get("/admin").await.body;
    for part in ["Database", "Redis", "Telemetry"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("data-state=\"up\"") && page.contains("data-state=\"off\""), "{page}");
}

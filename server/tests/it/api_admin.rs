//! Governing over the wire.

use crate::app::TestApp;
use axum::http::Method;
use serde_json::json;
use types::actor::AgentRole;
use types::governance::Approval;
use uuid::Uuid;

#[tokio::test]
async fn what_waits_is_approved_or_rejected_by_an_agent_that_governs() {
    let app = TestApp::with(|settings| settings.approval = Approval::All).await;
    let (ada, boss) = (app.agent("ada").await, app.agent_as("boss", AgentRole::Admin).await);
    let (good, bad) = (ada.posts("Good").await, ada.posts("Bad").await);
    assert_eq!(app.anon().get(&format!("/posts/{good}")).await.refused(404), "NOT_FOUND");
    assert_eq!(ada.get(&format!("/posts/{good}")).await.json()["post"]["verification_status"], "awaiting_approval");

    let waiting = boss.get("/admin/pending?limit=1").await.expect(200);
    assert_eq!((&waiting["pending"][0]["id"], &waiting["has_more"]), (&good.as_str().into(), &true.into()));
    assert_eq!(waiting["pending"][0]["kind"], "post");
    let decide =
        async |id: &str, verdict: &str, body| boss.post(&format!("/admin/pending/post/{id}/{verdict}"), &body).await;
    decide(&good, "approve", json!({})).await.expect(200);
    assert_eq!(decide(&bad, "reject", json!({})).await.refused(400), "BAD_REQUEST");
    assert_eq!(decide(&bad, "reject", json!({"reason": ""})).await.refused(400), "VALIDATION");
    decide(&bad, "reject", json!({"reason": "An advertisement."})).await.expect(200);
    assert_eq!(decide(&bad, "approve", json!({})).await.refused(409), "CONFLICT");
    assert_eq!(decide(&Uuid::nil().to_string(), "approve", json!({})).await.refused(404), "NOT_FOUND");
    assert_eq!(decide("nonsense", "approve", json!({})).await.refused(400), "BAD_REQUEST");
    assert_eq!(boss.post(&format!("/admin/pending/poem/{good}/approve"), &json!({})).await.refused(400), "BAD_REQUEST");

    app.anon().get(&format!("/posts/{good}")).await.expect(200);
    assert_eq!(ada.get(&format!("/posts/{bad}")).await.json()["post"]["verification_status"], "rejected");
    assert_eq!(boss.get("/admin/stats?days=1").await.expect(200)["days"][0]["rejections"], 1);
}

#[tokio::test]
async fn the_api_of_those_who_govern_is_closed_to_everybody_else() {
    let app = TestApp::new().await;
    let (ada, grace) = (app.agent("ada").await, app.browser());
    grace.submit("/_fn/sign_up", &[("handle", "grace"), ("password", "a long password")]).await;
    for path in ["/admin/pending", "/admin/agents", "/admin/stats", "/admin/audit", "/admin/audit.csv"] {
        assert_eq!(app.anon().get(path).await.refused(401), "UNAUTHORIZED", "{path}");
        assert_eq!(ada.get(path).await.refused(403), "FORBIDDEN", "{path}");
        assert_eq!(grace.call(Method::GET, path, None).await.refused(403), "FORBIDDEN", "{path}");
    }
}

#[tokio::test]
async fn a_human_administrator_governs_with_a_session_and_only_from_our_pages() {
    let app = TestApp::new().await;
    app.agent("ada").await;
    let admin = app.browser();
    admin.sign_in_as_admin().await;
    let role = json!({"role": "admin"});
    let made = admin.call(Method::PATCH, "/admin/agents/ada", Some(&role)).await.expect(200);
    assert_eq!((&made["agent"]["name"], &made["agent"]["role"]), (&"ada".into(), &"admin".into()));
    let table = admin.call(Method::GET, "/admin/audit.csv", None).await;
    assert_eq!((table.status.as_u16(), table.header("content-type")), (200, "text/csv; charset=utf-8"));

    let foreign = admin.submit_from(Some("https://evil.example"), "/api/v1/admin/agents/ada/rotate-key", &[]).await;
    assert_eq!(foreign.refused(403), "FORBIDDEN");
}

#[tokio::test]
async fn a_suspended_agent_is_told_so_and_a_new_key_replaces_its_old_one() {
    let app = TestApp::new().await;
    let (ada, boss) = (app.agent("ada").await, app.agent_as("boss", AgentRole::Admin).await);
    let suspended =
        boss.post("/admin/agents/ada/suspend", &json!({"hours": 2, "reason": "Too loud."})).await.expect(200);
    assert_eq!(suspended["agent"]["suspended_until"], "2026-03-01T14:00:00Z");
    ada.get("/posts").await.expect(200);
    assert_eq!(ada.get("/agents/status").await.expect(200)["status"], "suspended");
    let post = json!({"submolt_name": "general", "title": "Hi", "content": "x"});
    assert_eq!(ada.post("/posts", &post).await.refused(403), "SUSPENDED");
    let list = boss.get("/admin/agents?suspended=true").await.expect(200);
    assert_eq!((list["agents"].as_array().unwrap().len(), &list["agents"][0]["name"]), (1, &"ada".into()));
    boss.delete("/admin/agents/ada/suspend").await.expect(200);
    ada.posts("Back").await;

    let rotated = boss.post("/admin/agents/ada/rotate-key", &json!({})).await.expect(200);
    assert_eq!(ada.get("/agents/me").await.refused(401), "UNAUTHORIZED");
    app.with_key(rotated["api_key"].as_str().unwrap()).get("/agents/me").await.expect(200);
    assert_eq!(boss.get("/admin/agents?role=emperor").await.refused(400), "BAD_REQUEST");
}

#[tokio::test]
async fn the_log_names_the_request_and_leaves_as_a_table_that_no_spreadsheet_runs() {
    let app = TestApp::new().await;
    let (ada, boss) = (app.agent("ada").await, app.agent_as("boss", AgentRole::Admin).await);
    let reply = ada.post("/posts", &json!({"submolt_name": "general", "title": "Hi", "content": "x"})).await;
    let records = boss.get("/admin/audit?actor=ada&action=post.create").await.expect(200);
    let record = &records["records"][0];
    assert_eq!(
        (&record["request_id"], &record["address"], &record["target_id"]),
        (&reply.header("x-request-id").into(), &"127.0.0.1".into(), &reply.json()["post"]["id"])
    );
    assert_eq!(boss.get("/admin/audit?actor=nobody").await.refused(404), "NOT_FOUND");
    for bad in ["since=yesterday", "target=x", "cursor=x", "action=a%00b"] {
        assert_eq!(boss.get(&format!("/admin/audit?{bad}")).await.status.as_u16(), 400, "{bad}");
    }

    let formula = json!({"hours": 1, "reason": "=HYPERLINK(\"https://evil.example\")"});
    boss.post("/admin/agents/ada/suspend", &formula).await.expect(200);
    let table = boss.get("/admin/audit.csv?action=agent").await;
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    let mut lines = table.body.lines();
    assert!(lines.next().unwrap().starts_with("id,at,actor_kind,"));
    assert!(lines.next().unwrap().contains(r#","'=HYPERLINK(""https://evil.example"")","#), "{}", table.body);
    assert_eq!(lines.count(), 3, "two registrations and a role: {}", table.body);
}

#[tokio::test]
async fn a_log_of_many_parts_leaves_whole_and_in_order() {
    let app = TestApp::new().await;
    let boss = app.agent_as("boss", AgentRole::Admin).await;
    let fill = match app.t.url.starts_with("sqlite") {
        true => {
            "INSERT INTO audit_log (id, at, actor_kind, action)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
             SELECT randomblob(16), '2026-03-01 12:00:00+00:00', 0, 'test.fill' FROM n"
        }
        false => {
            "INSERT INTO audit_log (id, at, actor_kind, action)
             SELECT gen_random_uuid(), now(), 0, 'test.fill' FROM generate_series(1, 2500)"
        }
    };
    assert_eq!(app.t.run_sql(fill).await, Ok(2_500));
    let table = boss.get("/admin/audit.csv?action=test.fill").await;
    let ids: Vec<&str> = table.body.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(ids.len(), 2_500);
    assert!(ids.is_sorted_by(|a, b| a > b));
}

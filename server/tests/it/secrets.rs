//! Secrets are told once, to whom they belong, and are nowhere else: not in the database, not in logs, not in traces.

use crate::app::TestApp;
use crate::collector::Collector;
use crate::process::Server;
use axum::http::Method;
use domain::guard::ChallengePolicy;
use domain::testing::dump;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use types::actor::AgentRole;
use types::invite::NewInvite;

const PASSWORD: &str = "correct horse battery";
const WRONG_PASSWORD: &str = "incorrect horse battery";

/// The ways in which a secret can stand somewhere.
fn forms(secret: &str) -> [String; 3] {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = base64(secret.as_bytes());
    [secret.to_owned(), hex, base64]
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    // The last letters depend on what follows.
    STANDARD_NO_PAD.encode(&bytes[..bytes.len() / 3 * 3])
}

#[track_caller]
fn assert_nowhere(secrets: &[String], place: &str, texts: &[String]) {
    for text in texts {
        let folded = text.to_ascii_lowercase();
        for secret in secrets {
            for form in forms(secret) {
                let found = text.contains(&form) || folded.contains(&form.to_ascii_lowercase());
                assert!(!found, "{place} holds {secret}: {text}");
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

#[tokio::test]
async fn the_database_holds_no_secret() {
    let app = TestApp::new().await;
    let mut secrets = vec![PASSWORD.to_owned()];
    let made = app.anon().post("/agents/register", &json!({"name": "ada"})).await.expect(201);
    let agent = &made["agent"];
    let (key, code) = (text(&agent["api_key"]), text(&agent["verification_code"]));
    let claim = text(&agent["claim_url"]).rsplit('/').next().unwrap().to_owned();
    let ada = app.with_key(&key);
    let post = ada.posts("Hello").await;

    let link = app.t.domain.first_admin_link().await.unwrap().unwrap();
    let admin = app.browser();
    admin.submit("/_fn/redeem_link", &[("token", &link), ("password", PASSWORD)]).await;
    let grace = app.browser();
    grace.submit("/_fn/sign_up", &[("handle", "grace"), ("password", PASSWORD)]).await;
    grace.submit("/_fn/claim_agent", &[("token", &claim), ("code", "reef-0000")]).await;
    grace.submit("/_fn/claim_agent", &[("token", &claim), ("code", &code)]).await;
    assert_eq!(ada.get("/agents/me").await.expect(200)["agent"]["claimed_by"], "grace");
    let session = grace.cookie("moltbook_session").unwrap();

    let boss = app.agent_as("boss", AgentRole::Admin).await;
    boss.post(&format!("/posts/{post}/upvote"), &json!({})).await.expect(200);
    let rotated = boss.post("/admin/agents/ada/rotate-key", &json!({})).await.expect(200);
    // Answers that are kept for a repetition.
    let name = "0198c0de-0000-7000-8000-000000000000";
    let kept = app.anon().post_once(name, "/agents/register", &json!({"name": "bob"})).await.expect(201);
    let again = boss.post_once("again", "/admin/agents/bob/rotate-key", &json!({})).await.expect(200);
    secrets.extend([text(&kept["agent"]["api_key"]), text(&again["api_key"]), name.to_owned()]);
    admin.submit("/_fn/make_invite", &[("note", "Bob"), ("uses", "1"), ("days", "1")]).await;
    secrets.push(admin.cookie("moltbook_invite").unwrap());
    secrets.extend([key, text(&rotated["api_key"]), claim, code, link, session, boss.key.clone().unwrap()]);
    let log = admin.call(Method::GET, "/admin/audit.csv", None).await;
    assert_nowhere(&secrets, "the audit log", &[log.body]);

    let rows = app.t.dump().await;
    assert!(rows.iter().any(|row| row.contains("grace")), "{rows:?}");
    assert_nowhere(&secrets, "the database", &rows);
}

#[tokio::test]
async fn neither_logs_nor_traces_nor_the_database_of_a_running_server_hold_a_secret() {
    let collector = Collector::start().await;
    let server = Server::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
        ("LOG", "debug,server=trace,domain=trace,app=trace,audit=info"),
        ("VERIFICATION", "all"),
    ]);
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let api = format!("{}/api/v1", server.url);
    let form = async |path: &str, cookie: &str, fields: &[(&str, &str)]| -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = client.post(format!("{}/_fn/{path}", server.url)).body(body).header("origin", &server.url);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.header("cookie", cookie).header("accept", "text/html").send().await.unwrap()
    };
    let made: Value = client
        .post(format!("{api}/agents/register"))
        .json(&json!({"name": "ada"}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let agent = &made["agent"];
    let (key, code) = (text(&agent["api_key"]), text(&agent["verification_code"]));
    let claim = text(&agent["claim_url"]).rsplit('/').next().unwrap().to_owned();
    // Used, misspelt, and sent where it does not belong.
    let me = client.get(format!("{api}/agents/me")).bearer_auth(&key).send().await.unwrap();
    assert_eq!(me.status(), 200);
    client.get(format!("{api}/posts?api_key={key}&submolt={key}")).send().await.unwrap();
    client.get(format!("{api}/posts/{key}")).send().await.unwrap();
    client.post(format!("{api}/posts")).bearer_auth(&key).body(format!("{{\"title\": {key}")).send().await.unwrap();
    client.get(format!("{}/{key}", server.url)).send().await.unwrap();
    let leak = json!({"submolt": "general", "title": "Mine", "content": format!("My key is {key}")});
    let leaked = client.post(format!("{api}/posts")).bearer_auth(&key).json(&leak).send().await.unwrap();
    assert_eq!(leaked.status(), 403);
    let post = json!({"submolt": "general", "title": "Hello", "content": "Without a key."});
    let posted = client.post(format!("{api}/posts")).bearer_auth(&key).json(&post).send().await.unwrap();
    let posted: Value = posted.json().await.unwrap();
    let challenge = text(&posted["post"]["verification"]["verification_code"]);
    let wrong = json!({"verification_code": challenge, "answer": "-1"});
    let refused = client.post(format!("{api}/verify")).bearer_auth(&key).json(&wrong).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    client.get(format!("{}/claim/{claim}?code={code}", server.url)).send().await.unwrap();

    let signed_up = form("sign_up", "", &[("handle", "grace"), ("password", PASSWORD)]).await;
    let cookie = signed_up.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    form("sign_in", "", &[("handle", "grace"), ("password", WRONG_PASSWORD)]).await;
    form("claim_agent", &cookie, &[("token", &claim), ("code", &code)]).await;
    let me = client.get(format!("{api}/agents/me")).bearer_auth(&key).send().await.unwrap();
    let me: Value = me.json().await.unwrap();
    assert_eq!(me["agent"]["claimed_by"], "grace");

    let rows = dump(&server.database).await;
    let lines = server.lines();
    tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    let secrets = [key, code, claim, challenge, session, PASSWORD.to_owned(), WRONG_PASSWORD.to_owned()];
    assert_nowhere(&secrets, "the database", &rows);
    assert!(lines.iter().any(|line| line.contains("Answered")), "{lines:?}");
    assert_nowhere(&secrets, "the log", &lines);
    for secret in &secrets {
        for form in forms(secret) {
            assert!(!collector.heard(&form), "{secret} was sent to the collector");
        }
    }
    assert!(!collector.spans().is_empty() && !collector.records().is_empty());
}

#[tokio::test]
async fn the_database_holds_no_secret_that_an_answer_told_nor_one_that_was_refused() {
    let app = TestApp::with(|settings| settings.challenges = ChallengePolicy::Unclaimed).await;
    // Answers are kept for callers that ask again; what they told is not.
    let body = json!({"name": "ada"});
    let made = app.anon().post_once("register-ada-once", "/agents/register", &body).await.expect(201);
    let key = text(&made["agent"]["api_key"]);
    let ada = app.with_key(&key);
    let body = json!({"submolt_name": "general", "title": "Hello", "content": "Text."});
    let post = ada.post_once("hello-once", "/posts", &body).await.expect(201);
    let challenge = text(&post["post"]["verification"]["verification_code"]);
    assert_eq!(
        ada.post("/verify", &json!({"verification_code": challenge, "answer": "-1"})).await.refused(400),
        "BAD_REQUEST"
    );
    let leak = json!({"submolt_name": "general", "title": "My key", "content": format!("It is {key}.")});
    assert_eq!(ada.post("/posts", &leak).await.refused(403), "CREDENTIAL_DETECTED");

    let boss = app.agent_as("boss", AgentRole::Admin).await;
    let rotated = boss.post_once("rotate-once", "/admin/agents/ada/rotate-key", &json!({})).await.expect(200);
    let admin = app.t.admin().await;
    let invite = NewInvite { note: "for grace".to_owned(), uses: 1, days: 1 };
    let invite = app.t.domain.make_invite(&admin, invite).await.unwrap().code;

    let rows = app.t.dump().await;
    assert!(rows.iter().any(|row| row.contains("for grace")), "{rows:?}");
    assert_nowhere(&[key, text(&rotated["api_key"]), challenge, invite], "the database", &rows);
}

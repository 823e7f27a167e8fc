//! People who sign in by an OpenID provider, or by a proxy in front.

use crate::app::{Browser, TestApp};
use crate::process;
use crate::provider::{Alg, CLIENT, Lie, Provider, SECRET};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use chrono::Duration;
use rstest::rstest;
use serde_json::json;
use std::net::SocketAddr;

/// An instance and its provider; the provider's time is that of the instance.
async fn company(flags: &[&str]) -> (TestApp, Provider) {
    let clock = domain::Clock::standing_at(domain::testing::noon());
    let provider = Provider::start(&clock).await;
    let issuer = format!("--oidc-issuer-url={}", provider.url);
    let (client, secret) = (format!("--oidc-client-id={CLIENT}"), format!("--oidc-client-secret={SECRET}"));
    let flags: Vec<&str> = [&*issuer, &*client, &*secret].into_iter().chain(flags.iter().copied()).collect();
    (TestApp::with_flags(&flags).await, provider)
}

/// Goes the whole way; returns where it ends.
async fn sign_in(browser: &Browser<'_>, provider: &Provider, next: &str) -> String {
    let begun = browser.get(&format!("/login/company?next={next}")).await;
    let back = provider.visit(begun.header("location")).await;
    browser.get(&back).await.header("location").to_owned()
}

#[rstest]
#[case(Alg::Rs256)]
#[case(Alg::Es256)]
#[tokio::test]
async fn a_person_of_the_company_comes_in_and_goes(#[case] alg: Alg) {
    let (app, provider) = company(&[]).await;
    provider.mood().alg = alg;
    let browser = app.browser();
    assert!(browser.get("/login").await.body.contains("Sign in with your company account"));
    assert_eq!(sign_in(&browser, &provider, "/m").await, "/m");
    let page = browser.get("/").await.body;
    assert!(page.contains("data-user=\"ada\"") && page.contains("Welcome, ada."), "{page}");
    browser.submit("/_fn/sign_out", &[]).await;
    assert!(!browser.get("/").await.body.contains("data-user"));
    sign_in(&browser, &provider, "/").await;
    assert!(browser.get("/").await.body.contains("data-user=\"ada\""), "the same account again");
    assert_eq!(sign_in(&app.browser(), &provider, "//evil.example").await, "/");
}

#[rstest]
#[case(Lie::Nonce)]
#[case(Lie::Audience)]
#[case(Lie::SecondAudience)]
#[case(Lie::Issuer)]
#[case(Lie::Expired)]
#[case(Lie::Forged)]
#[case(Lie::Changed)]
#[case(Lie::Unsigned)]
#[case(Lie::Symmetric)]
#[case(Lie::NoToken)]
#[tokio::test]
async fn a_token_that_does_not_hold_lets_nobody_in(#[case] lie: Lie) {
    let (app, provider) = company(&[]).await;
    for alg in [Alg::Rs256, Alg::Es256] {
        (provider.mood().lie, provider.mood().alg) = (lie, alg);
        let browser = app.browser();
        assert_eq!(sign_in(&browser, &provider, "/").await, "/login");
        let page = browser.get("/login").await.body;
        assert!(page.contains("does not hold") && !page.contains("data-user"), "{page}");
    }
}

#[tokio::test]
async fn an_answer_is_good_once_for_the_browser_that_asked_and_for_ten_minutes() {
    let (app, provider) = company(&[]).await;
    let (browser, other) = (app.browser(), app.browser());
    let begun = browser.get("/login/company").await;
    let back = provider.visit(begun.header("location")).await;
    let not_begun = async |browser: &Browser<'_>, path: &str| {
        assert_eq!(browser.get(path).await.header("location"), "/login", "{path}");
        let page = browser.get("/login").await.body;
        assert!(page.contains("was not begun here") && !page.contains("data-user"), "{page}");
    };
    not_begun(&other, &back).await;
    assert_eq!(browser.get(&back).await.header("location"), "/");
    browser.submit("/_fn/sign_out", &[]).await;
    not_begun(&browser, &back).await;

    let begun = browser.get("/login/company").await;
    let back = provider.visit(begun.header("location")).await;
    let (path, query) = back.split_once('?').unwrap();
    let code = query.split('&').find(|pair| pair.starts_with("code=")).unwrap();
    for forged in [format!("{path}?state=x&{code}"), format!("{path}?{code}"), path.to_owned()] {
        browser.get("/login/company").await;
        not_begun(&browser, &forged).await;
    }
    let begun = browser.get("/login/company").await;
    let back = provider.visit(begun.header("location")).await;
    app.t.wait(Duration::minutes(10));
    not_begun(&browser, &back).await;
}

#[tokio::test]
async fn a_code_that_was_used_is_refused_by_the_provider_and_by_us() {
    let (app, provider) = company(&[]).await;
    let (browser, thief) = (app.browser(), app.browser());
    let begun = browser.get("/login/company").await;
    let back = provider.visit(begun.header("location")).await;
    let code = back.split('&').find_map(|pair| pair.split_once("code=")).unwrap().1.to_owned();
    browser.get(&back).await;
    // The thief has a sign-in of its own, and somebody else's code.
    let begun = thief.get("/login/company").await;
    let own = provider.visit(begun.header("location")).await;
    let (own, _) = own.split_once("&code=").unwrap();
    assert_eq!(thief.get(&format!("{own}&code={code}")).await.header("location"), "/login");
    assert!(thief.get("/login").await.body.contains("does not hold"));
}

#[tokio::test]
async fn groups_decide_at_each_sign_in_who_comes_in_and_who_governs() {
    let (app, provider) =
        company(&["--oidc-admin-groups=ops", "--oidc-allowed-groups=staff,ops", "--oidc-groups-claim=realm.roles"])
            .await;
    let browser = app.browser();
    for (groups, end, status) in [
        (json!(["staff", "ops"]), "/admin", 200),
        (json!(["staff"]), "/admin", 403),
        (json!("ops"), "/admin", 200),
        (json!(["guests"]), "/login", 401),
        (json!(null), "/login", 401),
    ] {
        browser.submit("/_fn/sign_out", &[]).await;
        provider.mood().claims = json!({"sub": "17", "preferred_username": "ada", "realm": {"roles": groups}});
        assert_eq!(sign_in(&browser, &provider, "/admin").await, end, "{groups}");
        assert_eq!(browser.get("/admin").await.status.as_u16(), status, "{groups}");
    }
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_asked_for_but_not_all_the_time() {
    let (app, provider) = company(&[]).await;
    sign_in(&app.browser(), &provider, "/").await;
    provider.rotate();
    let browser = app.browser();
    // It was asked a moment ago, and anybody can name a key that never was.
    assert_eq!(sign_in(&browser, &provider, "/").await, "/login");
    app.t.wait(Duration::seconds(10));
    assert_eq!(sign_in(&browser, &provider, "/").await, "/");
}

#[tokio::test]
async fn a_person_or_a_provider_that_says_no_leads_back_with_a_word() {
    let (app, provider) = company(&[]).await;
    provider.mood().denies = true;
    let browser = app.browser();
    assert_eq!(sign_in(&browser, &provider, "/").await, "/login");
    assert!(browser.get("/login").await.body.contains("The sign-in service refused"));

    let flags = ["--oidc-issuer-url=http://127.0.0.1:1", "--oidc-client-id=x", "--password-login=off"];
    let app = TestApp::with_flags(&flags).await;
    let browser = app.browser();
    assert_eq!(browser.get("/login/company").await.header("location"), "/login");
    let page = browser.get("/login").await.body;
    assert!(page.contains("does not answer") && !page.contains("type=\"password\""), "{page}");
}

#[tokio::test]
async fn without_a_provider_there_is_no_way_to_one() {
    let app = TestApp::new().await;
    assert_eq!(app.browser().get("/login/company").await.status.as_u16(), 404);
    assert!(!app.browser().get("/login").await.body.contains("/login/company"));
}

/// A request from a peer, as a socket brings it.
async fn from(app: &TestApp, peer: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(path).header("accept", "text/html");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
    let reply = app.send(request).await;
    (reply.status.as_u16(), reply.body)
}

#[tokio::test]
async fn a_proxy_says_who_asks_and_nobody_else_does() {
    let flags = [
        "--auth-proxy=on",
        "--auth-proxy-addresses=10.0.0.7",
        "--auth-proxy-admin-groups=ops",
        "--trusted-proxies=10.0.0.0/8",
        "--password-login=off",
    ];
    let app = TestApp::with_flags(&flags).await;
    let ada = [("x-forwarded-user", "ada"), ("x-forwarded-groups", "ops")];
    let (status, page) = from(&app, "10.0.0.7", "GET", "/admin", &ada).await;
    assert!(status == 200 && page.contains("data-user=\"ada\"") && page.contains("/oauth/sign_out"), "{status} {page}");
    assert_eq!(from(&app, "10.0.0.7", "GET", "/admin/audit.csv", &ada).await.0, 200);
    let (status, _) = from(&app, "10.0.0.7", "GET", "/admin", &[("x-forwarded-user", "ada")]).await;
    assert_eq!(status, 403, "out of the group, and no administrator any more");
    let pretends = [ada[0], ada[1], ("x-forwarded-for", "10.0.0.7")];
    for peer in ["10.0.0.8", "192.0.2.1", "127.0.0.1"] {
        assert_eq!(from(&app, peer, "GET", "/admin", &pretends).await.0, 401, "{peer}");
    }
    assert_eq!(from(&app, "10.0.0.7", "GET", "/api/v1/admin/stats", &ada).await.0, 401, "proxies let the API through");
    assert_eq!(from(&app, "10.0.0.7", "POST", "/_fn/sign_out", &ada).await.0, 403, "another site can send forms");
    let own =
        [ada[0], ada[1], ("origin", "http://moltbook.test"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(from(&app, "10.0.0.7", "POST", "/_fn/set_theme", &own).await.0, 303);
}

#[tokio::test]
async fn a_proxy_is_not_believed_unless_it_is_asked_for() {
    let app = TestApp::new().await;
    let ada = [("x-forwarded-user", "admin"), ("x-forwarded-groups", "ops")];
    assert_eq!(from(&app, "127.0.0.1", "GET", "/admin", &ada).await.0, 401);
    let (code, _, said) = process::run(&[], &[("AUTH_PROXY", "on")]);
    assert!(code == Some(2) && said.contains("AUTH_PROXY_ADDRESSES"), "{said}");
}

//! Keys that are replaced, tokens for other programs, the apps that ask about them.

use chrono::Duration;
use domain::testing::TestDomain;
use domain::{Domain, Error};
use types::actor::{Actor, UserRole};
use types::agent::{NewAgent, OwnerEmail};
use types::error::Code;
use types::id::AppId;
use types::identity::{NewApp, NewIdentityToken, VerifiedAgent, VerifyIdentity};
use types::limits;
use types::page::PageRequest;

async fn register(t: &TestDomain, name: &str) -> (Actor, String) {
    let request = NewAgent { name: name.to_owned(), description: None, invite_code: None };
    let key = t.domain.register_agent(request).await.unwrap().api_key;
    (t.domain.agent_by_key(&key).await.unwrap(), key)
}

/// An agent that `owner` has claimed.
async fn claimed(t: &TestDomain, name: &str, owner: &Actor) -> Actor {
    let request = NewAgent { name: name.to_owned(), description: None, invite_code: None };
    let made = t.domain.register_agent(request).await.unwrap();
    t.domain.claim_agent(owner, &made.claim_token, &made.verification_code).await.unwrap();
    t.domain.agent_by_key(&made.api_key).await.unwrap()
}

async fn app(t: &TestDomain, owner: &Actor) -> (AppId, String) {
    let made = t.domain.create_app(owner, NewApp { name: "Shop".to_owned() }).await.unwrap();
    (made.app.id, made.app_key)
}

async fn token(domain: &Domain, who: &Actor, audience: Option<&str>) -> String {
    let request = NewIdentityToken { audience: audience.map(str::to_owned) };
    domain.identity_token(who, request).await.unwrap().identity_token
}

async fn ask(domain: &Domain, key: Option<&str>, token: &str, audience: Option<&str>) -> domain::Result<VerifiedAgent> {
    let question = VerifyIdentity { token: token.to_owned(), audience: audience.map(str::to_owned) };
    domain.verify_identity(key, &question).await
}

/// Why an app was told nothing.
fn word(answer: domain::Result<VerifiedAgent>) -> &'static str {
    match answer {
        Err(Error::Identity(refusal)) => refusal.name(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_key_is_the_end_of_the_old_one_on_every_replica() {
    let t = TestDomain::new().await;
    let other = t.replica().await;
    let (ada, old) = register(&t, "ada").await;
    assert!(other.agent_by_key(&old).await.is_ok());
    let new = t.domain.rotate_key(&ada).await.unwrap();
    for domain in [&t.domain, &other] {
        assert_eq!(domain.agent_by_key(&old).await.unwrap_err().code(), Code::Unauthorized);
        assert_eq!(domain.agent_by_key(&new).await.unwrap().agent_id(), ada.agent_id());
    }
    let newest = other.rotate_key(&ada).await.unwrap();
    assert!(t.domain.agent_by_key(&new).await.is_err() && t.domain.agent_by_key(&newest).await.is_ok());
    t.domain.delete_me(&ada).await.unwrap();
    assert_eq!(other.agent_by_key(&newest).await.unwrap_err().code(), Code::Unauthorized);
    assert_eq!(t.domain.rotate_key(&Actor::Anonymous).await.unwrap_err().code(), Code::Unauthorized);
    assert_eq!(t.domain.rotate_key(&ada).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn twenty_replacements_at_once_leave_one_key_alive() {
    let t = TestDomain::new().await;
    let (ada, _) = register(&t, "ada").await;
    let keys = futures::future::join_all((0..20).map(|_| t.domain.rotate_key(&ada))).await;
    let mut alive = 0;
    for key in keys {
        alive += usize::from(t.domain.agent_by_key(&key.unwrap()).await.is_ok());
    }
    assert_eq!(alive, 1);
}

#[tokio::test]
async fn an_app_learns_who_showed_it_a_token() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let ada = claimed(&t, "ada", &grace).await;
    t.post(&ada, "Hello").await;
    let (_, key) = app(&t, &grace).await;
    let shown = token(&t.domain, &ada, Some("shop.example")).await;
    // The question may reach any replica.
    let seen = ask(&t.replica().await, Some(&key), &shown, Some("shop.example")).await.unwrap();
    assert_eq!((seen.name.as_str(), seen.is_claimed, seen.stats.posts), ("ada", true, 1));
    assert_eq!(seen.owner.unwrap().handle, "grace");
}

#[tokio::test]
async fn every_refusal_of_a_token_has_its_word() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let ((ada, _), (id, key)) = (register(&t, "ada").await, app(&t, &grace).await);
    let domain = &t.domain;
    let key = Some(key.as_str());
    let (open, shop) = (token(domain, &ada, None).await, token(domain, &ada, Some("shop")).await);
    assert_eq!(word(ask(domain, None, &open, None).await), "missing_app_key");
    assert_eq!(word(ask(domain, Some(""), &open, None).await), "missing_app_key");
    assert_eq!(word(ask(domain, Some("moltdev_nonsense"), &open, None).await), "invalid_app_key");
    assert_eq!(word(ask(domain, key, "a.b.c", None).await), "invalid_token");
    assert_eq!(word(ask(domain, key, "nul\0", None).await), "invalid_token");
    assert_eq!(word(ask(domain, key, &shop, None).await), "audience_required");
    assert_eq!(word(ask(domain, key, &shop, Some("bank")).await), "audience_mismatch");
    assert_eq!(word(ask(domain, key, &open, Some("bank")).await), "audience_mismatch");
    assert!(ask(domain, key, &shop, Some("shop")).await.is_ok());

    t.wait(Duration::hours(1));
    assert_eq!(word(ask(domain, key, &open, None).await), "identity_token_expired");
    let fresh = token(domain, &ada, None).await;
    domain.rotate_key(&ada).await.unwrap();
    assert_eq!(word(ask(domain, key, &fresh, None).await), "invalid_token", "a token dies with its key");
    let last = token(domain, &ada, None).await;
    domain.delete_me(&ada).await.unwrap();
    assert_eq!(word(ask(domain, key, &last, None).await), "agent_deactivated");
    domain.revoke_app(&grace, id).await.unwrap();
    assert_eq!(word(ask(domain, key, &last, None).await), "invalid_app_key");
}

#[tokio::test]
async fn a_token_of_another_instance_names_nobody_here() {
    let (here, there) = (TestDomain::new().await, TestDomain::new().await);
    let (ada, _) = register(&there, "ada").await;
    let (_, key) = app(&here, &here.human("grace").await).await;
    // As if both had one secret and one name, which only a copied instance has.
    let foreign = token(&there.domain, &ada, None).await;
    assert_eq!(word(ask(&here.domain, Some(&key), &foreign, None).await), "agent_not_found");
}

#[tokio::test]
async fn an_audience_that_cannot_be_one_is_refused() {
    let t = TestDomain::new().await;
    let (ada, _) = register(&t, "ada").await;
    for audience in ["", "nul\0", &"x".repeat(limits::AUDIENCE_MAX + 1)] {
        let request = NewIdentityToken { audience: Some(audience.to_owned()) };
        assert_eq!(
            t.domain.identity_token(&ada, request).await.err().unwrap().code(),
            Code::Validation,
            "{audience:?}"
        );
    }
    let anonymous = t.domain.identity_token(&Actor::Anonymous, NewIdentityToken::default()).await.err().unwrap();
    assert_eq!(anonymous.code(), Code::Unauthorized);
}

#[tokio::test]
async fn apps_belong_to_people_who_see_and_revoke_their_own() {
    let t = TestDomain::new().await;
    let (grace, eve) = (t.human("grace").await, t.human("eve").await);
    let (ada, _) = register(&t, "ada").await;
    let make = async |who: &Actor, name: &str| t.domain.create_app(who, NewApp { name: name.to_owned() }).await;
    assert_eq!(make(&ada, "Shop").await.err().unwrap().code(), Code::Unauthorized);
    for name in ["", " ", "nul\0", &"x".repeat(limits::APP_NAME_MAX + 1)] {
        assert_eq!(make(&grace, name).await.err().unwrap().code(), Code::Validation, "{name:?}");
    }
    let first = make(&grace, "Shop").await.unwrap();
    let second = make(&grace, "Bank").await.unwrap();
    assert!(first.app_key.starts_with("moltdev_") && first.app_key.starts_with(&first.app.key_prefix));

    let page = t.domain.apps(&grace, &PageRequest::new(Some(1), None, None)).await.unwrap();
    assert_eq!(page.items, [second.app]);
    let rest = t.domain.apps(&grace, &PageRequest::new(Some(1), page.next_cursor, None)).await.unwrap();
    assert_eq!((rest.items, rest.next_cursor), (vec![first.app.clone()], None));
    assert!(t.domain.apps(&eve, &PageRequest::first()).await.unwrap().items.is_empty());

    assert_eq!(t.domain.revoke_app(&eve, first.app.id).await.unwrap_err().code(), Code::NotFound);
    let admin = match eve {
        Actor::Human { id, handle, .. } => Actor::Human { id, handle, role: UserRole::Admin },
        _ => unreachable!("a human"),
    };
    let revoked = t.domain.revoke_app(&admin, first.app.id).await.unwrap();
    assert!(revoked.revoked_at.is_some());
    assert_eq!(t.domain.revoke_app(&grace, first.app.id).await.unwrap(), revoked);
}

#[tokio::test]
async fn one_person_has_so_many_apps_and_revoking_makes_room() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let make = || t.domain.create_app(&grace, NewApp { name: "Shop".to_owned() });
    let made = futures::future::join_all((0..limits::APPS_MAX + 3).map(|_| make())).await;
    let made: Vec<_> = made.into_iter().filter_map(Result::ok).collect();
    assert_eq!(u64::try_from(made.len()).unwrap(), limits::APPS_MAX);
    assert_eq!(make().await.err().unwrap().code(), Code::Conflict);
    t.domain.revoke_app(&grace, made[0].app.id).await.unwrap();
    assert!(make().await.is_ok());
}

#[tokio::test]
async fn an_address_belongs_to_one_owner() {
    let t = TestDomain::new().await;
    let (grace, eve) = (t.human("grace").await, t.human("eve").await);
    let (ada, bob, cleo) =
        (claimed(&t, "ada", &grace).await, claimed(&t, "bob", &grace).await, claimed(&t, "cleo", &eve).await);
    let set = async |who: &Actor, email: &str| {
        t.domain.set_owner_email(who, OwnerEmail { email: email.to_owned() }).await.map_err(|e| e.code())
    };
    assert_eq!(set(&ada, "Grace@example.org").await, Ok(()));
    assert_eq!(set(&bob, "grace@example.org ").await, Ok(()), "the same owner");
    assert_eq!(set(&cleo, "grace@EXAMPLE.org").await, Err(Code::Conflict));
    assert_eq!(set(&ada, "new@example.org").await, Ok(()));
    assert_eq!(set(&cleo, "grace@example.org").await, Ok(()), "what was given up is free");
    assert_eq!(set(&ada, "nonsense").await, Err(Code::Validation));
    let (unclaimed, _) = register(&t, "dora").await;
    assert_eq!(set(&unclaimed, "dora@example.org").await, Err(Code::Forbidden));
    assert_eq!(set(&grace, "grace@example.org").await, Err(Code::Unauthorized));
}

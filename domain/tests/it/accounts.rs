//! Registering, claiming, signing in, following.

use chrono::Duration;
use domain::testing::TestDomain;
use types::actor::{Actor, UserRole};
use types::agent::{AgentStatus, EditAgent, NewAgent};
use types::error::Code;
use types::user::{RedeemLink, SignIn, SignUp};

fn named(name: &str) -> NewAgent {
    NewAgent { name: name.to_owned(), description: Some("Watches the tide.".to_owned()), invite_code: None }
}

#[tokio::test]
async fn an_agent_is_known_by_its_key_and_by_nothing_else() {
    let t = TestDomain::new().await;
    let registered = t.domain.register_agent(named("Reef-Bot")).await.unwrap();
    assert_eq!((registered.agent.name.as_str(), registered.agent.display_name.as_str()), ("reef-bot", "Reef-Bot"));

    let who = t.domain.agent_by_key(&registered.api_key).await.unwrap();
    assert_eq!(who.agent_id(), Some(registered.agent.id));
    for key in ["", "moltbook_sk_nonsense", "Bearer", &registered.claim_token, &registered.api_key.to_uppercase()] {
        assert_eq!(t.domain.agent_by_key(key).await.unwrap_err().code(), Code::Unauthorized, "{key}");
    }
    let (status, me) = t.domain.agent_status(&who).await.unwrap();
    assert_eq!((status, me.description.as_str()), (AgentStatus::PendingClaim, "Watches the tide."));
}

#[tokio::test]
async fn a_name_is_taken_in_every_case_and_refused_when_it_misleads() {
    let t = TestDomain::new().await;
    t.agent("ada").await;
    assert_eq!(t.domain.register_agent(named("ADA")).await.err().unwrap().code(), Code::Conflict);
    for name in ["moltbook", "\u{430}da", "a", "a b", "nul\0"] {
        assert_eq!(t.domain.register_agent(named(name)).await.err().unwrap().code(), Code::Validation, "{name:?}");
    }
    assert_eq!(t.domain.stats().await.unwrap().agents, 1);
}

#[tokio::test]
async fn fifty_registrations_of_one_name_make_one_agent() {
    let t = TestDomain::new().await;
    let tries = (0..50).map(|_| t.domain.register_agent(named("only-one")));
    let made = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!((made, t.domain.stats().await.unwrap().agents), (1, 1));
}

#[tokio::test]
async fn a_profile_changes_where_it_is_told_to() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let edit = EditAgent { display_name: Some("Ada L.".to_owned()), ..EditAgent::default() };
    let me = t.domain.edit_me(&ada, edit).await.unwrap();
    assert_eq!((me.display_name.as_str(), me.description.as_str()), ("Ada L.", ""));

    let edit = EditAgent { metadata: Some(serde_json::json!({"home": {"reef": 7}})), ..EditAgent::default() };
    assert_eq!(t.domain.edit_me(&ada, edit).await.unwrap().metadata["home"]["reef"], 7);
    assert_eq!(t.domain.edit_me(&ada, EditAgent::default()).await.unwrap_err().code(), Code::BadRequest);
    let list = EditAgent { metadata: Some(serde_json::json!([1])), ..EditAgent::default() };
    assert_eq!(t.domain.edit_me(&ada, list).await.unwrap_err().code(), Code::Validation);
}

#[tokio::test]
async fn a_human_claims_an_agent_once_with_the_right_code() {
    let t = TestDomain::new().await;
    let registered = t.domain.register_agent(named("reef-bot")).await.unwrap();
    let (grace, eve) = (t.human("grace").await, t.human("eve").await);
    let token = registered.claim_token.as_str();
    assert_eq!(t.domain.claim_view(token).await.unwrap().agent.name, "reef-bot");

    let wrong = t.domain.claim_agent(&grace, token, "reef-0000").await.unwrap_err();
    assert_eq!(wrong.problem().errors[0].field, "code");
    let code = registered.verification_code.to_uppercase();
    let claimed = t.domain.claim_agent(&grace, token, &code).await.unwrap();
    assert_eq!((claimed.is_claimed, claimed.claimed_by.as_deref()), (true, Some("grace")));

    assert_eq!(t.domain.claim_agent(&eve, token, &code).await.unwrap_err().code(), Code::Gone);
    assert_eq!(t.domain.claim_view(token).await.unwrap_err().code(), Code::Gone);
    assert_eq!(t.domain.claim_view("moltbook_claim_x").await.unwrap_err().code(), Code::NotFound);
    let owner = t.domain.profile(&Actor::Anonymous, "reef-bot").await.unwrap().owner.unwrap();
    assert_eq!(owner.handle, "grace");
}

#[tokio::test]
async fn a_claim_link_dies_of_too_many_wrong_codes() {
    let t = TestDomain::new().await;
    let registered = t.domain.register_agent(named("reef-bot")).await.unwrap();
    let eve = t.human("eve").await;
    for _ in 0..10 {
        let refused = t.domain.claim_agent(&eve, &registered.claim_token, "tide-AAAA").await.unwrap_err();
        assert_eq!(refused.code(), Code::Validation);
    }
    let code = &registered.verification_code;
    assert_eq!(t.domain.claim_agent(&eve, &registered.claim_token, code).await.unwrap_err().code(), Code::Gone);
}

#[tokio::test]
async fn signing_in_says_the_same_whatever_is_wrong() {
    let t = TestDomain::new().await;
    let sign_up = SignUp { handle: "Grace".to_owned(), password: "a long password".to_owned() };
    assert_eq!(t.domain.sign_up(sign_up.clone()).await.unwrap().handle, "grace");
    assert_eq!(t.domain.sign_up(sign_up).await.unwrap_err().problem().errors[0].field, "handle");

    let sign_in = |handle: &str, password: &str| {
        t.domain.sign_in(SignIn { handle: handle.to_owned(), password: password.to_owned() })
    };
    assert_eq!(sign_in("GRACE", "a long password").await.unwrap().handle, "grace");
    let wrong_password = sign_in("grace", "another password").await.unwrap_err().to_string();
    assert_eq!(wrong_password, sign_in("nobody", "a long password").await.unwrap_err().to_string());
}

#[tokio::test]
async fn the_first_administrator_signs_in_by_one_of_the_links_once() {
    let t = TestDomain::new().await;
    let token = t.domain.first_admin_link().await.unwrap().unwrap();
    let lost = t.domain.first_admin_link().await.unwrap().unwrap();

    let redeem = |token: &str, password: &str| {
        t.domain.redeem_sign_in_link(RedeemLink { token: token.to_owned(), password: password.to_owned() })
    };
    assert_eq!(redeem(&token, "short").await.unwrap_err().code(), Code::Validation);
    assert_eq!(redeem(&token, "a long password").await.unwrap().role, UserRole::Admin);
    for used in [&token, &lost] {
        assert_eq!(redeem(used, "another password").await.unwrap_err().code(), Code::Gone);
    }
    assert_eq!(t.domain.first_admin_link().await.unwrap(), None);
    let sign_in = SignIn { handle: "admin".to_owned(), password: "a long password".to_owned() };
    assert_eq!(t.domain.sign_in(sign_in).await.unwrap().role, UserRole::Admin);
}

#[tokio::test]
async fn sessions_end() {
    let t = TestDomain::new().await;
    let (key, other) = ([1; 32], [2; 32]);
    let end = t.clock.now() + Duration::hours(1);
    assert!(t.domain.insert_session(&key, "{}", end).await.unwrap());
    assert!(!t.domain.insert_session(&key, "{}", end).await.unwrap());
    t.domain.save_session(&key, r#"{"a":1}"#, end).await.unwrap();
    t.domain.save_session(&other, "{}", end).await.unwrap();
    assert_eq!(t.domain.load_session(&other).await.unwrap(), None, "a session that was ended does not come back");
    t.domain.insert_session(&other, "{}", end + Duration::hours(1)).await.unwrap();
    assert_eq!(t.domain.load_session(&key).await.unwrap(), Some((r#"{"a":1}"#.to_owned(), end)));

    t.wait(Duration::minutes(61));
    assert_eq!(t.domain.load_session(&key).await.unwrap(), None);
    assert_eq!(t.domain.delete_expired_sessions().await.unwrap(), 1);
    t.domain.delete_session(&other).await.unwrap();
    assert_eq!(t.domain.load_session(&other).await.unwrap(), None);
}

#[tokio::test]
async fn following_counts_on_both_sides_once() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    assert!(t.domain.follow(&ada, "bob").await.unwrap());
    assert!(!t.domain.follow(&ada, "BOB").await.unwrap());
    assert_eq!(t.domain.follow(&ada, "ada").await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(t.domain.follow(&ada, "nobody").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.me(&ada).await.unwrap().following_count, 1);
    assert_eq!(t.domain.me(&bob).await.unwrap().follower_count, 1);
    assert!(t.domain.profile(&ada, "bob").await.unwrap().is_following);

    assert!(t.domain.unfollow(&ada, "bob").await.unwrap());
    assert!(!t.domain.unfollow(&ada, "bob").await.unwrap());
    assert_eq!(t.domain.me(&bob).await.unwrap().follower_count, 0);
}

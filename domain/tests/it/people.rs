//! What people have of their own: browsers in which they are signed in, tokens, their data, and the way out.

use chrono::Duration;
use domain::Result;
use domain::testing::TestDomain;
use types::account::{ChangePassword, NewToken};
use types::actor::{Actor, UserRole};
use types::error::Code;
use types::id::{SignInId, UserId};
use types::page::PageRequest;
use types::user::SignIn;
use types::vote::{Ballot, Direction};

const PASSWORD: &str = "a long password";

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|e| e.code())
}

fn id(who: &Actor) -> UserId {
    who.user_id().unwrap()
}

fn token(label: &str, days: u32) -> NewToken {
    NewToken { label: label.to_owned(), days }
}

async fn knows(t: &TestDomain, who: &Actor, sign_in: SignInId) -> bool {
    t.domain.signed_in(id(who), sign_in).await.unwrap().is_some()
}

async fn enter(t: &TestDomain, handle: &str, password: &str) -> Result<UserId> {
    let request = SignIn { handle: handle.to_owned(), password: password.to_owned() };
    t.domain.sign_in(request).await.map(|user| user.id)
}

#[tokio::test]
async fn a_browser_is_signed_out_from_another_one_and_nobody_elses_is() {
    let t = TestDomain::new().await;
    let (grace, linus) = (t.human("grace").await, t.human("linus").await);
    let phone = t.domain.begin_sign_in(id(&grace)).await.unwrap();
    t.wait(Duration::minutes(20));
    let desk = t.domain.begin_sign_in(id(&grace)).await.unwrap();
    let theirs = t.domain.begin_sign_in(id(&linus)).await.unwrap();
    let seen: Vec<_> = t.domain.sign_ins(&grace).await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(seen, [desk, phone]);
    assert!(!knows(&t, &grace, theirs).await, "a session names its own account");

    t.domain.end_sign_in(&grace, theirs).await.unwrap();
    assert!(knows(&t, &linus, theirs).await);
    t.domain.end_sign_in(&grace, phone).await.unwrap();
    assert!(!knows(&t, &grace, phone).await && knows(&t, &grace, desk).await);
    let third = t.domain.begin_sign_in(id(&grace)).await.unwrap();
    t.domain.end_other_sign_ins(&grace, Some(third)).await.unwrap();
    assert!(!knows(&t, &grace, desk).await && knows(&t, &grace, third).await);
    assert_eq!(code(t.domain.sign_ins(&t.agent("ada").await).await), Some(Code::Unauthorized));
}

#[tokio::test]
async fn a_browser_in_use_is_seen_and_one_that_is_not_is_forgotten() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let lost = t.domain.begin_sign_in(id(&grace)).await.unwrap();
    let used = t.domain.begin_sign_in(id(&grace)).await.unwrap();
    t.wait(Duration::days(5));
    assert!(knows(&t, &grace, used).await);
    let seen = t.domain.sign_ins(&grace).await.unwrap();
    assert_eq!((seen[0].id, seen[0].last_seen_at), (used, t.clock.now()));
    let lifetime = std::time::Duration::from_secs(24 * 3600);
    assert_eq!(t.domain.delete_old_sign_ins(lifetime).await.unwrap(), 1);
    assert!(!knows(&t, &grace, lost).await && knows(&t, &grace, used).await);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_the_old_password() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (here, there) =
        (t.domain.begin_sign_in(id(&grace)).await.unwrap(), t.domain.begin_sign_in(id(&grace)).await.unwrap());
    let change = |old: &str, new: &str| {
        let request = ChangePassword { old: old.to_owned(), new: new.to_owned() };
        t.domain.change_password(&grace, Some(here), request)
    };
    assert_eq!(code(change("wrong", "another long one").await), Some(Code::Validation));
    assert_eq!(code(change(PASSWORD, "short").await), Some(Code::Validation));
    assert!(knows(&t, &grace, there).await);

    change(PASSWORD, "another long one").await.unwrap();
    change(PASSWORD, "another long one").await.expect("a form that is sent twice is accepted twice");
    assert!(knows(&t, &grace, here).await && !knows(&t, &grace, there).await);
    assert_eq!(code(enter(&t, "grace", PASSWORD).await), Some(Code::Unauthorized));
    assert_eq!(enter(&t, "grace", "another long one").await.unwrap(), id(&grace));
}

#[tokio::test]
async fn a_token_is_its_owner_without_what_governing_takes() {
    let t = TestDomain::new().await;
    let admin = t.admin().await;
    let made = t.domain.make_token(&admin, token("  clawhub  ", 30)).await.unwrap();
    assert!(made.token.starts_with("clh_") && made.token.starts_with(&made.view.prefix));
    assert_eq!(made.view.label, "clawhub");
    let (who, which) = t.domain.human_by_token(&made.token).await.unwrap();
    assert_eq!((id(&who), which), (id(&admin), made.view.id));
    assert!(matches!(who, Actor::Human { role: UserRole::Member, .. }));
    let page = PageRequest::first();
    assert_eq!(code(t.domain.invites(&who, &page).await), Some(Code::Forbidden));
    let tokens = t.domain.tokens(&admin).await.unwrap();
    assert_eq!(tokens[0].last_used_at, Some(t.clock.now()));
    assert!(!t.dump().await.iter().any(|row| row.contains(&made.token)), "only its digest is kept");
}

#[tokio::test]
async fn a_token_dies_when_it_is_revoked_or_old_or_its_owner_is_suspended() {
    let t = TestDomain::new().await;
    let (admin, grace) = (t.admin().await, t.human("grace").await);
    let revoked = t.domain.make_token(&grace, token("one", 30)).await.unwrap();
    let old = t.domain.make_token(&grace, token("two", 1)).await.unwrap();
    let good = t.domain.make_token(&grace, token("three", 30)).await.unwrap();
    assert_eq!(code(t.domain.revoke_token(&t.human("linus").await, revoked.view.id).await), Some(Code::NotFound));
    t.domain.revoke_token(&grace, revoked.view.id).await.unwrap();
    t.domain.revoke_token(&grace, revoked.view.id).await.expect("again is no error");
    t.wait(Duration::days(2));
    for dead in [&revoked.token, &old.token, "clh_guess"] {
        assert_eq!(code(t.domain.human_by_token(dead).await), Some(Code::Unauthorized));
    }
    t.domain.human_by_token(&good.token).await.unwrap();
    let suspend = types::governance::Suspend { hours: Some(1), until: None, reason: "Too loud".to_owned() };
    t.domain.suspend_user(&admin, id(&grace), suspend).await.unwrap();
    assert_eq!(code(t.domain.human_by_token(&good.token).await), Some(Code::Unauthorized));
    t.wait(Duration::hours(2));
    t.domain.human_by_token(&good.token).await.unwrap();
}

#[tokio::test]
async fn a_form_for_a_token_that_is_sent_twice_leaves_one() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let unseen = t.domain.make_token(&grace, token("desk", 30)).await.unwrap();
    let shown = t.domain.make_token(&grace, token("desk", 30)).await.unwrap();
    assert_eq!(code(t.domain.human_by_token(&unseen.token).await), Some(Code::Unauthorized));
    t.domain.human_by_token(&shown.token).await.unwrap();
    for (label, days) in [("", 30), ("   ", 30), ("x", 0), ("x", 366), ("nul\0", 30)] {
        assert_eq!(code(t.domain.make_token(&grace, token(label, days)).await), Some(Code::Validation), "{label:?}");
    }
}

#[tokio::test]
async fn an_account_that_is_closed_takes_its_doors_along_and_leaves_what_others_rely_on() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (ada, _) = t.agent_of(&grace, "ada").await;
    let post = t.post(&ada, "Stays").await;
    t.domain.vote_on_post(&grace, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    let made = t.domain.make_token(&grace, token("desk", 30)).await.unwrap();
    let sign_in = t.domain.begin_sign_in(id(&grace)).await.unwrap();

    let close = |confirmation: &str| t.domain.close_account(&grace, confirmation.to_owned());
    assert_eq!(code(close("grace").await), Some(Code::Validation), "the password confirms it");
    close(PASSWORD).await.unwrap();
    assert!(!knows(&t, &grace, sign_in).await);
    assert_eq!(code(t.domain.human_by_token(&made.token).await), Some(Code::Unauthorized));
    assert_eq!(code(enter(&t, "grace", PASSWORD).await), Some(Code::Unauthorized));
    let profile = t.domain.profile(&Actor::Anonymous, "ada").await.unwrap();
    assert!(!profile.agent.is_claimed && profile.owner.is_none());
    assert_eq!(t.domain.post(&Actor::Anonymous, post.id).await.unwrap().human_score, 1, "the vote stays counted");
    let again = types::user::SignUp { handle: "grace".to_owned(), password: PASSWORD.to_owned() };
    assert_eq!(code(t.domain.sign_up(again).await), Some(Code::Validation), "a handle is never given away again");
}

#[tokio::test]
async fn the_only_administrator_stays() {
    let t = TestDomain::new().await;
    let (admin, grace) = (t.admin().await, t.human("grace").await);
    let close = || t.domain.close_account(&admin, PASSWORD.to_owned());
    assert_eq!(code(close().await), Some(Code::Conflict));
    t.domain.change_role(&admin, id(&grace), UserRole::Admin).await.unwrap();
    close().await.unwrap();
}

#[tokio::test]
async fn what_is_known_of_somebody_is_theirs_to_take_along_and_holds_no_secret() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (ada, _) = t.agent_of(&grace, "ada").await;
    let post = t.post(&ada, "Liked").await;
    t.domain.vote_on_post(&grace, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    t.domain.begin_sign_in(id(&grace)).await.unwrap();
    let made = t.domain.make_token(&grace, token("desk", 30)).await.unwrap();
    let export = t.domain.export(&grace).await.unwrap();
    assert_eq!((export.account.handle.as_str(), export.sessions.len()), ("grace", 1));
    assert_eq!(export.tokens[0].label, "desk");
    assert_eq!(export.agents[0].name, "ada");
    assert_eq!((export.votes[0].target_id, export.votes[0].value), (post.id.0, 1));
    assert!(export.audit_records.iter().any(|record| record.action == "token.create" && record.by_you));
    let text = serde_json::to_string(&export).unwrap();
    assert!(!text.contains(&made.token) && !text.contains("$argon2"), "{text}");
    assert_eq!(code(t.domain.export(&ada).await), Some(Code::Unauthorized));
}

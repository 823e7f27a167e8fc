//! Who may register, and by whose leave.

use chrono::Duration;
use domain::testing::TestDomain;
use domain::{Registration, Result};
use types::agent::{NewAgent, Registered};
use types::error::Code;
use types::id::InviteId;
use types::invite::{InviteState, NewInvite};
use types::page::PageRequest;

fn invite(note: &str, uses: u32) -> NewInvite {
    NewInvite { note: note.to_owned(), uses, days: 7 }
}

async fn by_invitation() -> TestDomain {
    TestDomain::with(|settings| settings.registration = Registration::Invite).await
}

async fn register(t: &TestDomain, name: &str, code: Option<&str>) -> Result<Registered> {
    let invite_code = code.map(str::to_owned);
    t.domain.register_agent(NewAgent { name: name.to_owned(), description: None, invite_code }).await
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|e| e.code())
}

#[tokio::test]
async fn an_invite_lets_as_many_agents_in_as_it_says() {
    let t = by_invitation().await;
    let admin = t.admin().await;
    let made = t.domain.make_invite(&admin, invite("The tide pool", 2)).await.unwrap();
    assert_eq!((made.invite.state, made.invite.created_by.as_str()), (InviteState::Open, "admin"));

    assert_eq!(code(register(&t, "ada", None).await), Some(Code::Forbidden));
    assert_eq!(code(register(&t, "ada", Some("  ")).await), Some(Code::Forbidden));
    assert_eq!(code(register(&t, "ada", Some("moltbook_invite_guess\0")).await), Some(Code::Forbidden));
    register(&t, "ada", Some(&made.code)).await.unwrap();
    // Whoever is refused for another reason has used nothing up.
    assert_eq!(code(register(&t, "ada", Some(&made.code)).await), Some(Code::Conflict));
    assert_eq!(code(register(&t, "a", Some(&made.code)).await), Some(Code::Validation));
    register(&t, "bob", Some(&format!(" {} ", made.code))).await.unwrap();
    assert_eq!(code(register(&t, "eve", Some(&made.code)).await), Some(Code::Forbidden));

    let invites = t.domain.invites(&admin, &PageRequest::first()).await.unwrap().items;
    let [invite] = invites.as_slice() else { panic!("{invites:?}") };
    assert_eq!((invite.state, invite.uses, invite.most_uses), (InviteState::UsedUp, 2, 2));
}

#[tokio::test]
async fn many_at_once_do_not_use_an_invite_more_often_than_it_says() {
    let t = by_invitation().await;
    let made = t.domain.make_invite(&t.admin().await, invite("Three", 3)).await.unwrap();
    let tries = (0..12).map(|n| {
        let (t, made) = (&t, &made);
        async move { register(t, &format!("agent-{n}"), Some(&made.code)).await.is_ok() }
    });
    let through = futures::future::join_all(tries).await.into_iter().filter(|through| *through).count();
    assert_eq!((through, t.domain.stats().await.unwrap().agents), (3, 3));
}

#[tokio::test]
async fn an_invite_ends_with_its_time_or_when_it_is_taken_back() {
    let t = by_invitation().await;
    let admin = t.admin().await;
    let old = t.domain.make_invite(&admin, invite("Old", 9)).await.unwrap();
    t.wait(Duration::days(7));
    let taken = t.domain.make_invite(&admin, invite("Taken back", 9)).await.unwrap();
    t.domain.revoke_invite(&admin, taken.invite.id).await.unwrap();
    assert_eq!(code(t.domain.revoke_invite(&admin, taken.invite.id).await), Some(Code::NotFound));
    for made in [&old, &taken] {
        assert_eq!(code(register(&t, "ada", Some(&made.code)).await), Some(Code::Forbidden));
    }
    let states = t.domain.invites(&admin, &PageRequest::first()).await.unwrap().items;
    let states: Vec<_> = states.into_iter().map(|invite| invite.state).collect();
    assert_eq!(states, [InviteState::Revoked, InviteState::Expired]);
    let unknown = t.domain.revoke_invite(&admin, InviteId(uuid::Uuid::nil())).await;
    assert_eq!(code(unknown), Some(Code::NotFound));
}

#[tokio::test]
async fn only_administrators_see_and_make_invites() {
    let t = TestDomain::new().await;
    let (admin, grace, ada) = (t.admin().await, t.human("grace").await, t.agent("ada").await);
    let made = t.domain.make_invite(&admin, invite("Mine", 1)).await.unwrap();
    for (who, expected) in
        [(grace, Code::Forbidden), (ada, Code::Forbidden), (types::actor::Actor::Anonymous, Code::Unauthorized)]
    {
        assert_eq!(code(t.domain.make_invite(&who, invite("Theirs", 1)).await), Some(expected));
        assert_eq!(code(t.domain.invites(&who, &PageRequest::first()).await), Some(expected));
        assert_eq!(code(t.domain.revoke_invite(&who, made.invite.id).await), Some(expected));
    }
    for bad in [invite("", 1), invite("x", 0), invite("nul\0", 1), NewInvite { days: 366, ..invite("x", 1) }] {
        assert_eq!(code(t.domain.make_invite(&admin, bad).await), Some(Code::Validation));
    }
}

#[tokio::test]
async fn invites_are_paged_the_youngest_first() {
    let t = TestDomain::new().await;
    let admin = t.admin().await;
    for n in 0..5 {
        t.domain.make_invite(&admin, invite(&format!("Number {n}"), 1)).await.unwrap();
    }
    let (mut notes, mut cursor) = (Vec::new(), None);
    loop {
        let page = t.domain.invites(&admin, &PageRequest::new(Some(2), cursor, None)).await.unwrap();
        notes.extend(page.items.into_iter().map(|invite| invite.note));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(notes, ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0"]);
}

#[tokio::test]
async fn nobody_registers_where_registration_is_closed_and_everybody_where_it_is_open() {
    let t = TestDomain::with(|settings| settings.registration = Registration::Closed).await;
    let made = t.domain.make_invite(&t.admin().await, invite("In vain", 1)).await.unwrap();
    assert_eq!(code(register(&t, "ada", Some(&made.code)).await), Some(Code::Forbidden));
    // People are not meant.
    t.human("grace").await;
    let t = TestDomain::new().await;
    register(&t, "ada", Some("not looked at")).await.unwrap();
}

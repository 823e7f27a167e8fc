//! What owners do with their agents.

use domain::Result;
use domain::testing::TestDomain;
use types::actor::Actor;
use types::comment::NewComment;
use types::error::Code;
use types::page::PageRequest;

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|e| e.code())
}

async fn owned(t: &TestDomain, who: &Actor) -> Vec<String> {
    let page = t.domain.owned_agents(who, &PageRequest::first()).await.unwrap();
    page.items.into_iter().map(|owned| owned.agent.name).collect()
}

#[tokio::test]
async fn owners_see_their_agents_and_nobody_elses() {
    let t = TestDomain::new().await;
    let (grace, linus) = (t.human("grace").await, t.human("linus").await);
    for name in ["ada", "bob", "cleo"] {
        t.agent_of(&grace, name).await;
    }
    t.agent_of(&linus, "dot").await;
    assert_eq!(owned(&t, &grace).await, ["cleo", "bob", "ada"]);
    let first = t.domain.owned_agents(&grace, &PageRequest::new(Some(2), None, None)).await.unwrap();
    let rest = PageRequest::new(Some(2), first.next_cursor, None);
    let rest = t.domain.owned_agents(&grace, &rest).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (2, 1, None));
    assert_eq!(code(t.domain.owned_agent(&grace, "dot").await), Some(Code::Forbidden));
    assert_eq!(
        code(t.domain.owned_agents(&t.agent("eve").await, &PageRequest::first()).await),
        Some(Code::Unauthorized)
    );
    assert_eq!(code(t.domain.owned_agents(&Actor::Anonymous, &PageRequest::first()).await), Some(Code::Unauthorized));
}

#[tokio::test]
async fn a_paused_agent_reads_and_writes_nothing_until_its_owner_says_otherwise() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (ada, key) = t.agent_of(&grace, "ada").await;
    let post = t.post(&ada, "Before").await;
    assert_eq!(code(t.domain.pause_agent(&t.human("linus").await, "ada").await), Some(Code::Forbidden));
    t.domain.pause_agent(&grace, "ada").await.unwrap();
    t.domain.pause_agent(&grace, "ada").await.expect("again changes nothing");

    let paused = t.domain.agent_by_key(&key).await.unwrap();
    let comment = || NewComment { content: "Still here".to_owned(), parent_id: None };
    assert_eq!(code(t.domain.create_comment(&paused, post.id, comment()).await), Some(Code::Suspended));
    t.domain.me(&paused).await.expect("it reads");
    assert!(!t.domain.profile(&Actor::Anonymous, "ada").await.unwrap().agent.is_active);
    assert!(t.domain.owned_agent(&grace, "ada").await.unwrap().paused_at.is_some());

    t.domain.resume_agent(&grace, "ada").await.unwrap();
    let back = t.domain.agent_by_key(&key).await.unwrap();
    t.domain.create_comment(&back, post.id, comment()).await.unwrap();
}

#[tokio::test]
async fn an_owner_does_not_end_what_an_administrator_decided() {
    let t = TestDomain::new().await;
    let (admin, grace) = (t.admin().await, t.human("grace").await);
    let (_, key) = t.agent_of(&grace, "ada").await;
    let suspend = types::governance::Suspend { hours: Some(1), until: None, reason: "Too loud".to_owned() };
    t.domain.suspend(&admin, "ada", suspend).await.unwrap();
    t.domain.pause_agent(&grace, "ada").await.unwrap();
    t.domain.resume_agent(&grace, "ada").await.unwrap();
    assert!(matches!(t.domain.agent_by_key(&key).await.unwrap(), Actor::Agent { is_suspended: true, .. }));
}

#[tokio::test]
async fn a_new_key_is_the_end_of_the_old_one() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (ada, old) = t.agent_of(&grace, "ada").await;
    assert_eq!(code(t.domain.rotate_key_of_own(&t.human("linus").await, "ada").await), Some(Code::Forbidden));
    let new = t.domain.rotate_key_of_own(&grace, "ada").await.unwrap();
    assert_eq!(code(t.domain.agent_by_key(&old).await), Some(Code::Unauthorized));
    assert_eq!(t.domain.agent_by_key(&new).await.unwrap().agent_id(), ada.agent_id());
}

#[tokio::test]
async fn an_agent_is_handed_on_by_an_offer_that_is_accepted() {
    let t = TestDomain::new().await;
    let (grace, linus, mallory) = (t.human("grace").await, t.human("linus").await, t.human("mallory").await);
    t.agent_of(&grace, "ada").await;
    for nobody in ["nobody", "", "x\0y", "grace"] {
        assert_eq!(code(t.domain.offer_agent(&grace, "ada", nobody).await), Some(Code::Validation), "{nobody:?}");
    }
    assert_eq!(code(t.domain.offer_agent(&linus, "ada", "mallory").await), Some(Code::Forbidden));
    t.domain.offer_agent(&grace, "ada", "mallory").await.unwrap();
    t.domain.offer_agent(&grace, "ada", " Linus ").await.expect("the second offer takes the first one back");
    assert_eq!(code(t.domain.accept_offer(&mallory, "ada").await), Some(Code::Gone));
    assert_eq!(t.domain.owned_agent(&grace, "ada").await.unwrap().offered_to.as_deref(), Some("linus"));
    assert_eq!(owned(&t, &grace).await, ["ada"], "until it is accepted it stays");

    let offers = t.domain.offers(&linus).await.unwrap();
    assert_eq!((offers[0].agent.name.as_str(), offers[0].agent.claimed_by.as_deref()), ("ada", Some("grace")));
    t.domain.accept_offer(&linus, "ada").await.unwrap();
    assert_eq!(code(t.domain.accept_offer(&linus, "ada").await), Some(Code::Gone));
    assert!(owned(&t, &grace).await.is_empty());
    assert_eq!(owned(&t, &linus).await, ["ada"]);
    assert!(t.domain.offers(&linus).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_offer_is_taken_back_declined_and_ends_with_the_account() {
    let t = TestDomain::new().await;
    let (grace, linus) = (t.human("grace").await, t.human("linus").await);
    t.agent_of(&grace, "ada").await;
    t.domain.offer_agent(&grace, "ada", "linus").await.unwrap();
    t.domain.withdraw_offer(&grace, "ada").await.unwrap();
    t.domain.withdraw_offer(&grace, "ada").await.expect("again changes nothing");
    assert_eq!(code(t.domain.accept_offer(&linus, "ada").await), Some(Code::Gone));
    t.domain.offer_agent(&grace, "ada", "linus").await.unwrap();
    t.domain.decline_offer(&linus, "ada").await.unwrap();
    assert_eq!(t.domain.owned_agent(&grace, "ada").await.unwrap().offered_to, None);
    t.domain.offer_agent(&grace, "ada", "linus").await.unwrap();
    t.domain.close_account(&linus, "a long password".to_owned()).await.unwrap();
    assert_eq!(t.domain.owned_agent(&grace, "ada").await.unwrap().offered_to, None);
}

#[tokio::test]
async fn an_owner_deletes_an_agent_by_typing_its_name() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let (ada, key) = t.agent_of(&grace, "ada").await;
    t.domain.offer_agent(&grace, "ada", t.human("linus").await.name()).await.unwrap();
    let post = t.post(&ada, "Stays").await;
    assert_eq!(code(t.domain.delete_own_agent(&grace, "ada", "yes").await), Some(Code::Validation));
    assert_eq!(code(t.domain.delete_own_agent(&t.human("mallory").await, "ada", "ada").await), Some(Code::Forbidden));
    t.domain.delete_own_agent(&grace, "ada", " Ada ").await.unwrap();
    assert_eq!(code(t.domain.agent_by_key(&key).await), Some(Code::Unauthorized));
    assert_eq!(t.domain.post(&Actor::Anonymous, post.id).await.unwrap().author.name, "[deleted]");
    assert!(owned(&t, &grace).await.is_empty());
}

#[tokio::test]
async fn an_owner_reads_what_their_agent_was_told_and_marks_nothing() {
    let t = TestDomain::new().await;
    let grace = t.human("grace").await;
    let ((ada, _), bob) = (t.agent_of(&grace, "ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Tides").await;
    let comment = NewComment { content: "Interesting".to_owned(), parent_id: None };
    t.domain.create_comment(&bob, post.id, comment).await.unwrap();
    let page = PageRequest::first();
    let told = t.domain.notifications_of(&grace, "ada", &page).await.unwrap();
    assert_eq!((told.page.items.len(), told.unread_count), (1, 1));
    assert_eq!(t.domain.notifications(&ada, true, &page).await.unwrap().unread_count, 1);
    assert_eq!(code(t.domain.notifications_of(&t.human("linus").await, "ada", &page).await), Some(Code::Forbidden));
}

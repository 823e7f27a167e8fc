//! Governing: roles, suspension, approval, and what went on.

use chrono::Duration;
use domain::testing::{TestDomain, noon, text};
use types::actor::{Actor, AgentRole, UserRole};
use types::agent::NewAgent;
use types::comment::NewComment;
use types::error::Code;
use types::governance::{AgentFilter, Approval, EditStanding, Reason, Suspend, UserFilter, WrittenKind};
use types::page::PageRequest;
use types::post::{PostFilter, VerificationStatus};
use types::user::SignIn;
use types::vote::{Ballot, Direction};

async fn registered(t: &TestDomain, name: &str) -> String {
    t.domain
        .register_agent(NewAgent { name: name.to_owned(), description: None, invite_code: None })
        .await
        .unwrap()
        .api_key
}

async fn make(t: &TestDomain, admin: &Actor, name: &str, role: AgentRole) {
    let edit = EditStanding { role: Some(role), require_json: None };
    assert_eq!(t.domain.edit_standing(admin, name, edit).await.unwrap().role, role);
}

fn because(reason: &str) -> Reason {
    Reason { reason: reason.to_owned() }
}

fn suspend(hours: u32) -> Suspend {
    Suspend { until: None, hours: Some(hours), reason: "Too loud.".to_owned() }
}

#[tokio::test]
async fn an_observer_reads_and_changes_nothing() {
    let t = TestDomain::new().await;
    let (admin, ada, key) = (t.admin().await, t.agent("ada").await, registered(&t, "bob").await);
    let post = t.post(&ada, "Hello").await;
    make(&t, &admin, "bob", AgentRole::Observer).await;
    let bob = t.domain.agent_by_key(&key).await.unwrap();
    t.domain.post(&bob, post.id).await.unwrap();
    t.domain.me(&bob).await.unwrap();
    let refusals = [
        t.domain.create_post(&bob, text("Hi", "general")).await.map(drop),
        t.domain.vote_on_post(&bob, post.id, Ballot::Toggle(Direction::Up)).await.map(drop),
        t.domain.follow(&bob, "ada").await.map(drop),
        t.domain.subscribe(&bob, "general").await.map(drop),
    ];
    for refused in refusals {
        let problem = refused.unwrap_err().problem();
        assert_eq!(problem.code, Code::Forbidden);
        assert!(problem.hint.contains("contributor"), "{problem:?}");
    }
    make(&t, &admin, "bob", AgentRole::Contributor).await;
    t.post(&t.domain.agent_by_key(&key).await.unwrap(), "Hi").await;
}

#[tokio::test]
async fn new_agents_get_the_role_of_the_settings() {
    let t = TestDomain::with(|settings| settings.agent_role = AgentRole::Observer).await;
    let ada = t.agent("ada").await;
    assert_eq!(t.domain.create_post(&ada, text("Hi", "general")).await.unwrap_err().code(), Code::Forbidden);
}

#[tokio::test]
async fn an_agent_governs_others_but_neither_itself_nor_administrators() {
    let t = TestDomain::new().await;
    let (admin, key) = (t.admin().await, registered(&t, "boss").await);
    let (ada, _) = (t.agent("ada").await, t.agent("rival").await);
    for name in ["boss", "rival"] {
        make(&t, &admin, name, AgentRole::Admin).await;
    }
    let boss = t.domain.agent_by_key(&key).await.unwrap();
    make(&t, &boss, "ada", AgentRole::Observer).await;
    t.domain.suspend(&boss, "ada", suspend(1)).await.unwrap();

    let admin_role = EditStanding { role: Some(AgentRole::Admin), require_json: None };
    let contributor = EditStanding { role: Some(AgentRole::Contributor), require_json: None };
    let refusals = [
        t.domain.edit_standing(&boss, "ada", admin_role).await.map(drop),
        t.domain.edit_standing(&boss, "boss", contributor).await.map(drop),
        t.domain.edit_standing(&boss, "rival", contributor).await.map(drop),
        t.domain.suspend(&boss, "rival", suspend(1)).await.map(drop),
        t.domain.rotate_key_of(&boss, "rival").await.map(drop),
        t.domain.edit_standing(&ada, "rival", contributor).await.map(drop),
        t.domain.suspend(&t.human("grace").await, "ada", suspend(1)).await.map(drop),
    ];
    for refused in refusals {
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
    }
    let nobody = t.domain.edit_standing(&admin, "nobody", contributor).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
    let nothing = t.domain.edit_standing(&admin, "ada", EditStanding::default()).await.unwrap_err();
    assert_eq!(nothing.code(), Code::BadRequest);
    make(&t, &admin, "boss", AgentRole::Contributor).await;
    let boss = t.domain.agent_by_key(&key).await.unwrap();
    assert_eq!(t.domain.unsuspend(&boss, "ada").await.unwrap_err().code(), Code::Forbidden);
}

#[tokio::test]
async fn a_suspended_agent_reads_and_its_suspension_ends_by_itself() {
    let t = TestDomain::new().await;
    let (admin, key) = (t.admin().await, registered(&t, "ada").await);
    let until = t.domain.suspend(&admin, "ada", suspend(2)).await.unwrap().suspended_until;
    assert_eq!(until, Some(noon() + Duration::hours(2)));
    let ada = t.domain.agent_by_key(&key).await.unwrap();
    assert!(!t.domain.me(&ada).await.unwrap().is_active);
    assert_eq!(t.domain.create_post(&ada, text("Hi", "general")).await.unwrap_err().code(), Code::Suspended);
    t.wait(Duration::hours(2));
    t.post(&t.domain.agent_by_key(&key).await.unwrap(), "Back").await;

    assert_eq!(t.domain.unsuspend(&admin, "ada").await.unwrap_err().code(), Code::Conflict);
    t.domain.suspend(&admin, "ada", suspend(2)).await.unwrap();
    assert!(t.domain.unsuspend(&admin, "ada").await.unwrap().agent.is_active);
    t.post(&t.domain.agent_by_key(&key).await.unwrap(), "Back again").await;

    for wrong in [
        Suspend { until: Some(t.clock.now()), hours: None, reason: "x".to_owned() },
        Suspend { until: Some(t.clock.now() + Duration::days(9_999)), hours: None, reason: "x".to_owned() },
        Suspend { until: Some(t.clock.now() + Duration::days(1)), hours: Some(1), reason: "x".to_owned() },
        Suspend { until: None, hours: Some(0), reason: "x".to_owned() },
        Suspend { until: None, hours: Some(1), reason: " ".to_owned() },
    ] {
        let refused = t.domain.suspend(&admin, "ada", wrong.clone()).await.unwrap_err();
        assert_eq!(refused.code().status(), 400, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_rotated_key_is_the_only_one_that_is_left() {
    let t = TestDomain::new().await;
    let (admin, old) = (t.admin().await, registered(&t, "ada").await);
    let new = t.domain.rotate_key_of(&admin, "ada").await.unwrap();
    assert_eq!(t.domain.agent_by_key(&old).await.unwrap_err().code(), Code::Unauthorized);
    assert!(t.domain.agent_by_key(&new).await.is_ok());
}

#[tokio::test]
async fn an_agent_that_has_to_write_json_writes_nothing_else() {
    let t = TestDomain::new().await;
    let (admin, other, key) = (t.admin().await, t.agent("other").await, registered(&t, "ada").await);
    let post = t.post(&other, "Hello").await;
    let edit = EditStanding { role: None, require_json: Some(true) };
    assert!(t.domain.edit_standing(&admin, "ada", edit).await.unwrap().require_json);
    let ada = t.domain.agent_by_key(&key).await.unwrap();
    for content in ["text", "[1]", "1", "{\"a\":", "{} {}"] {
        let said = NewComment { content: content.to_owned(), parent_id: None };
        assert_eq!(t.domain.create_comment(&ada, post.id, said).await.unwrap_err().code(), Code::BadRequest);
        let mut posted = text("Report", "general");
        posted.content = Some(content.to_owned());
        assert_eq!(t.domain.create_post(&ada, posted).await.unwrap_err().code(), Code::BadRequest, "{content}");
    }
    let mut link = text("Report", "general");
    (link.content, link.url) = (None, Some("https://example.org".to_owned()));
    assert_eq!(t.domain.create_post(&ada, link).await.unwrap_err().code(), Code::BadRequest);
    let said = NewComment { content: "{\"tide\": 7}".to_owned(), parent_id: None };
    t.domain.create_comment(&ada, post.id, said).await.unwrap();
}

#[tokio::test]
async fn what_waits_is_seen_by_its_author_and_administrators_until_it_is_approved() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    assert_eq!(post.verification_status, VerificationStatus::AwaitingApproval);
    assert_eq!(t.domain.post(&bob, post.id).await.unwrap_err().code(), Code::NotFound);
    t.domain.post(&ada, post.id).await.unwrap();
    t.domain.post(&admin, post.id).await.unwrap();
    let shown = async || t.domain.posts(&bob, &PostFilter::default(), &PageRequest::first()).await;
    assert_eq!(shown().await.unwrap().items.len(), 0);
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 0);

    let waiting = t.domain.pending(&admin, &PageRequest::first()).await.unwrap().items;
    let [item] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((item.kind, item.id, item.title.as_deref()), (WrittenKind::Post, post.id.0, Some("Hello")));
    assert_eq!(item.author.name, "ada");
    t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap();
    assert_eq!(shown().await.unwrap().items.len(), 1);
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 1);
    assert_eq!(t.domain.submolt(&bob, "general").await.unwrap().submolt.post_count, 1);
    assert_eq!(t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap_err().code(), Code::Conflict);

    let comment = t.comment(&bob, post.id, None).await;
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 0);
    assert_eq!(t.domain.comment(&ada, comment.id).await.unwrap_err().code(), Code::NotFound);
    t.domain.approve(&admin, WrittenKind::Comment, comment.id.0).await.unwrap();
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 1);
    t.domain.comment(&ada, comment.id).await.unwrap();
    assert_eq!(t.domain.pending(&admin, &PageRequest::first()).await.unwrap().items.len(), 0);
}

#[tokio::test]
async fn what_is_rejected_stays_hidden_and_what_is_withdrawn_waits_no_more() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let (bad, withdrawn) = (t.post(&ada, "Bad").await, t.post(&ada, "Withdrawn").await);
    let silent = t.domain.reject(&admin, WrittenKind::Post, bad.id.0, because(" ")).await.unwrap_err();
    assert_eq!(silent.code(), Code::Validation);
    t.domain.reject(&admin, WrittenKind::Post, bad.id.0, because("An advertisement.")).await.unwrap();
    assert_eq!(t.domain.post(&bob, bad.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.post(&ada, bad.id).await.unwrap().verification_status, VerificationStatus::Rejected);
    let again = t.domain.approve(&admin, WrittenKind::Post, bad.id.0).await.unwrap_err();
    assert_eq!(again.code(), Code::Conflict);

    t.domain.delete_post(&ada, withdrawn.id).await.unwrap();
    assert_eq!(t.domain.pending(&admin, &PageRequest::first()).await.unwrap().items.len(), 0);
    let gone = t.domain.approve(&admin, WrittenKind::Post, withdrawn.id.0).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    t.domain.delete_post(&ada, bad.id).await.unwrap();
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 0);

    let other = t.domain.pending(&bob, &PageRequest::first()).await.unwrap_err();
    assert_eq!(other.code(), Code::Forbidden);
    let other = t.domain.approve(&Actor::Anonymous, WrittenKind::Post, bad.id.0).await.unwrap_err();
    assert_eq!(other.code(), Code::Unauthorized);
}

#[tokio::test]
async fn who_has_to_wait_is_a_setting() {
    for (approval, unclaimed_waits, old_waits) in
        [(Approval::Off, false, false), (Approval::Unclaimed, true, true), (Approval::New, true, false)]
    {
        let t = TestDomain::with(|settings| settings.approval = approval).await;
        let (admin, grace, boss) = (t.admin().await, t.human("grace").await, registered(&t, "boss").await);
        let made = t
            .domain
            .register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None })
            .await
            .unwrap();
        let waits = async |key: &str| {
            let who = t.domain.agent_by_key(key).await.unwrap();
            t.post(&who, "Hello").await.verification_status == VerificationStatus::AwaitingApproval
        };
        assert_eq!(waits(&made.api_key).await, unclaimed_waits, "{approval:?}");
        make(&t, &admin, "boss", AgentRole::Admin).await;
        assert!(!waits(&boss).await, "an administrator waits for nobody: {approval:?}");
        t.wait(Duration::hours(25));
        assert_eq!(waits(&made.api_key).await, old_waits, "{approval:?}");
        t.domain.claim_agent(&grace, &made.claim_token, &made.verification_code).await.unwrap();
        assert!(!waits(&made.api_key).await, "claimed and old: {approval:?}");
    }
}

#[tokio::test]
async fn the_queue_and_the_list_of_agents_are_read_page_by_page() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    let (admin, ada) = (t.admin().await, t.agent("ada").await);
    for i in 0..5 {
        t.post(&ada, &format!("Post {i}")).await;
        t.agent(&format!("agent-{i}")).await;
    }
    let first = t.domain.pending(&admin, &PageRequest::new(Some(3), None, None)).await.unwrap();
    let rest = t.domain.pending(&admin, &PageRequest::new(Some(3), first.next_cursor.clone(), None)).await.unwrap();
    let titles: Vec<String> = first.items.into_iter().chain(rest.items).filter_map(|item| item.title).collect();
    assert_eq!(titles, ["Post 0", "Post 1", "Post 2", "Post 3", "Post 4"]);
    assert_eq!(rest.next_cursor, None);

    t.domain.suspend(&admin, "agent-3", suspend(1)).await.unwrap();
    make(&t, &admin, "agent-4", AgentRole::Observer).await;
    let list = async |filter, page: &PageRequest| t.domain.governed_agents(&admin, filter, page).await.unwrap();
    let all = list(AgentFilter::default(), &PageRequest::new(Some(4), None, None)).await;
    assert_eq!(all.items[0].agent.name, "agent-4");
    let rest = list(AgentFilter::default(), &PageRequest::new(Some(4), all.next_cursor.clone(), None)).await;
    assert_eq!((all.items.len(), rest.items.len(), rest.next_cursor), (4, 2, None));
    let observers = AgentFilter { role: Some(AgentRole::Observer), ..AgentFilter::default() };
    assert_eq!(list(observers, &PageRequest::first()).await.items[0].agent.name, "agent-4");
    let suspended = AgentFilter { only_suspended: true, ..AgentFilter::default() };
    let names: Vec<String> =
        list(suspended.clone(), &PageRequest::first()).await.items.into_iter().map(|a| a.agent.name).collect();
    assert_eq!(names, ["agent-3"]);
    let wrong = PageRequest::new(None, all.next_cursor, None);
    assert_eq!(t.domain.governed_agents(&admin, suspended, &wrong).await.unwrap_err().code(), Code::BadRequest);
}

#[tokio::test]
async fn the_days_are_counted_from_the_log() {
    let t = TestDomain::new().await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    t.wait(Duration::days(1));
    t.comment(&ada, post.id, None).await;
    t.domain.vote_on_post(&bob, post.id, Ballot::Toggle(Direction::Up)).await.unwrap();
    t.domain.suspend(&admin, "bob", suspend(2)).await.unwrap();
    let stats = t.domain.overview(&admin, 3).await.unwrap();
    let [today, yesterday, before] = stats.days.as_slice() else { panic!("{stats:?}") };
    assert_eq!((today.posts, today.comments, today.votes, today.suspensions), (0, 1, 1, 1));
    assert_eq!((yesterday.posts, yesterday.registrations, yesterday.votes), (1, 2, 0));
    assert_eq!((before.day, before.posts), (noon().date_naive() - Duration::days(1), 0));
    assert_eq!((stats.pending, stats.suspended), (0, 1));
    assert_eq!(t.domain.overview(&ada, 3).await.unwrap_err().code(), Code::Forbidden);
}

#[tokio::test]
async fn people_govern_people_but_nobody_governs_themselves() {
    let t = TestDomain::new().await;
    let (admin, grace, key) = (t.admin().await, t.human("grace").await, registered(&t, "boss").await);
    make(&t, &admin, "boss", AgentRole::Admin).await;
    let boss = t.domain.agent_by_key(&key).await.unwrap();
    let (me, her) = (admin.user_id().unwrap(), grace.user_id().unwrap());
    for (who, whom, code) in [
        (&Actor::Anonymous, her, Code::Unauthorized),
        (&grace, me, Code::Forbidden),
        (&boss, her, Code::Unauthorized),
        (&admin, me, Code::Forbidden),
    ] {
        assert_eq!(t.domain.change_role(who, whom, UserRole::Member).await.unwrap_err().code(), code);
        assert_eq!(t.domain.suspend_user(who, whom, suspend(1)).await.unwrap_err().code(), code);
        assert_eq!(t.domain.unsuspend_user(who, whom).await.unwrap_err().code(), code);
    }
    t.domain.change_role(&admin, her, UserRole::Admin).await.unwrap();
    let grace = t.domain.user(her).await.unwrap().unwrap();
    assert_eq!(grace.role, UserRole::Admin);
    assert_eq!(
        t.domain.governed_users(&boss, &UserFilter::default(), &PageRequest::first()).await.unwrap().items.len(),
        2
    );
}

#[tokio::test]
async fn who_is_suspended_is_nobody_until_it_ends_by_itself() {
    let t = TestDomain::new().await;
    let (admin, grace) = (t.admin().await, t.human("grace").await);
    let her = grace.user_id().unwrap();
    let sign_in =
        async || t.domain.sign_in(SignIn { handle: "grace".to_owned(), password: "a long password".to_owned() }).await;
    assert_eq!(t.domain.unsuspend_user(&admin, her).await.unwrap_err().code(), Code::Conflict);
    t.domain.suspend_user(&admin, her, suspend(2)).await.unwrap();
    assert_eq!(t.domain.user(her).await.unwrap(), None);
    assert_eq!(sign_in().await.unwrap_err().code(), Code::Forbidden);
    t.wait(Duration::hours(2));
    assert!(t.domain.user(her).await.unwrap().is_some());
    sign_in().await.unwrap();
    let unreasoned = Suspend { reason: String::new(), ..suspend(1) };
    assert_eq!(t.domain.suspend_user(&admin, her, unreasoned).await.unwrap_err().code(), Code::Validation);
}

#[tokio::test]
async fn people_are_listed_page_by_page_and_found_by_the_beginning_of_their_handles() {
    let t = TestDomain::new().await;
    let admin = t.admin().await;
    for handle in ["sea-crab", "sea_bass", "seal", "tuna", "Sea9"] {
        t.human(handle).await;
    }
    let list = async |handle: Option<&str>| {
        let (mut handles, mut cursor) = (Vec::new(), None);
        loop {
            let filter = UserFilter { handle: handle.map(str::to_owned) };
            let page =
                t.domain.governed_users(&admin, &filter, &PageRequest::new(Some(2), cursor, None)).await.unwrap();
            handles.extend(page.items.into_iter().map(|user| user.handle));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return handles;
            }
        }
    };
    assert_eq!(list(None).await, ["sea9", "tuna", "seal", "sea_bass", "sea-crab", "admin"]);
    assert_eq!(list(Some(" SEA")).await, ["sea-crab", "sea9", "sea_bass", "seal"]);
    assert_eq!(list(Some("sea_")).await, ["sea_bass"]);
    assert_eq!(list(Some("%")).await, [""; 0]);
}

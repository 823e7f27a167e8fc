//! Challenges before new texts: posing, answering, failing, coming too late.

use chrono::Duration;
use domain::guard::ChallengePolicy;
use domain::testing::{TestDomain, solve, text};
use types::actor::Actor;
use types::agent::NewAgent;
use types::comment::{CommentSort, EditComment, NewComment};
use types::error::{Code, Detail};
use types::governance::{Approval, WrittenKind};
use types::id::PostId;
use types::page::PageRequest;
use types::post::{EditPost, NewPost, PostFilter, VerificationStatus};
use types::submolt::{NewSubmolt, SubmoltSort};
use types::verification::{Answer, Challenge, ContentRef, ContentType};
use types::vote::{Ballot, Direction};

async fn with(policy: ChallengePolicy) -> TestDomain {
    TestDomain::with(|settings| settings.challenges = policy).await
}

fn answer(challenge: &Challenge, answer: &str) -> Answer {
    Answer { verification_code: challenge.verification_code.clone(), answer: answer.to_owned() }
}

fn right(challenge: &Challenge) -> Answer {
    answer(challenge, &solve(&challenge.challenge_text))
}

/// A post that waits, and its challenge.
async fn pending(t: &TestDomain, who: &Actor) -> (PostId, Challenge) {
    let post = t.post(who, "Hello").await;
    assert_eq!(post.verification_status, VerificationStatus::Pending);
    (post.id, post.verification.unwrap())
}

async fn published(t: &TestDomain, who: &Actor) -> PostId {
    let (post, challenge) = pending(t, who).await;
    t.domain.verify(who, &right(&challenge)).await.unwrap();
    post
}

/// The agent as its key makes it known now.
async fn again(t: &TestDomain, key: &str) -> Actor {
    t.domain.agent_by_key(key).await.unwrap()
}

#[tokio::test]
async fn a_post_is_its_authors_alone_until_the_challenge_is_answered() {
    let t = with(ChallengePolicy::All).await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (post, challenge) = pending(&t, &ada).await;

    assert!(t.domain.post(&ada, post).await.unwrap().verification.is_none(), "the code is told once");
    assert_eq!(t.domain.post(&bob, post).await.unwrap_err().code(), Code::NotFound);
    let up = Ballot::Set(Some(Direction::Up));
    assert_eq!(t.domain.vote_on_post(&bob, post, up).await.unwrap_err().code(), Code::NotFound);
    let comment = NewComment { content: "First".to_owned(), parent_id: None };
    assert_eq!(t.domain.create_comment(&bob, post, comment.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.create_comment(&ada, post, comment).await.unwrap_err().code(), Code::Forbidden);
    for who in [&ada, &bob, &Actor::Anonymous] {
        let list = t.domain.posts(who, &PostFilter::default(), &PageRequest::first()).await.unwrap();
        assert!(list.items.is_empty());
    }
    assert_eq!((t.domain.stats().await.unwrap().posts, t.domain.me(&ada).await.unwrap().posts_count), (0, 0));
    assert_eq!(t.domain.submolt(&ada, "general").await.unwrap().submolt.post_count, 0);

    let about = t.domain.verify(&ada, &right(&challenge)).await.unwrap();
    assert_eq!(about, ContentRef { content_type: ContentType::Post, content_id: post.0 });
    let seen = t.domain.post(&bob, post).await.unwrap();
    assert_eq!(seen.verification_status, VerificationStatus::Verified);
    assert_eq!((t.domain.stats().await.unwrap().posts, t.domain.me(&ada).await.unwrap().posts_count), (1, 1));
    assert_eq!(t.domain.submolt(&ada, "general").await.unwrap().submolt.post_count, 1);
}

#[tokio::test]
async fn a_reply_that_waits_is_counted_nowhere() {
    let t = with(ChallengePolicy::All).await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = published(&t, &ada).await;
    let write = async |parent| {
        let request = NewComment { content: "Indeed.".to_owned(), parent_id: parent };
        let comment = t.domain.create_comment(&bob, post, request).await.unwrap();
        (comment.id, comment.verification.unwrap())
    };
    let (root, challenge) = write(None).await;
    let request = NewComment { content: "To myself".to_owned(), parent_id: Some(root) };
    assert_eq!(t.domain.create_comment(&bob, post, request).await.unwrap_err().code(), Code::Forbidden);
    t.domain.verify(&bob, &right(&challenge)).await.unwrap();

    let (reply, challenge) = write(Some(root)).await;
    let read = async |who: &Actor| {
        let page = t.domain.comments(who, post, CommentSort::Best, None, &PageRequest::first()).await.unwrap();
        let root = page.items.into_iter().next().unwrap();
        (root.reply_count, root.replies.len(), root.more_replies)
    };
    assert_eq!(t.domain.comment(&ada, reply).await.unwrap_err().code(), Code::NotFound);
    assert_eq!((read(&ada).await, read(&bob).await), ((0, 0, 0), (0, 1, 0)));
    assert_eq!(t.domain.post(&ada, post).await.unwrap().comment_count, 1);

    t.domain.verify(&bob, &right(&challenge)).await.unwrap();
    assert_eq!((read(&ada).await, read(&bob).await), ((1, 1, 0), (1, 1, 0)));
    assert_eq!(t.domain.post(&ada, post).await.unwrap().comment_count, 2);
    assert_eq!(t.domain.me(&bob).await.unwrap().comments_count, 2);
}

#[tokio::test]
async fn nobody_hears_of_what_waits() {
    let t = with(ChallengePolicy::All).await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = published(&t, &ada).await;
    let request = NewComment { content: "Indeed, @ada.".to_owned(), parent_id: None };
    let comment = t.domain.create_comment(&bob, post, request).await.unwrap();
    let heard = async || t.domain.notifications(&ada, false, &PageRequest::first()).await.unwrap().unread_count;
    assert_eq!(heard().await, 0);
    t.domain.verify(&bob, &right(&comment.verification.unwrap())).await.unwrap();
    assert!(heard().await > 0);
}

#[tokio::test]
async fn a_submolt_can_be_used_by_nobody_until_its_challenge_is_answered() {
    let t = with(ChallengePolicy::All).await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let request = NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() };
    let submolt = t.domain.create_submolt(&ada, request.clone()).await.unwrap();
    let challenge = submolt.verification.unwrap();
    assert_eq!(challenge.expires_at, t.clock.now() + Duration::seconds(30));

    assert!(t.domain.submolt(&ada, "tides").await.is_ok());
    assert_eq!(t.domain.submolt(&bob, "tides").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.subscribe(&bob, "tides").await.unwrap_err().code(), Code::NotFound);
    for who in [&ada, &bob] {
        assert_eq!(t.domain.create_post(who, text("x", "tides")).await.unwrap_err().code(), Code::NotFound);
    }
    assert_eq!(t.domain.create_submolt(&bob, request.clone()).await.unwrap_err().code(), Code::Conflict);
    let names = async || {
        let page = t.domain.submolts(&ada, SubmoltSort::New, &PageRequest::first()).await.unwrap();
        page.items.into_iter().map(|submolt| submolt.name).collect::<Vec<_>>()
    };
    assert_eq!((names().await, t.domain.stats().await.unwrap().submolts), (vec!["general".to_owned()], 1));

    // Nobody answers: the name is free again.
    t.wait(Duration::seconds(30));
    assert_eq!(t.domain.verify(&ada, &right(&challenge)).await.unwrap_err().code(), Code::Gone);
    t.domain.sweep_challenges().await.unwrap();
    assert_eq!(t.domain.submolt(&ada, "tides").await.unwrap_err().code(), Code::NotFound);

    let submolt = t.domain.create_submolt(&bob, request).await.unwrap();
    t.domain.verify(&bob, &right(&submolt.verification.unwrap())).await.unwrap();
    assert!(t.domain.subscribe(&ada, "tides").await.unwrap());
    assert_eq!(names().await, ["tides", "general"]);
}

#[tokio::test]
async fn every_refusal_of_an_answer_says_what_it_is() {
    let t = with(ChallengePolicy::All).await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (post, challenge) = pending(&t, &ada).await;
    let code = async |who: &Actor, answer: Answer| t.domain.verify(who, &answer).await.unwrap_err().code();

    let unknown = Answer { verification_code: "moltbook_verify_nonsense".to_owned(), answer: "1".to_owned() };
    assert_eq!(code(&ada, unknown).await, Code::NotFound);
    assert_eq!(code(&bob, right(&challenge)).await, Code::NotFound, "a code is good for its agent alone");
    assert_eq!(code(&Actor::Anonymous, right(&challenge)).await, Code::Unauthorized);

    for wrong in ["1000000", "", "many", "NaN", "12.001"] {
        let refused = t.domain.verify(&ada, &answer(&challenge, wrong)).await.unwrap_err();
        let problem = refused.problem();
        assert_eq!((problem.code, problem.message.as_str()), (Code::BadRequest, "Incorrect answer"));
        let about = ContentRef { content_type: ContentType::Post, content_id: post.0 };
        assert_eq!(problem.detail.as_deref(), Some(&Detail::Answered(about)));
    }
    // A wrong answer leaves the challenge open; any notation of the right one will do.
    let number = solve(&challenge.challenge_text).replace('.', ",");
    t.domain.verify(&ada, &answer(&challenge, &format!("  {number}0 "))).await.unwrap();
    assert_eq!(code(&ada, right(&challenge)).await, Code::Conflict);

    let (_, challenge) = pending(&t, &ada).await;
    t.wait(Duration::minutes(5));
    assert_eq!(code(&ada, right(&challenge)).await, Code::Gone);
    t.domain.sweep_challenges().await.unwrap();
    assert_eq!(code(&ada, right(&challenge)).await, Code::Gone);
}

#[tokio::test]
async fn a_right_answer_that_is_sent_often_counts_once() {
    let t = with(ChallengePolicy::All).await;
    let ada = t.agent("ada").await;
    let (_, challenge) = pending(&t, &ada).await;
    let answer = right(&challenge);
    let tries = (0..20).map(|_| t.domain.verify(&ada, &answer));
    let done = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!((done, t.domain.me(&ada).await.unwrap().posts_count), (1, 1));
}

#[tokio::test]
async fn ten_wrong_answers_in_a_row_suspend_for_an_hour_and_serving_it_leads_back() {
    let t = with(ChallengePolicy::All).await;
    let registered = t
        .domain
        .register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None })
        .await
        .unwrap();
    let key = registered.api_key.as_str();
    let fail = async |times: usize| {
        let ada = again(&t, key).await;
        let (_, challenge) = pending(&t, &ada).await;
        for _ in 0..times {
            let refused = t.domain.verify(&ada, &answer(&challenge, "-1")).await.unwrap_err();
            assert_eq!(refused.code(), Code::BadRequest);
        }
    };
    let is_suspended = async || matches!(again(&t, key).await, Actor::Agent { is_suspended: true, .. });

    // Nine and a right one are forgotten.
    fail(9).await;
    published(&t, &again(&t, key).await).await;
    fail(9).await;
    assert!(!is_suspended().await);
    fail(1).await;
    assert!(is_suspended().await);
    let ada = again(&t, key).await;
    assert_eq!(t.domain.create_post(&ada, text("x", "general")).await.unwrap_err().code(), Code::Suspended);
    assert!(t.domain.post(&ada, PostId(uuid::Uuid::nil())).await.is_err_and(|e| e.code() == Code::NotFound));

    // The suspension ends by itself, and nothing of before counts: not the sweep, not one more mistake.
    for _ in 0..3 {
        t.wait(Duration::hours(1));
        t.domain.sweep_challenges().await.unwrap();
        assert!(!is_suspended().await);
        fail(9).await;
        assert!(!is_suspended().await, "nine are not ten");
        published(&t, &again(&t, key).await).await;
        fail(10).await;
        assert!(is_suspended().await);
    }
}

#[tokio::test]
async fn what_nobody_answers_for_is_removed_and_what_was_answered_stays() {
    let t = with(ChallengePolicy::All).await;
    let ada = t.agent("ada").await;
    let kept = published(&t, &ada).await;
    let (lost, _) = pending(&t, &ada).await;
    let request = NewComment { content: "Lost".to_owned(), parent_id: None };
    let comment = t.domain.create_comment(&ada, kept, request).await.unwrap().id;
    t.domain.sweep_challenges().await.unwrap();
    assert!(!t.domain.post(&ada, lost).await.unwrap().is_deleted, "there is time left");

    t.wait(Duration::minutes(6));
    t.domain.sweep_challenges().await.unwrap();
    let post = t.domain.post(&ada, lost).await.unwrap();
    assert_eq!((post.is_deleted, post.title.as_str(), post.content.as_deref()), (true, "[deleted]", Some("[deleted]")));
    assert!(t.domain.comment(&ada, comment).await.unwrap().is_deleted);
    let kept = t.domain.post(&ada, kept).await.unwrap();
    assert_eq!((kept.is_deleted, kept.comment_count), (false, 0));
    assert_eq!((t.domain.stats().await.unwrap().posts, t.domain.me(&ada).await.unwrap().posts_count), (1, 1));
}

#[tokio::test]
async fn a_post_that_its_author_deleted_cannot_be_published() {
    let t = with(ChallengePolicy::All).await;
    let ada = t.agent("ada").await;
    let (post, challenge) = pending(&t, &ada).await;
    t.domain.delete_post(&ada, post).await.unwrap();
    assert_eq!(t.domain.verify(&ada, &right(&challenge)).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 0);
}

#[tokio::test]
async fn approval_comes_after_the_challenge() {
    let t = TestDomain::with(|settings| {
        settings.challenges = ChallengePolicy::All;
        settings.approval = Approval::All;
    })
    .await;
    let (ada, admin) = (t.agent("ada").await, t.admin().await);
    let (post, challenge) = pending(&t, &ada).await;
    assert!(t.domain.pending(&admin, &PageRequest::first()).await.unwrap().items.is_empty());
    t.domain.verify(&ada, &right(&challenge)).await.unwrap();
    let status = async || t.domain.post(&ada, post).await.unwrap().verification_status;
    assert_eq!(status().await, VerificationStatus::AwaitingApproval);
    assert_eq!(t.domain.stats().await.unwrap().posts, 0);
    t.domain.approve(&admin, WrittenKind::Post, post.0).await.unwrap();
    assert_eq!((status().await, t.domain.stats().await.unwrap().posts), (VerificationStatus::Verified, 1));

    // A change is approved again, and challenged no more.
    let edit = EditPost { title: Some("Hello again".to_owned()), ..EditPost::default() };
    t.domain.edit_post(&ada, post, edit).await.unwrap();
    assert_eq!(status().await, VerificationStatus::AwaitingApproval);
}

#[tokio::test]
async fn a_reply_that_waits_for_approval_is_not_counted_either() {
    let t = TestDomain::with(|settings| settings.approval = Approval::Unclaimed).await;
    let (ada, admin) = (t.agent("ada").await, t.admin().await);
    let post = t.post(&ada, "Hello").await;
    t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap();
    let root = t.comment(&ada, post.id, None).await;
    t.domain.approve(&admin, WrittenKind::Comment, root.id.0).await.unwrap();
    let reply = t.comment(&ada, post.id, Some(root.id)).await;
    let replies = async || t.domain.comment(&Actor::Anonymous, root.id).await.unwrap().reply_count;
    assert_eq!(replies().await, 0);
    t.domain.approve(&admin, WrittenKind::Comment, reply.id.0).await.unwrap();
    assert_eq!(replies().await, 1);
    let edit = EditComment { content: Some("Something else.".to_owned()) };
    t.domain.edit_comment(&ada, reply.id, edit).await.unwrap();
    assert_eq!(replies().await, 0);
    t.domain.approve(&admin, WrittenKind::Comment, reply.id.0).await.unwrap();
    assert_eq!(replies().await, 1);
}

#[tokio::test]
async fn where_only_unclaimed_agents_are_asked_a_claimed_one_is_not() {
    let t = with(ChallengePolicy::Unclaimed).await;
    let registered = t
        .domain
        .register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None })
        .await
        .unwrap();
    let ada = again(&t, &registered.api_key).await;
    pending(&t, &ada).await;
    let grace = t.human("grace").await;
    t.domain.claim_agent(&grace, &registered.claim_token, &registered.verification_code).await.unwrap();
    let post: NewPost = text("Hello", "general");
    let post = t.domain.create_post(&again(&t, &registered.api_key).await, post).await.unwrap();
    assert_eq!((post.verification_status, post.verification), (VerificationStatus::Verified, None));
}

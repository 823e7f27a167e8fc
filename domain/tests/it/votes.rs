//! Votes: exact under every mix of callers at once.

use domain::testing::TestDomain;
use types::actor::Actor;
use types::error::Code;
use types::vote::Direction::{Down, Up};
use types::vote::{Ballot, VoteAction};

#[tokio::test]
async fn a_vote_toggles_changes_and_can_be_set() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    for (ballot, action, score) in [
        (Ballot::Toggle(Up), VoteAction::Upvoted, 1),
        (Ballot::Toggle(Up), VoteAction::Removed, 0),
        (Ballot::Toggle(Down), VoteAction::Downvoted, -1),
        (Ballot::Toggle(Up), VoteAction::Changed, 1),
        (Ballot::Set(Some(Up)), VoteAction::Unchanged, 1),
        (Ballot::Set(None), VoteAction::Removed, 0),
        (Ballot::Set(Some(Down)), VoteAction::Downvoted, -1),
    ] {
        let outcome = t.domain.vote_on_post(&bob, post.id, ballot).await.unwrap();
        assert_eq!((outcome.action, outcome.score), (action, score), "{ballot:?}");
        assert_eq!(t.domain.me(&ada).await.unwrap().karma, score);
    }
    let seen = t.domain.post(&bob, post.id).await.unwrap();
    assert_eq!((seen.upvotes, seen.downvotes, seen.user_vote), (0, 1, Some(-1)));
    assert_eq!(t.domain.stats().await.unwrap().votes, 1);
}

#[tokio::test]
async fn nobody_votes_on_their_own_or_anonymously() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&ada, post.id, None).await;
    assert_eq!(t.domain.vote_on_post(&ada, post.id, Ballot::Toggle(Up)).await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(
        t.domain.vote_on_comment(&ada, comment.id, Ballot::Toggle(Up)).await.unwrap_err().code(),
        Code::BadRequest
    );
    let anonymous = t.domain.vote_on_post(&Actor::Anonymous, post.id, Ballot::Toggle(Up)).await;
    assert_eq!(anonymous.unwrap_err().code(), Code::Unauthorized);
    assert_eq!(t.domain.me(&ada).await.unwrap().karma, 0);
}

#[tokio::test]
async fn humans_votes_count_and_are_told_apart() {
    let t = TestDomain::new().await;
    let (ada, bob, grace) = (t.agent("ada").await, t.agent("bob").await, t.human("grace").await);
    let post = t.post(&ada, "Hello").await;
    t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Up))).await.unwrap();
    t.domain.vote_on_post(&grace, post.id, Ballot::Set(Some(Up))).await.unwrap();
    let seen = t.domain.post(&grace, post.id).await.unwrap();
    assert_eq!((seen.score, seen.human_score, seen.user_vote), (2, 1, Some(1)));
}

#[tokio::test]
async fn a_deleted_target_takes_no_votes() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    t.domain.delete_post(&ada, post.id).await.unwrap();
    assert_eq!(t.domain.vote_on_post(&bob, post.id, Ballot::Toggle(Up)).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn votes_cast_at_once_are_counted_exactly() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&ada, post.id, None).await;
    let mut voters = Vec::new();
    for i in 0..40 {
        voters.push(t.agent(&format!("voter-{i}")).await);
    }
    let distinct = voters.iter().map(|voter| t.domain.vote_on_post(voter, post.id, Ballot::Toggle(Up)));
    for outcome in futures::future::join_all(distinct).await {
        outcome.unwrap();
    }
    let same = (0..50).map(|_| t.domain.vote_on_comment(&voters[0], comment.id, Ballot::Set(Some(Up))));
    for outcome in futures::future::join_all(same).await {
        outcome.unwrap();
    }
    let toggling = (0..51).map(|i| t.domain.vote_on_post(&voters[i % 3], post.id, Ballot::Toggle(Down)));
    for outcome in futures::future::join_all(toggling).await {
        outcome.unwrap();
    }

    let post = t.domain.post(&ada, post.id).await.unwrap();
    let comment = t.domain.comment(&ada, comment.id).await.unwrap();
    // Three voters toggled seventeen times each: up became down, and the rest went back and forth.
    assert_eq!((post.upvotes, post.downvotes, post.score), (37, 3, 34));
    assert_eq!((comment.upvotes, comment.downvotes), (1, 0));
    assert_eq!(t.domain.me(&ada).await.unwrap().karma, 35);
    assert_eq!(t.domain.stats().await.unwrap().votes, 41);
}

//! The outbox: nothing missed, nothing invented, in the order of commits.

use chrono::Duration;
use domain::Domain;
use domain::testing::{Aside, TestDomain, text};
use serde_json::json;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use types::actor::Actor;
use types::error::Code;
use types::event::{Event, Events};
use types::id::PostId;
use types::submolt::NewSubmolt;
use types::vote::Ballot;
use types::vote::Direction::{Down, Up};

/// Everything that is told after a position, once all that waits is numbered.
async fn told(domain: &Domain, after: i64) -> Events {
    while domain.number_public_events().await.unwrap() > 0 {}
    domain.public_events(after, None, 1_000).await.unwrap()
}

fn names(events: &Events) -> Vec<&'static str> {
    events.events.iter().map(|placed| placed.event.name()).collect()
}

fn post_of(event: &Event) -> PostId {
    match event {
        Event::Post(post) => post.id,
        Event::Comment(comment) => comment.comment.post_id,
        Event::Score(score) => score.post_id,
    }
}

async fn submolt(t: &TestDomain, who: &Actor, body: serde_json::Value) {
    t.domain.create_submolt(who, serde_json::from_value::<NewSubmolt>(body).unwrap()).await.unwrap();
}

#[tokio::test]
async fn what_happens_is_told_in_order_to_whoever_comes_back() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&bob, post.id, None).await;
    t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Up))).await.unwrap();
    t.domain.vote_on_comment(&ada, comment.id, Ballot::Set(Some(Down))).await.unwrap();

    let all = told(&t.domain, 0).await;
    assert_eq!(names(&all), ["post", "comment", "score", "score"]);
    let positions: Vec<i64> = all.events.iter().map(|placed| placed.position).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
    assert_eq!((all.upto, all.has_more, all.gone_upto), (positions[3], false, None));

    let [first, second, third, fourth] = &all.events[..] else { panic!("{all:?}") };
    assert!(matches!(&first.event, Event::Post(told) if told.title == "Hello" && told.user_vote.is_none()));
    assert!(matches!(&second.event, Event::Comment(told)
        if told.comment.id == comment.id && told.post_title == "Hello" && told.submolt_name == "general"));
    assert!(matches!(&third.event, Event::Score(told) if told.score == 1 && told.comment_id.is_none()));
    assert!(matches!(&fourth.event, Event::Score(told) if told.score == -1 && told.comment_id == Some(comment.id)));

    let rest = t.domain.public_events(second.position, None, 1_000).await.unwrap();
    assert_eq!(names(&rest), ["score", "score"]);
    let part = t.domain.public_events(0, None, 2).await.unwrap();
    assert_eq!((names(&part), part.upto, part.has_more), (vec!["post", "comment"], second.position, true));
    assert_eq!(told(&t.domain, all.upto).await.events, []);
}

#[tokio::test]
async fn votes_of_one_moment_are_one_event_with_the_score_they_come_to() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let (post, other) = (t.post(&ada, "Hello").await, t.post(&ada, "Other").await);
    let before = told(&t.domain, 0).await.upto;
    for i in 0..12 {
        let voter = t.agent(&format!("voter-{i}")).await;
        t.domain.vote_on_post(&voter, post.id, Ballot::Set(Some(Up))).await.unwrap();
        // What changes nothing is no event.
        t.domain.vote_on_post(&voter, post.id, Ballot::Set(Some(Up))).await.unwrap();
        if i == 5 {
            t.domain.vote_on_post(&voter, other.id, Ballot::Set(Some(Down))).await.unwrap();
        }
    }
    let scores: Vec<(PostId, i64)> = told(&t.domain, before)
        .await
        .events
        .iter()
        .map(|placed| match &placed.event {
            Event::Score(told) => (told.post_id, told.score),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(scores, [(other.id, -1), (post.id, 12)]);
}

#[tokio::test]
async fn what_was_refused_is_not_told() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let before = told(&t.domain, 0).await.upto;
    assert!(t.domain.vote_on_post(&ada, post.id, Ballot::Set(Some(Up))).await.is_err());
    assert!(t.domain.create_post(&ada, text("Lost", "nowhere")).await.is_err());
    assert!(t.domain.create_post(&Actor::Anonymous, text("Lost", "general")).await.is_err());
    assert_eq!(told(&t.domain, before).await.events, []);
}

#[tokio::test]
async fn a_submolt_can_be_listened_to_by_itself_unless_it_is_private() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    submolt(&t, &ada, json!({ "name": "tides" })).await;
    submolt(&t, &ada, json!({ "name": "cellar", "is_private": true })).await;
    submolt(&t, &ada, json!({ "name": "adults", "is_nsfw": true })).await;
    t.post(&ada, "Here").await;
    t.domain.create_post(&ada, text("There", "tides")).await.unwrap();
    t.domain.create_post(&ada, text("Below", "cellar")).await.unwrap();
    t.domain.create_post(&ada, text("For adults", "adults")).await.unwrap();
    let all = told(&t.domain, 0).await;
    let heard: Vec<(&str, bool)> = all
        .events
        .iter()
        .map(|placed| match &placed.event {
            Event::Post(post) => (post.title.as_str(), placed.is_listed),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(heard, [("Here", true), ("There", true), ("For adults", false)]);

    let tides = t.domain.public_submolt("tides").await.unwrap();
    let only = t.domain.public_events(0, Some(tides), 100).await.unwrap();
    assert!(matches!(&only.events[..], [one] if matches!(&one.event, Event::Post(post) if post.title == "There")));
    assert_eq!(only.upto, t.domain.outbox_head().await.unwrap().0, "a quiet submolt still brings its listener forward");

    t.domain.public_submolt("adults").await.unwrap();
    assert_eq!(t.domain.public_submolt("cellar").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.public_submolt("nowhere").await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_text_that_was_deleted_since_is_not_told() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "A slip").await;
    t.domain.delete_post(&ada, post.id).await.unwrap();
    let all = told(&t.domain, 0).await;
    assert!(
        matches!(&all.events[..], [one] if matches!(&one.event, Event::Post(post)
        if post.is_deleted && post.title == "[deleted]")),
        "{all:?}"
    );
}

#[tokio::test]
async fn a_change_that_commits_late_is_neither_missed_nor_told_before() {
    let t = TestDomain::new().await;
    if t.url.starts_with("sqlite:") {
        // It has one writer at a time: no change can overtake another.
        return;
    }
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let start = told(&t.domain, 0).await.upto;
    let change = format!("INSERT INTO outbox (topic, post_id, created_at) VALUES (1, '{}', now())", post.id);
    let (late, gone) = (Aside::of(&t).await, Aside::of(&t).await);
    for open in [&late, &gone] {
        open.run("BEGIN").await.unwrap();
        // Their numbers are lower than those of all that follows.
        open.run(&change).await.unwrap();
    }
    let second = t.post(&ada, "Second").await;
    let seen = told(&t.domain, start).await;
    assert_eq!(seen.events.iter().map(|placed| post_of(&placed.event)).collect::<Vec<_>>(), [second.id]);

    late.run("COMMIT").await.unwrap();
    gone.run("ROLLBACK").await.unwrap();
    let rest = told(&t.domain, seen.upto).await;
    assert_eq!(rest.events.iter().map(|placed| post_of(&placed.event)).collect::<Vec<_>>(), [post.id]);
    assert_eq!(names(&rest), ["score"]);
    assert!(rest.events[0].position > seen.upto);
    assert_eq!(told(&t.domain, rest.upto).await.events, [], "what was rolled back never comes");
}

#[tokio::test]
async fn whoever_follows_many_writers_sees_each_change_once() {
    const WRITERS: usize = 8;
    const POSTS: usize = 12;
    let t = TestDomain::new().await;
    let mut authors = Vec::new();
    for i in 0..WRITERS {
        authors.push(t.agent(&format!("author-{i}")).await);
    }
    let is_over = AtomicBool::new(false);
    let write = async {
        let each = authors.iter().map(|author| async {
            let mut written = Vec::new();
            for i in 0..POSTS {
                let post = t.post(author, &format!("Number {i}")).await;
                t.comment(author, post.id, None).await;
                written.push(post.id);
            }
            written
        });
        let written = futures::future::join_all(each).await.concat();
        is_over.store(true, Ordering::Release);
        written
    };
    // Two replicas number at once.
    let number = || async {
        while !is_over.load(Ordering::Acquire) {
            t.domain.number_public_events().await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let follow = async {
        let (mut at, mut seen) = (0, Vec::new());
        loop {
            let last_round = is_over.load(Ordering::Acquire);
            if last_round {
                while t.domain.number_public_events().await.unwrap() > 0 {}
            }
            let read = t.domain.public_events(at, None, 7).await.unwrap();
            assert!(read.events.iter().all(|placed| placed.position > at));
            at = read.upto;
            let done = last_round && !read.has_more;
            seen.extend(read.events);
            if done {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    };
    let (written, (), (), seen) = tokio::join!(write, number(), number(), follow);

    assert!(seen.is_sorted_by(|a, b| a.position < b.position));
    assert_eq!(seen.len(), 2 * WRITERS * POSTS);
    let mut posted = HashSet::new();
    for placed in &seen {
        match &placed.event {
            Event::Post(post) => assert!(posted.insert(post.id), "told twice"),
            Event::Comment(comment) => assert!(posted.contains(&comment.comment.post_id), "before its post"),
            Event::Score(_) => panic!("nobody voted"),
        }
    }
    assert_eq!(posted, written.into_iter().collect());
}

#[tokio::test]
async fn old_events_are_removed_and_whoever_comes_late_is_told_so() {
    let week = std::time::Duration::from_hours(7 * 24);
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    for i in 0..3 {
        t.post(&ada, &format!("Old {i}")).await;
    }
    let old = told(&t.domain, 0).await;
    assert_eq!(t.domain.remove_old_public_events(week).await.unwrap(), 0);
    t.wait(Duration::days(8));
    t.post(&ada, "New").await;
    told(&t.domain, 0).await;
    assert_eq!(t.domain.remove_old_public_events(week).await.unwrap(), 3);
    assert_eq!(t.domain.remove_old_public_events(week).await.unwrap(), 0);

    let late = told(&t.domain, 1).await;
    assert_eq!((names(&late), late.gone_upto), (vec!["post"], Some(old.upto)));
    assert_eq!(told(&t.domain, old.upto).await.gone_upto, None);

    t.wait(Duration::days(8));
    assert_eq!(t.domain.remove_old_public_events(week).await.unwrap(), 1);
    let head = t.domain.outbox_head().await.unwrap();
    assert_eq!(head.0, head.1, "an empty outbox remembers where it was");
    t.post(&ada, "Newest").await;
    assert_eq!(told(&t.domain, head.0).await.upto, head.0 + 1);
}

//! The orders of posts, page by page.

use chrono::Duration;
use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::error::Code;
use types::page::PageRequest;
use types::post::{PostFilter, PostSort, TimeRange};
use types::submolt::NewSubmolt;
use types::vote::{Ballot, Direction};

/// Posts `a` (old, much liked), `b` (old, disputed), `c` (young, liked), `d` (young, plain), one hour apart.
async fn four_posts(t: &TestDomain) {
    let author = t.agent("author").await;
    let mut voters = Vec::new();
    for i in 0..4 {
        voters.push(t.agent(&format!("voter-{i}")).await);
    }
    for (title, up, down, age) in [("a", 4, 0, 40), ("b", 2, 2, 30), ("c", 1, 0, 2), ("d", 0, 0, 1)] {
        t.clock.set(domain::testing::noon() + Duration::hours(48 - age));
        let post = t.post(&author, title).await;
        for (i, voter) in voters.iter().enumerate().take(up + down) {
            let way = if i < up { Direction::Up } else { Direction::Down };
            t.domain.vote_on_post(voter, post.id, Ballot::Set(Some(way))).await.unwrap();
        }
    }
    t.clock.set(domain::testing::noon() + Duration::hours(48));
}

async fn titles(t: &TestDomain, filter: &PostFilter, by: u64) -> String {
    let mut titles = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest::new(Some(by), cursor, None);
        let page = t.domain.posts(&Actor::Anonymous, filter, &page).await.unwrap();
        titles.extend(page.items.into_iter().map(|p| p.title));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return titles.join(" ");
        }
    }
}

#[tokio::test]
async fn every_order_is_the_same_in_pages_of_any_size() {
    let t = TestDomain::new().await;
    four_posts(&t).await;
    for (sort, expected) in [
        (PostSort::New, "d c b a"),
        (PostSort::Top, "a c d b"),
        (PostSort::Best, "a c b d"),
        (PostSort::Hot, "d c b a"),
        (PostSort::Rising, "c d a b"),
        (PostSort::Controversial, "b"),
    ] {
        let filter = PostFilter { sort, ..PostFilter::default() };
        for by in [1, 2, 3, 100] {
            let seen = titles(&t, &filter, by).await;
            // Equal scores are told apart by age: the younger first.
            let expected = if sort == PostSort::Top { "a c d b" } else { expected };
            assert_eq!(seen, expected, "{sort:?} in pages of {by}");
        }
    }
}

#[tokio::test]
async fn top_looks_back_as_far_as_it_is_told() {
    let t = TestDomain::new().await;
    four_posts(&t).await;
    let top = |time| PostFilter { sort: PostSort::Top, time, ..PostFilter::default() };
    assert_eq!(titles(&t, &top(TimeRange::Hour), 1).await, "d");
    assert_eq!(titles(&t, &top(TimeRange::Day), 1).await, "c d");
    assert_eq!(titles(&t, &top(TimeRange::Week), 1).await, "a c d b");
}

#[tokio::test]
async fn a_page_stays_in_place_while_posts_are_added() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    for i in 0..5 {
        t.post(&ada, &format!("p{i}")).await;
    }
    let new = PostFilter { sort: PostSort::New, ..PostFilter::default() };
    let first = t.domain.posts(&ada, &new, &PageRequest::new(Some(2), None, None)).await.unwrap();
    t.post(&ada, "late").await;
    let second = PageRequest::new(Some(2), first.next_cursor, None);
    let second = t.domain.posts(&ada, &new, &second).await.unwrap();
    let titles: Vec<_> = second.items.iter().map(|p| p.title.as_str()).collect();
    assert_eq!(titles, ["p2", "p1"]);
}

#[tokio::test]
async fn cursors_that_belong_elsewhere_are_refused() {
    let t = TestDomain::new().await;
    four_posts(&t).await;
    let hot = PostFilter::default();
    let cursor =
        t.domain.posts(&Actor::Anonymous, &hot, &PageRequest::new(Some(1), None, None)).await.unwrap().next_cursor;
    let new = PostFilter { sort: PostSort::New, ..PostFilter::default() };
    for cursor in [cursor, Some("nonsense".to_owned()), Some("AAAA".to_owned())] {
        let page = PageRequest::new(None, cursor, None);
        let refused = t.domain.posts(&Actor::Anonymous, &new, &page).await.unwrap_err();
        assert_eq!(refused.code(), Code::BadRequest);
    }
}

#[tokio::test]
async fn deleted_posts_leave_every_list_and_filters_restrict_it() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.domain.create_submolt(&bob, NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() }).await.unwrap();
    let gone = t.post(&ada, "gone").await;
    t.domain.delete_post(&ada, gone.id).await.unwrap();
    t.post(&ada, "general by ada").await;
    t.domain.create_post(&bob, text("tides by bob", "tides")).await.unwrap();
    let all = PostFilter { sort: PostSort::New, ..PostFilter::default() };
    assert_eq!(titles(&t, &all, 10).await, "tides by bob general by ada");
    assert_eq!(titles(&t, &PostFilter { submolt: Some("tides".to_owned()), ..all.clone() }, 10).await, "tides by bob");
    assert_eq!(titles(&t, &PostFilter { author: Some("Ada".to_owned()), ..all.clone() }, 10).await, "general by ada");
    let unknown = PostFilter { submolt: Some("nowhere".to_owned()), ..all };
    let refused = t.domain.posts(&ada, &unknown, &PageRequest::first()).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}

//! Personal feeds: whose posts they hold, in which order, and by which plan.

use chrono::Duration;
use domain::seed::Size;
use domain::testing::{TestDomain, text};
use std::collections::HashSet;
use types::actor::Actor;
use types::error::Code;
use types::page::PageRequest;
use types::post::{FeedFilter, FeedSort, PostFilter, PostSort, PostView};
use types::submolt::NewSubmolt;

const SORTS: [FeedSort; 3] = [FeedSort::Hot, FeedSort::New, FeedSort::Top];
const FILTERS: [FeedFilter; 3] = [FeedFilter::All, FeedFilter::Following, FeedFilter::Subscribed];

async fn all(t: &TestDomain, who: &Actor, sort: FeedSort, filter: FeedFilter, by: u64) -> Vec<PostView> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = t.domain.feed(who, sort, filter, &PageRequest::new(Some(by), cursor, None)).await.unwrap();
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn a_feed_holds_followed_agents_and_subscribed_submolts() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    t.domain.create_submolt(&cleo, NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() }).await.unwrap();
    t.domain.create_post(&cleo, text("subscribed", "tides")).await.unwrap();
    t.post(&bob, "followed").await;
    t.post(&cleo, "neither").await;
    t.domain.create_post(&bob, text("both", "tides")).await.unwrap();
    let gone = t.post(&bob, "gone").await;
    t.domain.delete_post(&bob, gone.id).await.unwrap();
    t.domain.follow(&ada, "bob").await.unwrap();
    t.domain.subscribe(&ada, "tides").await.unwrap();
    for (filter, expected) in [
        (FeedFilter::All, "both followed subscribed"),
        (FeedFilter::Following, "both followed"),
        (FeedFilter::Subscribed, "both subscribed"),
    ] {
        for sort in SORTS {
            for by in [1, 2, 25] {
                let titles: Vec<_> = all(&t, &ada, sort, filter, by).await.into_iter().map(|p| p.title).collect();
                assert_eq!(titles.join(" "), expected, "{sort:?} {filter:?} by {by}");
            }
        }
    }
    assert!(all(&t, &cleo, FeedSort::New, FeedFilter::Following, 25).await.is_empty());
    t.domain.unfollow(&ada, "bob").await.unwrap();
    t.domain.unsubscribe(&ada, "tides").await.unwrap();
    assert!(all(&t, &ada, FeedSort::New, FeedFilter::All, 25).await.is_empty());
    let refused = t.domain.feed(&Actor::Anonymous, FeedSort::New, FeedFilter::All, &PageRequest::first()).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unauthorized);
}

/// A reader of a world in which a few agents write most, with the ids of whom it follows and where it subscribed.
async fn reader(t: &TestDomain) -> (Actor, HashSet<String>, HashSet<String>) {
    let size = Size { agents: 200, submolts: 20, posts: 3_000, comments: 0, votes: 4_000 };
    t.domain.seed(size, 7, |_, _| ()).await.unwrap();
    let reader = t.agent("reader").await;
    let followed: HashSet<String> = (0..200).step_by(7).map(|i| format!("agent-{i}")).collect();
    let subscribed: HashSet<String> = (0..20).step_by(3).map(|i| format!("submolt-{i}")).collect();
    for name in &followed {
        t.domain.follow(&reader, name).await.unwrap();
    }
    for name in &subscribed {
        t.domain.subscribe(&reader, name).await.unwrap();
    }
    (reader, followed, subscribed)
}

#[tokio::test]
async fn every_feed_is_the_list_of_all_posts_without_the_others() {
    let t = TestDomain::new().await;
    let (reader, followed, subscribed) = reader(&t).await;
    for sort in SORTS {
        let public = match sort {
            FeedSort::Hot => PostSort::Hot,
            FeedSort::New => PostSort::New,
            FeedSort::Top => PostSort::Top,
        };
        let (mut posts, mut cursor) = (Vec::new(), None);
        loop {
            let filter = PostFilter { sort: public, ..PostFilter::default() };
            let page = PageRequest::new(Some(100), cursor, None);
            let page = t.domain.posts(&Actor::Anonymous, &filter, &page).await.unwrap();
            posts.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        for filter in FILTERS {
            let expected: Vec<_> = posts
                .iter()
                .filter(|post| {
                    let by_followed = followed.contains(&post.author.name);
                    let in_subscribed = subscribed.contains(&post.submolt_name);
                    match filter {
                        FeedFilter::All => by_followed || in_subscribed,
                        FeedFilter::Following => by_followed,
                        FeedFilter::Subscribed => in_subscribed,
                    }
                })
                .map(|post| post.id)
                .collect();
            let seen: Vec<_> = all(&t, &reader, sort, filter, 100).await.into_iter().map(|post| post.id).collect();
            assert!(seen == expected, "{sort:?} {filter:?}: {} of {}", seen.len(), expected.len());
            let skipped = PageRequest::new(Some(10), None, Some(40));
            let skipped = t.domain.feed(&reader, sort, filter, &skipped).await.unwrap();
            let ids: Vec<_> = skipped.items.into_iter().map(|post| post.id).collect();
            assert_eq!(ids, expected[40..50]);
        }
    }
}

#[tokio::test]
async fn no_feed_reads_all_posts() {
    let t = TestDomain::new().await;
    let (reader, ..) = reader(&t).await;
    for sort in SORTS {
        for filter in FILTERS {
            let plan = t.feed_plan(&reader, sort, filter).await;
            let lines: Vec<&str> = plan.lines().map(str::trim).collect();
            // PostgreSQL and SQLite in turn.
            let scans = lines.iter().any(|line| line.contains("Seq Scan on posts") || line.starts_with("SCAN posts"));
            assert!(!scans, "{sort:?} {filter:?}\n{plan}");
            let key = match sort {
                FeedSort::Hot => "hot_rank_id",
                FeedSort::New => "id",
                FeedSort::Top => "score_id",
            };
            for (is_in, source) in
                [(filter != FeedFilter::Subscribed, "author_id"), (filter != FeedFilter::Following, "submolt_id")]
            {
                let index = format!("posts_{source}_{key}");
                let used = lines.iter().filter(|line| line.contains(&index)).count();
                assert_eq!(used, if is_in { 2 } else { 0 }, "{sort:?} {filter:?} {index}\n{plan}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_one_order() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.domain.follow(&ada, "bob").await.unwrap();
    for i in 0..3 {
        t.wait(Duration::seconds(1));
        t.post(&bob, &i.to_string()).await;
    }
    let one = PageRequest::new(Some(1), None, None);
    let cursor = t.domain.feed(&ada, FeedSort::Hot, FeedFilter::All, &one).await.unwrap().next_cursor;
    let page = PageRequest::new(Some(1), cursor, None);
    let refused = t.domain.feed(&ada, FeedSort::New, FeedFilter::All, &page).await.unwrap_err();
    assert_eq!(refused.code(), Code::BadRequest);
    assert_eq!(t.domain.feed(&ada, FeedSort::Hot, FeedFilter::All, &page).await.unwrap().items[0].title, "1");
}

#[tokio::test]
async fn what_followed_agents_write_in_private_is_for_members() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.private_submolt(&ada, "cave").await;
    t.domain.add_member(&ada, "cave", "bob").await.unwrap();
    t.domain.create_post(&ada, text("open", "general")).await.unwrap();
    for i in 0..30 {
        t.domain.create_post(&ada, text(&format!("secret {i}"), "cave")).await.unwrap();
    }
    for (reader, count) in [(&bob, 31), (&eve, 1)] {
        t.domain.follow(reader, "ada").await.unwrap();
        for sort in SORTS {
            assert_eq!(all(&t, reader, sort, FeedFilter::Following, 10).await.len(), count);
            assert_eq!(all(&t, reader, sort, FeedFilter::All, 10).await.len(), count);
        }
    }
}

//! Founding, listing and subscribing to submolts.

use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::error::Code;
use types::page::PageRequest;
use types::submolt::{NewSubmolt, SubmoltRole, SubmoltSort};

fn named(name: &str) -> NewSubmolt {
    NewSubmolt { name: name.to_owned(), ..NewSubmolt::default() }
}

#[tokio::test]
async fn general_is_always_there() {
    let t = TestDomain::new().await;
    let detail = t.domain.submolt(&Actor::Anonymous, "General").await.unwrap();
    assert_eq!((detail.submolt.name.as_str(), detail.submolt.creator_id), ("general", None));
}

#[tokio::test]
async fn a_founder_owns_a_submolt_and_names_are_unique() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let made = t.domain.create_submolt(&ada, named("Tides")).await.unwrap();
    assert_eq!((made.name.as_str(), made.subscriber_count), ("tides", 1));
    let detail = t.domain.submolt(&ada, "tides").await.unwrap();
    assert_eq!((detail.your_role, detail.is_subscribed), (Some(SubmoltRole::Owner), true));

    assert_eq!(t.domain.create_submolt(&ada, named("tides")).await.unwrap_err().code(), Code::Conflict);
    assert_eq!(t.domain.create_submolt(&ada, named("admin")).await.unwrap_err().code(), Code::Validation);
    assert_eq!(t.domain.create_submolt(&Actor::Anonymous, named("x1")).await.unwrap_err().code(), Code::Unauthorized);
}

#[tokio::test]
async fn subscribing_counts_once_and_keeps_the_owner_an_owner() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.domain.create_submolt(&ada, named("tides")).await.unwrap();
    let tries = (0..20).map(|_| t.domain.subscribe(&bob, "tides"));
    let changes = futures::future::join_all(tries).await.into_iter().filter(|done| *done.as_ref().unwrap()).count();
    assert_eq!(changes, 1);
    assert!(t.domain.unsubscribe(&ada, "tides").await.unwrap());
    assert!(!t.domain.unsubscribe(&ada, "tides").await.unwrap());
    let detail = t.domain.submolt(&ada, "tides").await.unwrap();
    assert_eq!((detail.submolt.subscriber_count, detail.your_role), (1, Some(SubmoltRole::Owner)));
}

#[tokio::test]
async fn every_order_pages_through_all_submolts() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    for name in ["cc", "aa", "bb", "dd"] {
        t.wait(chrono::Duration::minutes(1));
        t.domain.create_submolt(&ada, named(name)).await.unwrap();
    }
    t.wait(chrono::Duration::minutes(1));
    t.domain.create_post(&ada, text("Hello", "aa")).await.unwrap();
    for (sort, expected) in [
        (SubmoltSort::Alphabetical, "aa bb cc dd general"),
        (SubmoltSort::New, "dd bb aa cc general"),
        (SubmoltSort::Active, "aa dd bb cc general"),
        (SubmoltSort::Popular, "dd bb aa cc general"),
    ] {
        let mut names = Vec::new();
        let mut cursor = None;
        loop {
            let page =
                t.domain.submolts(&Actor::Anonymous, sort, &PageRequest::new(Some(2), cursor, None)).await.unwrap();
            names.extend(page.items.into_iter().map(|s| s.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names.join(" "), expected, "{sort:?}");
    }
}

#[tokio::test]
async fn submolts_are_found_by_how_their_names_begin() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    for name in ["reef", "reef_talk", "reefs", "re-ef", "kelp"] {
        t.domain.create_submolt(&ada, named(name)).await.unwrap();
    }
    t.private_submolt(&ada, "reef-den").await;
    for (prefix, expected) in [
        ("reef", "reef reef_talk reefs"),
        (" REEF_ ", "reef_talk"),
        ("reef%", ""),
        ("r\u{e9}", ""),
        ("re\0", ""),
        ("zebra", ""),
    ] {
        let mut names = Vec::new();
        let mut cursor = None;
        loop {
            let page = PageRequest::new(Some(2), cursor, None);
            let page = t.domain.submolts_named(&Actor::Anonymous, prefix, &page).await.unwrap();
            names.extend(page.items.into_iter().map(|s| s.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        names.sort();
        assert_eq!(names.join(" "), expected, "{prefix:?}");
    }
}

//! What search engines are told of, and what an agent's weeks look like.

use chrono::Duration;
use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::post::EditPost;
use types::sitemap::{SitemapKind, SitemapPlace};
use types::submolt::NewSubmolt;
use types::vote::{Ballot, Direction};

async fn everything(t: &TestDomain) -> Vec<SitemapPlace> {
    let mut all = Vec::new();
    for part in t.domain.sitemap().await.unwrap() {
        all.extend(t.domain.sitemap_part(part).await.unwrap().into_iter().map(|entry| entry.place));
    }
    all
}

#[tokio::test]
async fn only_what_is_for_everybody_is_told() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    t.private_submolt(&ada, "secret").await;
    let adults = NewSubmolt { name: "adults".to_owned(), is_nsfw: true, ..NewSubmolt::default() };
    t.domain.create_submolt(&ada, adults).await.unwrap();
    let open = t.domain.create_post(&ada, text("Open water", "general")).await.unwrap();
    for place in ["secret", "adults"] {
        t.domain.create_post(&ada, text("Not for you", place)).await.unwrap();
    }
    let gone = t.domain.create_post(&ada, text("Gone", "general")).await.unwrap();
    t.domain.delete_post(&ada, gone.id).await.unwrap();

    let told = everything(&t).await;
    let post = SitemapPlace::Post { id: open.id, title: "Open water".to_owned() };
    let agent = SitemapPlace::Agent { name: "ada".to_owned() };
    let submolt = SitemapPlace::Submolt { name: "general".to_owned() };
    assert_eq!(told, [post, agent, submolt]);
}

#[tokio::test]
async fn a_page_is_as_old_as_its_own_text() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.domain.create_post(&ada, text("Tides", "general")).await.unwrap();
    t.wait(Duration::hours(1));
    t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    let part = t.domain.sitemap().await.unwrap().into_iter().find(|part| part.kind == SitemapKind::Posts).unwrap();
    let changed_at = || async { t.domain.sitemap_part(part).await.unwrap()[0].changed_at };
    assert_eq!(changed_at().await, post.created_at);
    let edit = EditPost { title: Some("Ebb".to_owned()), content: None };
    t.domain.edit_post(&ada, post.id, edit).await.unwrap();
    assert_eq!(changed_at().await, post.created_at + Duration::hours(1));
}

#[tokio::test]
async fn weeks_hold_what_was_written_in_them_and_what_it_earned() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.private_submolt(&ada, "secret").await;
    let old = t.domain.create_post(&ada, text("Old", "general")).await.unwrap();
    t.domain.vote_on_post(&bob, old.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    t.wait(Duration::days(14));
    let new = t.domain.create_post(&ada, text("New", "general")).await.unwrap();
    t.comment(&ada, new.id, None).await;
    t.domain.create_post(&ada, text("Whispered", "secret")).await.unwrap();

    let weeks = t.domain.activity(&Actor::Anonymous, "ada").await.unwrap();
    assert_eq!(weeks.len(), 12);
    let counts: Vec<_> = weeks.iter().map(|week| (week.posts, week.comments, week.karma)).collect();
    assert_eq!(counts[9..], [(1, 0, 1), (0, 0, 0), (1, 1, 0)]);
    assert!(counts[..9].iter().all(|week| *week == (0, 0, 0)));
    let own = t.domain.activity(&ada, "ada").await.unwrap();
    assert_eq!(own[11].posts, 2);

    t.wait(Duration::days(7 * 11));
    let later = t.domain.activity(&Actor::Anonymous, "ada").await.unwrap();
    assert_eq!(later.iter().map(|week| week.posts).sum::<i64>(), 1);
    assert!(t.domain.activity(&Actor::Anonymous, "nobody").await.is_err());
}

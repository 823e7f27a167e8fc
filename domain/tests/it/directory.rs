//! Lists of agents, and of what one of them wrote.

use domain::testing::TestDomain;
use types::actor::Actor;
use types::agent::AgentSort;
use types::error::Code;
use types::page::PageRequest;
use types::vote::{Ballot, Direction};

async fn names(t: &TestDomain, sort: AgentSort, by: u64) -> String {
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let page = t.domain.agents(sort, &PageRequest::new(Some(by), cursor, None)).await.unwrap();
        names.extend(page.items.into_iter().map(|agent| agent.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return names.join(" ");
        }
    }
}

#[tokio::test]
async fn agents_are_listed_by_age_and_by_karma_in_pages_of_any_size() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (cleo, dora) = (t.agent("cleo").await, t.agent("dora").await);
    for (author, likes, way) in [(&ada, 2, Direction::Up), (&bob, 3, Direction::Up), (&dora, 1, Direction::Down)] {
        let post = t.post(author, "Hello").await;
        for voter in [&ada, &bob, &cleo, &dora].into_iter().filter(|voter| *voter != author).take(likes) {
            t.domain.vote_on_post(voter, post.id, Ballot::Set(Some(way))).await.unwrap();
        }
    }
    for by in [1, 2, 3, 100] {
        assert_eq!(names(&t, AgentSort::Recent, by).await, "dora cleo bob ada");
        assert_eq!(names(&t, AgentSort::Karma, by).await, "bob ada cleo dora");
    }
    let first = t.domain.agents(AgentSort::Recent, &PageRequest::new(Some(1), None, None)).await.unwrap();
    let elsewhere = PageRequest::new(Some(1), first.next_cursor, None);
    assert_eq!(t.domain.agents(AgentSort::Karma, &elsewhere).await.unwrap_err().code(), Code::BadRequest);
}

#[tokio::test]
async fn the_comments_of_an_agent_are_listed_without_deleted_ones() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&bob, "Hello").await;
    let mut written = Vec::new();
    for _ in 0..5 {
        written.push(t.comment(&ada, post.id, None).await.id);
        t.comment(&bob, post.id, None).await;
    }
    t.domain.delete_comment(&ada, written.remove(2)).await.unwrap();
    written.reverse();

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest::new(Some(3), cursor, None);
        let page = t.domain.comments_of(&Actor::Anonymous, "Ada", &page).await.unwrap();
        seen.extend(page.items.into_iter().map(|comment| comment.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, written);
    let nobody = t.domain.comments_of(&ada, "nobody", &PageRequest::first()).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
}

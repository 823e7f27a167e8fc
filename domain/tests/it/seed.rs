//! The benchmark's world is one that ordinary operations could have made.

use domain::seed::Size;
use domain::testing::TestDomain;
use types::actor::Actor;
use types::comment::{CommentSort, CommentView};
use types::error::Code;
use types::page::PageRequest;
use types::post::{PostFilter, PostSort};

const SMALL: Size = Size { agents: 30, submolts: 3, posts: 50, comments: 400, votes: 500 };

fn size(thread: &[CommentView]) -> i64 {
    thread.iter().map(|c| 1 + c.more_replies + size(&c.replies)).sum()
}

#[tokio::test]
async fn every_counter_is_the_number_of_what_it_counts() {
    let t = TestDomain::new().await;
    t.domain.seed(SMALL, 7, |_, _| ()).await.unwrap();
    assert_eq!(t.domain.seed(SMALL, 7, |_, _| ()).await.unwrap_err().code(), Code::Conflict);

    let stats = t.domain.stats().await.unwrap();
    assert_eq!((stats.agents, stats.posts, stats.comments, stats.votes), (30, 50, 400, 500));
    let all = PageRequest::new(Some(100), None, None);
    let top = PostFilter { sort: PostSort::Top, ..PostFilter::default() };
    let posts = t.domain.posts(&Actor::Anonymous, &top, &all).await.unwrap().items;
    assert_eq!(posts.iter().map(|p| p.comment_count).sum::<i64>(), 400);
    assert!(posts.iter().all(|p| p.score == p.upvotes - p.downvotes));
    let busiest = posts.iter().max_by_key(|p| p.comment_count).unwrap();
    let thread = t.domain.comments(&Actor::Anonymous, busiest.id, CommentSort::Best, None, &all).await.unwrap();
    assert!(size(&thread.items) > 10);

    // A comment written afterwards finds its place.
    let ada = t.agent("ada").await;
    t.comment(&ada, busiest.id, Some(thread.items[0].id)).await;
    t.comment(&ada, busiest.id, None).await;
}

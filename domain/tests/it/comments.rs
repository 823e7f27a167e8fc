//! Threads: growing, reading page by page, deleting.

use domain::testing::TestDomain;
use types::actor::Actor;
use types::comment::{CommentSort, CommentView, NewComment};
use types::error::Code;
use types::id::PostId;
use types::page::PageRequest;
use types::vote::{Ballot, Direction};

async fn thread(t: &TestDomain, post: PostId, sort: CommentSort) -> Vec<CommentView> {
    t.domain.comments(&Actor::Anonymous, post, sort, None, &PageRequest::first()).await.unwrap().items
}

#[tokio::test]
async fn replies_hang_below_their_parents_and_everybody_counts_them() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&bob, post.id, None).await;
    let reply = t.comment(&ada, post.id, Some(root.id)).await;
    t.comment(&bob, post.id, Some(reply.id)).await;

    let tree = thread(&t, post.id, CommentSort::Best).await;
    assert_eq!((tree.len(), tree[0].replies.len(), tree[0].replies[0].replies[0].depth), (1, 1, 2));
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 3);
    assert_eq!(t.domain.me(&bob).await.unwrap().comments_count, 2);

    let shallow = t.domain.comments(&ada, post.id, CommentSort::Best, Some(1), &PageRequest::first()).await.unwrap();
    let reply = &shallow.items[0].replies[0];
    assert_eq!((reply.replies.len(), reply.more_replies), (0, 1));
}

#[tokio::test]
async fn a_thread_never_gets_deeper_than_ten() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let mut parent = None;
    for depth in 0..13_u16 {
        let comment = t.comment(&ada, post.id, parent).await;
        assert_eq!(comment.depth, depth.min(10));
        parent = Some(comment.id);
    }
}

#[tokio::test]
async fn a_long_list_of_replies_is_cut_and_can_be_read_on() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&ada, post.id, None).await;
    for _ in 0..25 {
        t.comment(&ada, post.id, Some(root.id)).await;
    }
    let tree = thread(&t, post.id, CommentSort::Old).await;
    assert_eq!((tree[0].replies.len(), tree[0].more_replies, tree[0].reply_count), (10, 15, 25));

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest::new(Some(7), cursor, None);
        let page = t.domain.replies(&ada, root.id, CommentSort::Old, &page).await.unwrap();
        seen.extend(page.items.into_iter().map(|c| c.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted());
}

#[tokio::test]
async fn five_hundred_replies_to_one_comment_can_all_be_read_and_none_twice() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&ada, post.id, None).await;
    let mut written = Vec::new();
    for _ in 0..500 {
        written.push(t.comment(&ada, post.id, Some(root.id)).await.id);
    }
    // A branch as deep as branches get hangs below one of them.
    let mut branch = written[250];
    for _ in 0..15 {
        branch = t.comment(&ada, post.id, Some(branch)).await.id;
        written.push(branch);
    }
    written.sort_unstable();
    use CommentSort::{Best, Controversial, New, Old, Top};
    for sort in [Best, New, Old, Top, Controversial] {
        // What an agent does that reads everything: follows cursors, and asks for what is cut.
        let mut seen = Vec::new();
        let mut parents = vec![root.id];
        while let Some(parent) = parents.pop() {
            let mut cursor = None;
            loop {
                let page = PageRequest::new(Some(50), cursor, None);
                let page = t.domain.replies(&ada, parent, sort, &page).await.unwrap();
                let mut shown: Vec<CommentView> = page.items;
                while let Some(comment) = shown.pop() {
                    seen.push(comment.id);
                    if comment.more_replies > 0 {
                        parents.push(comment.id);
                    } else {
                        shown.extend(comment.replies);
                    }
                }
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, written, "{sort:?}");
    }
}

#[tokio::test]
async fn roots_page_in_every_order_without_gap_or_repeat() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    let post = t.post(&ada, "Hello").await;
    for i in 0..7 {
        let comment = t.comment(&ada, post.id, None).await;
        if i % 2 == 0 {
            t.domain.vote_on_comment(&bob, comment.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
        }
        if i % 3 == 0 {
            t.domain.vote_on_comment(&cleo, comment.id, Ballot::Set(Some(Direction::Down))).await.unwrap();
        }
    }
    use CommentSort::{Best, Controversial, New, Old, Top};
    for sort in [Best, New, Old, Top, Controversial] {
        let whole: Vec<_> = thread(&t, post.id, sort).await.into_iter().map(|c| c.id).collect();
        let mut paged = Vec::new();
        let mut cursor = None;
        loop {
            let page = PageRequest::new(Some(2), cursor, None);
            let page = t.domain.comments(&ada, post.id, sort, None, &page).await.unwrap();
            paged.extend(page.items.into_iter().map(|c| c.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((whole.len(), &whole), (7, &paged), "{sort:?}");
    }
}

#[tokio::test]
async fn a_deleted_comment_keeps_its_thread() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&bob, post.id, None).await;
    t.comment(&ada, post.id, Some(root.id)).await;
    assert_eq!(t.domain.delete_comment(&t.agent("eve").await, root.id).await.unwrap_err().code(), Code::Forbidden);
    t.domain.delete_comment(&bob, root.id).await.unwrap();

    let tree = thread(&t, post.id, CommentSort::Best).await;
    assert_eq!((tree[0].content.as_str(), tree[0].is_deleted, tree[0].replies.len()), ("[deleted]", true, 1));
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 1);
    assert_eq!(t.domain.delete_comment(&bob, root.id).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn comments_that_belong_nowhere_are_refused() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let (here, there) = (t.post(&ada, "Here").await, t.post(&ada, "There").await);
    let elsewhere = t.comment(&ada, there.id, None).await;
    let refuse = async |post: PostId, request: NewComment| {
        t.domain.create_comment(&ada, post, request).await.unwrap_err().code()
    };
    let reply = NewComment { content: "x".to_owned(), parent_id: Some(elsewhere.id) };
    assert_eq!(refuse(here.id, reply.clone()).await, Code::BadRequest);
    assert_eq!(
        refuse(PostId(uuid::Uuid::nil()), NewComment { parent_id: None, ..reply.clone() }).await,
        Code::NotFound
    );
    assert_eq!(refuse(here.id, NewComment { content: " ".to_owned(), parent_id: None }).await, Code::Validation);
    t.domain.delete_post(&ada, here.id).await.unwrap();
    assert_eq!(refuse(here.id, NewComment { parent_id: None, ..reply }).await, Code::NotFound);
}

#[tokio::test]
async fn comments_written_at_once_are_all_kept_and_counted() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&ada, post.id, None).await;
    let writing = (0..60).map(|i| t.comment(&ada, post.id, (i % 2 == 0).then_some(root.id)));
    futures::future::join_all(writing).await;
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 61);
    assert_eq!(t.domain.comment(&ada, root.id).await.unwrap().reply_count, 30);
    assert_eq!(t.domain.me(&ada).await.unwrap().comments_count, 61);
}

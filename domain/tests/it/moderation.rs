//! Pinning and locking posts, and the settings of a submolt.

use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::comment::NewComment;
use types::error::Code;
use types::id::PostId;
use types::page::PageRequest;
use types::post::{PostFilter, PostSort};
use types::submolt::EditSubmolt;

/// Seven posts in `tides` of ada, an hour apart; the first is `p0`.
async fn seven_posts(t: &TestDomain, ada: &Actor) -> Vec<PostId> {
    t.submolt(ada, "tides").await;
    let mut posts = Vec::new();
    for i in 0..7 {
        t.wait(chrono::Duration::hours(1));
        posts.push(t.domain.create_post(ada, text(&format!("p{i}"), "tides")).await.unwrap().id);
    }
    posts
}

async fn titles(t: &TestDomain, filter: &PostFilter, by: u64) -> String {
    let (mut titles, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(Some(by), cursor, None);
        let page = t.domain.posts(&Actor::Anonymous, filter, &page).await.unwrap();
        titles.extend(page.items.into_iter().map(|post| post.title));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return titles.join(" ");
        }
    }
}

fn in_tides(sort: PostSort) -> PostFilter {
    PostFilter { sort, submolt: Some("tides".to_owned()), ..PostFilter::default() }
}

#[tokio::test]
async fn pinned_posts_come_first_in_pages_of_any_size() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let posts = seven_posts(&t, &ada).await;
    for id in [posts[1], posts[4]] {
        assert!(t.domain.pin_post(&ada, id).await.unwrap());
        assert!(!t.domain.pin_post(&ada, id).await.unwrap());
    }
    assert!(t.domain.post(&ada, posts[1]).await.unwrap().is_pinned);
    for by in [1, 2, 3, 4, 100] {
        assert_eq!(titles(&t, &in_tides(PostSort::Hot), by).await, "p4 p1 p6 p5 p3 p2 p0", "in pages of {by}");
        assert_eq!(titles(&t, &in_tides(PostSort::New), by).await, "p6 p5 p4 p3 p2 p1 p0", "in pages of {by}");
        assert_eq!(titles(&t, &PostFilter::default(), by).await, "p6 p5 p4 p3 p2 p1 p0", "in pages of {by}");
    }
    for (offset, expected) in [(1, "p1 p6"), (2, "p6 p5"), (3, "p5 p3")] {
        let page = PageRequest::new(Some(2), None, Some(offset));
        let page = t.domain.posts(&ada, &in_tides(PostSort::Hot), &page).await.unwrap();
        assert_eq!(page.items.into_iter().map(|post| post.title).collect::<Vec<_>>().join(" "), expected);
    }
    assert!(t.domain.unpin_post(&ada, posts[4]).await.unwrap());
    assert!(!t.domain.unpin_post(&ada, posts[4]).await.unwrap());
    assert_eq!(titles(&t, &in_tides(PostSort::Hot), 2).await, "p1 p6 p5 p4 p3 p2 p0");
}

#[tokio::test]
async fn a_submolt_has_three_pinned_posts_at_most_however_many_are_tried_at_once() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let posts = seven_posts(&t, &ada).await;
    let tries = posts.iter().map(|id| t.domain.pin_post(&ada, *id));
    let (pinned, refused): (Vec<_>, Vec<_>) =
        futures::future::join_all(tries).await.into_iter().partition(Result::is_ok);
    assert_eq!((pinned.len(), refused.len()), (3, 4));
    assert!(refused.into_iter().all(|refused| refused.unwrap_err().code() == Code::Conflict));

    // A deleted post makes room.
    let first = t.domain.posts(&ada, &in_tides(PostSort::Hot), &PageRequest::new(Some(1), None, None)).await.unwrap();
    t.domain.delete_post(&ada, first.items[0].id).await.unwrap();
    let free = t.domain.posts(&ada, &in_tides(PostSort::New), &PageRequest::first()).await.unwrap();
    let free: Vec<_> = free.items.into_iter().filter(|post| !post.is_pinned).collect();
    assert!(t.domain.pin_post(&ada, free[0].id).await.unwrap());
    assert_eq!(t.domain.pin_post(&ada, free[1].id).await.unwrap_err().code(), Code::Conflict);
}

#[tokio::test]
async fn a_locked_post_takes_no_comments_until_it_is_opened() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    let post = t.domain.create_post(&bob, text("Hello", "tides")).await.unwrap();
    assert!(t.domain.lock_post(&ada, post.id, true).await.unwrap());
    assert!(!t.domain.lock_post(&ada, post.id, true).await.unwrap());
    let comment = NewComment { content: "x".to_owned(), parent_id: None };
    assert_eq!(t.domain.create_comment(&bob, post.id, comment).await.unwrap_err().code(), Code::Forbidden);
    assert!(t.domain.lock_post(&ada, post.id, false).await.unwrap());
    t.comment(&bob, post.id, None).await;
}

#[tokio::test]
async fn only_those_who_moderate_keep_order() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    let (grace, root) = (t.human("grace").await, t.admin().await);
    t.submolt(&ada, "tides").await;
    t.submolt(&eve, "reef").await;
    let moderator =
        types::submolt::NewModerator { agent_name: "bob".to_owned(), role: types::submolt::SubmoltRole::Moderator };
    t.domain.add_moderator(&ada, "tides", moderator).await.unwrap();
    let post = t.domain.create_post(&eve, text("Hello", "tides")).await.unwrap();
    let settings = EditSubmolt { rules: Some("Be kind.".to_owned()), ..EditSubmolt::default() };
    for who in [&ada, &bob, &root] {
        assert!(t.domain.pin_post(who, post.id).await.unwrap(), "{who:?}");
        assert!(t.domain.unpin_post(who, post.id).await.unwrap());
        assert!(t.domain.lock_post(who, post.id, true).await.unwrap());
        assert!(t.domain.lock_post(who, post.id, false).await.unwrap());
        assert_eq!(t.domain.edit_submolt(who, "tides", settings.clone()).await.unwrap().rules, "Be kind.");
    }
    // Neither the author nor the owner of another submolt.
    for (who, code) in [(&eve, Code::Forbidden), (&grace, Code::Unauthorized), (&Actor::Anonymous, Code::Unauthorized)]
    {
        assert_eq!(t.domain.pin_post(who, post.id).await.unwrap_err().code(), code);
        assert_eq!(t.domain.unpin_post(who, post.id).await.unwrap_err().code(), code);
        assert_eq!(t.domain.lock_post(who, post.id, true).await.unwrap_err().code(), code);
        assert_eq!(t.domain.edit_submolt(who, "tides", settings.clone()).await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn settings_change_where_they_are_told_to() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    t.submolt(&ada, "tides").await;
    let edit = EditSubmolt {
        banner_color: Some("#0B3A5B".to_owned()),
        description: Some("Up and down.".to_owned()),
        ..EditSubmolt::default()
    };
    let seen = t.domain.edit_submolt(&ada, "tides", edit).await.unwrap();
    assert_eq!((seen.banner_color.as_deref(), seen.theme_color), (Some("#0b3a5b"), None));
    assert_eq!((seen.description.as_str(), seen.display_name.as_str()), ("Up and down.", "tides"));
    let cleared = EditSubmolt { banner_color: Some(String::new()), ..EditSubmolt::default() };
    assert_eq!(t.domain.edit_submolt(&ada, "tides", cleared).await.unwrap().banner_color, None);

    let refuse = async |edit| t.domain.edit_submolt(&ada, "tides", edit).await.unwrap_err().code();
    assert_eq!(refuse(EditSubmolt::default()).await, Code::BadRequest);
    for bad in ["red", "#12", "url(x)", "#0b3a5b;color:red"] {
        let edit = EditSubmolt { theme_color: Some(bad.to_owned()), ..EditSubmolt::default() };
        assert_eq!(refuse(edit).await, Code::Validation, "{bad}");
    }
    let long = EditSubmolt { rules: Some("x".repeat(10_001)), ..EditSubmolt::default() };
    assert_eq!(refuse(long).await, Code::Validation);
}

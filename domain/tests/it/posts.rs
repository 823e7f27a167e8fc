//! Writing and deleting posts.

use domain::testing::{TestDomain, text};
use types::actor::{Actor, UserRole};
use types::error::Code;
use types::id::PostId;
use types::post::{NewPost, PostKind};
use types::submolt::NewSubmolt;

#[tokio::test]
async fn a_post_counts_where_it_was_posted_and_for_whom() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "  Hello reef  ").await;
    assert_eq!((post.title.as_str(), post.submolt_name.as_str(), post.kind), ("Hello reef", "general", PostKind::Text));
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 1);
    assert_eq!(t.domain.submolt(&ada, "general").await.unwrap().submolt.post_count, 1);
    let seen = t.domain.post(&Actor::Anonymous, post.id).await.unwrap();
    assert_eq!((seen.content.as_deref(), seen.user_vote), (Some("Some *text*."), None));
}

#[tokio::test]
async fn what_cannot_be_posted_is_refused_and_leaves_nothing() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let refuse = async |request: NewPost| t.domain.create_post(&ada, request).await.unwrap_err().code();
    assert_eq!(refuse(text("Hello", "nowhere")).await, Code::NotFound);
    assert_eq!(refuse(text("", "general")).await, Code::Validation);
    assert_eq!(refuse(text(&"x".repeat(301), "general")).await, Code::Validation);
    assert_eq!(refuse(text("nul\0", "general")).await, Code::Validation);
    assert_eq!(refuse(NewPost { content: None, ..text("Hello", "general") }).await, Code::BadRequest);
    let script = NewPost { content: None, url: Some("javascript:alert(1)".to_owned()), ..text("Hello", "general") };
    assert_eq!(refuse(script).await, Code::Validation);
    assert_eq!(
        t.domain.create_post(&Actor::Anonymous, text("x", "general")).await.unwrap_err().code(),
        Code::Unauthorized
    );
    assert_eq!(t.domain.stats().await.unwrap().posts, 0);
    assert!(t.domain.create_post(&ada, text(&"ü".repeat(300), "general")).await.is_ok());
}

#[tokio::test]
async fn deleting_hides_the_text_and_is_for_author_moderator_and_admin() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.domain.create_submolt(&bob, NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() }).await.unwrap();
    let grace = t.human("grace").await;
    let admin = match &grace {
        Actor::Human { id, handle, .. } => Actor::Human { id: *id, handle: handle.clone(), role: UserRole::Admin },
        _ => unreachable!("a human"),
    };
    for (who, allowed) in
        [(&eve, false), (&grace, false), (&Actor::Anonymous, false), (&ada, true), (&bob, true), (&admin, true)]
    {
        let post = t.domain.create_post(&ada, text("Hello", "tides")).await.unwrap();
        let deleted = t.domain.delete_post(who, post.id).await;
        assert_eq!(deleted.is_ok(), allowed, "{who:?}");
        let after = t.domain.post(&eve, post.id).await.unwrap();
        assert_eq!((after.is_deleted, after.title == "[deleted]"), (allowed, allowed));
        if allowed {
            assert_eq!(t.domain.delete_post(who, post.id).await.unwrap_err().code(), Code::NotFound);
        }
    }
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 3);
    assert_eq!(t.domain.submolt(&ada, "tides").await.unwrap().submolt.post_count, 3);
}

#[tokio::test]
async fn an_unknown_post_is_not_found() {
    let t = TestDomain::new().await;
    let id = PostId(uuid::Uuid::nil());
    assert_eq!(t.domain.post(&Actor::Anonymous, id).await.unwrap_err().code(), Code::NotFound);
}

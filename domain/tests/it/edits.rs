//! Changing what one wrote.

use chrono::Duration;
use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::audit::AuditFilter;
use types::comment::EditComment;
use types::error::Code;
use types::governance::{Approval, WrittenKind};
use types::page::PageRequest;
use types::post::{EditPost, NewPost};

fn title(title: &str) -> EditPost {
    EditPost { title: Some(title.to_owned()), content: None }
}

fn content(content: &str) -> EditPost {
    EditPost { title: None, content: Some(content.to_owned()) }
}

fn comment(content: &str) -> EditComment {
    EditComment { content: Some(content.to_owned()) }
}

#[tokio::test]
async fn a_quick_change_leaves_no_mark_and_a_late_one_does() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Helo").await;
    t.wait(Duration::minutes(15));
    let quick = t.domain.edit_post(&ada, post.id, title(" Hello ")).await.unwrap();
    assert_eq!(
        (quick.title.as_str(), quick.content.as_deref(), quick.edited_at),
        ("Hello", Some("Some *text*."), None)
    );
    t.wait(Duration::minutes(1));
    let late = t.domain.edit_post(&ada, post.id, content("Another text.")).await.unwrap();
    assert_eq!((late.edited_at, late.updated_at), (Some(t.clock.now()), t.clock.now()));
    t.wait(Duration::minutes(1));
    let again = t.domain.edit_post(&ada, post.id, content("Another text.")).await.unwrap();
    assert_eq!(again, late, "sent twice is changed once");
    assert_eq!(t.domain.me(&ada).await.unwrap().posts_count, 1);
    assert_eq!(t.domain.submolt(&ada, "general").await.unwrap().submolt.post_count, 1);
}

#[tokio::test]
async fn a_comment_changes_in_its_place() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&bob, post.id, None).await;
    t.comment(&ada, post.id, Some(root.id)).await;
    let changed = t.domain.edit_comment(&bob, root.id, comment("Indeed not.")).await.unwrap();
    assert_eq!((changed.content.as_str(), changed.reply_count, changed.edited_at), ("Indeed not.", 1, None));
    t.wait(Duration::hours(1));
    let changed = t.domain.edit_comment(&bob, root.id, comment("Perhaps.")).await.unwrap();
    assert_eq!(changed.edited_at, Some(t.clock.now()));
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 2);
    assert_eq!(t.domain.me(&bob).await.unwrap().comments_count, 1);
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&bob, "tides").await;
    let post = t.domain.create_post(&ada, text("Hello", "tides")).await.unwrap();
    let reply = t.comment(&ada, post.id, None).await;
    let refuse = async |who: &Actor, edit| t.domain.edit_post(who, post.id, edit).await.unwrap_err().code();
    assert_eq!(refuse(&ada, EditPost::default()).await, Code::BadRequest);
    assert_eq!(refuse(&ada, title(" ")).await, Code::Validation);
    assert_eq!(refuse(&ada, title("nul\0")).await, Code::Validation);
    assert_eq!(refuse(&ada, content(&"x".repeat(40_001))).await, Code::Validation);
    assert_eq!(refuse(&bob, title("Mine")).await, Code::Forbidden);
    assert_eq!(refuse(&Actor::Anonymous, title("Mine")).await, Code::Unauthorized);
    assert_eq!(
        t.domain.edit_comment(&ada, reply.id, EditComment::default()).await.unwrap_err().code(),
        Code::BadRequest
    );
    assert_eq!(t.domain.edit_comment(&bob, reply.id, comment("x")).await.unwrap_err().code(), Code::Forbidden);
    let link = NewPost { content: None, url: Some("https://example.org".to_owned()), ..text("Link", "tides") };
    let link = t.domain.create_post(&ada, link).await.unwrap();
    assert_eq!(t.domain.edit_post(&ada, link.id, content("x")).await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(t.domain.edit_post(&ada, link.id, title("A link")).await.unwrap().title, "A link");

    t.domain.lock_post(&bob, post.id, true).await.unwrap();
    assert_eq!(refuse(&ada, title("x")).await, Code::Forbidden);
    assert_eq!(t.domain.edit_comment(&ada, reply.id, comment("x")).await.unwrap_err().code(), Code::Forbidden);
    t.domain.lock_post(&bob, post.id, false).await.unwrap();
    t.domain.delete_comment(&ada, reply.id).await.unwrap();
    assert_eq!(t.domain.edit_comment(&ada, reply.id, comment("x")).await.unwrap_err().code(), Code::Gone);
    t.domain.delete_post(&ada, post.id).await.unwrap();
    assert_eq!(refuse(&ada, title("x")).await, Code::Gone);
    assert_eq!(t.domain.post(&bob, post.id).await.unwrap().title, "[deleted]");
}

#[tokio::test]
async fn what_was_approved_waits_again_when_it_is_changed() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    let (ada, admin) = (t.agent("ada").await, t.admin().await);
    let post = t.post(&ada, "Hello").await;
    t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap();
    let reply = t.comment(&ada, post.id, None).await;
    t.domain.approve(&admin, WrittenKind::Comment, reply.id.0).await.unwrap();

    t.domain.edit_comment(&ada, reply.id, comment("Buy now.")).await.unwrap();
    assert_eq!(t.domain.comment(&Actor::Anonymous, reply.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.post(&ada, post.id).await.unwrap().comment_count, 0);
    t.domain.edit_post(&ada, post.id, content("Buy now.")).await.unwrap();
    assert_eq!(t.domain.post(&Actor::Anonymous, post.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.submolt(&ada, "general").await.unwrap().submolt.post_count, 0);
    assert_eq!(t.domain.pending(&admin, &PageRequest::first()).await.unwrap().items.len(), 2);

    // Changed while it waits, it waits on.
    t.domain.edit_post(&ada, post.id, content("Sorry.")).await.unwrap();
    t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap();
    t.domain.approve(&admin, WrittenKind::Comment, reply.id.0).await.unwrap();
    let seen = t.domain.post(&Actor::Anonymous, post.id).await.unwrap();
    assert_eq!((seen.content.as_deref(), seen.comment_count), (Some("Sorry."), 1));
    let me = t.domain.me(&ada).await.unwrap();
    assert_eq!((me.posts_count, me.comments_count), (1, 1));
}

#[tokio::test]
async fn a_change_is_in_the_audit_log_and_a_repetition_is_not() {
    let t = TestDomain::new().await;
    let (ada, admin) = (t.agent("ada").await, t.admin().await);
    let post = t.post(&ada, "Hello").await;
    for _ in 0..2 {
        t.domain.edit_post(&ada, post.id, title("Hi")).await.unwrap();
        t.domain.lock_post(&admin, post.id, true).await.unwrap_or(false);
        t.domain.lock_post(&admin, post.id, false).await.unwrap();
    }
    let log = t.domain.audit_log(&admin, &AuditFilter::default(), &PageRequest::first()).await.unwrap().items;
    let count = |action: &str| log.iter().filter(|record| record.action == action).count();
    assert_eq!((count("post.edit"), count("post.lock"), count("post.unlock")), (1, 2, 2));
}

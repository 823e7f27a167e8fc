//! An agent's home.

use chrono::Duration;
use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::comment::NewComment;
use types::error::Code;
use types::message::NewDmRequest;
use types::submolt::NewSubmolt;

#[tokio::test]
async fn home_shows_what_happened_and_what_to_do() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    t.wait(Duration::hours(24));
    let (old, hers) = (t.post(&ada, "Old").await, t.post(&ada, "Hers").await);
    let his = t.post(&bob, "His").await;
    t.domain.follow(&ada, "bob").await.unwrap();
    t.domain
        .create_submolt(&cleo, NewSubmolt { name: "announcements".to_owned(), ..NewSubmolt::default() })
        .await
        .unwrap();
    t.domain.create_post(&cleo, text("Version two", "announcements")).await.unwrap();
    let says = async |who: &Actor, post, content: &str| {
        let request = NewComment { content: content.to_owned(), parent_id: None };
        t.wait(Duration::seconds(1));
        t.domain.create_comment(who, post, request).await.unwrap()
    };
    says(&cleo, old.id, "Late").await;
    says(&bob, hers.id, "First").await;
    says(&cleo, hers.id, "Second").await;
    says(&bob, hers.id, "Third").await;
    // Not on a post of hers.
    says(&cleo, his.id, "Look, @ada").await;
    let message = "May I ask you something?".to_owned();
    t.domain.request_dm(&bob, NewDmRequest { to: Some("ada".to_owned()), to_owner: None, message }).await.unwrap();

    let home = t.domain.home(&ada).await.unwrap();
    assert_eq!((home.your_account.name.as_str(), home.your_account.unread_notification_count), ("ada", 6));
    let [latest, oldest] = home.activity_on_your_posts.as_slice() else { panic!("{:?}", home.activity_on_your_posts) };
    assert_eq!((latest.post_title.as_str(), latest.submolt_name.as_str()), ("Hers", "general"));
    assert_eq!((latest.new_notification_count, latest.preview.as_str()), (3, "Third"));
    assert_eq!(latest.latest_commenters, ["bob", "cleo"]);
    assert_eq!((oldest.post_title.as_str(), oldest.new_notification_count), ("Old", 1));
    assert_eq!(home.your_direct_messages.pending_request_count, 1);
    assert_eq!(home.latest_moltbook_announcement.unwrap().title, "Version two");
    let followed = home.posts_from_accounts_you_follow;
    assert_eq!((followed.total_following, followed.posts.len()), (1, 1));
    assert_eq!((followed.posts[0].title.as_str(), followed.posts[0].author_name.as_str()), ("His", "bob"));
    assert!(home.what_to_do_next[0].contains("/agents/dm/requests"), "{:?}", home.what_to_do_next);
    let cleos = t.domain.home(&cleo).await.unwrap();
    let status = cleos.check_in.moderator_status;
    assert_eq!((status.moderates, status.open_reports), (vec!["announcements".to_owned()], 0));

    t.domain.read_notifications(&ada).await.unwrap();
    let home = t.domain.home(&ada).await.unwrap();
    assert!(home.activity_on_your_posts.is_empty());
    assert_eq!(home.your_account.unread_notification_count, 0);
}

#[tokio::test]
async fn an_empty_home_says_where_to_begin_and_is_for_agents() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let home = t.domain.home(&ada).await.unwrap();
    assert!(home.activity_on_your_posts.is_empty() && home.latest_moltbook_announcement.is_none());
    assert!(home.what_to_do_next[0].contains("/follow"), "{:?}", home.what_to_do_next);
    let human = t.human("grace").await;
    for who in [&Actor::Anonymous, &human] {
        assert_eq!(t.domain.home(who).await.unwrap_err().code(), Code::Unauthorized);
    }
}

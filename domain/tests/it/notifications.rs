//! Who is told of what, once, and how it is read.

use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::comment::NewComment;
use types::error::Code;
use types::id::{CommentId, NotificationId, PostId};
use types::notification::{NotificationKind as Kind, NotificationView};
use types::page::PageRequest;
use types::post::NewPost;
use types::vote::{Ballot, Direction};

/// What an agent was told, the latest first; checks that the count of unread ones is theirs.
async fn told(t: &TestDomain, who: &Actor) -> Vec<NotificationView> {
    let all = PageRequest::new(Some(100), None, None);
    let found = t.domain.notifications(who, false, &all).await.unwrap();
    let unread = found.page.items.iter().filter(|n| !n.is_read).count();
    assert_eq!(usize::try_from(found.unread_count).unwrap(), unread);
    let only = t.domain.notifications(who, true, &all).await.unwrap().page.items;
    assert_eq!(only.len(), unread);
    found.page.items
}

async fn kinds(t: &TestDomain, who: &Actor) -> Vec<Kind> {
    told(t, who).await.into_iter().map(|n| n.kind).collect()
}

async fn says(t: &TestDomain, who: &Actor, post: PostId, parent: Option<CommentId>, content: &str) -> CommentId {
    let request = NewComment { content: content.to_owned(), parent_id: parent };
    t.domain.create_comment(who, post, request).await.unwrap().id
}

#[tokio::test]
async fn comments_replies_and_followers_are_told_of() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    let post = t.post(&ada, "Hello").await;
    let comment = says(&t, &bob, post.id, None, "First").await;
    says(&t, &cleo, post.id, Some(comment), "Second").await;
    t.domain.follow(&cleo, "ada").await.unwrap();

    let seen = told(&t, &ada).await;
    let kinds: Vec<Kind> = seen.iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [Kind::NewFollower, Kind::PostComment, Kind::PostComment]);
    let first = &seen[2];
    assert_eq!(first.content, "bob commented on your post");
    assert_eq!((first.related_post_id, first.related_comment_id), (Some(post.id), Some(comment)));
    assert_eq!(first.actor.as_ref().unwrap().name, "bob");
    assert_eq!(first.post.as_ref().unwrap().title, "Hello");
    assert_eq!(first.comment.as_ref().unwrap().content, "First");
    let seen = told(&t, &bob).await;
    assert_eq!((seen.len(), seen[0].kind), (1, Kind::CommentReply));
    assert!(told(&t, &cleo).await.is_empty());
}

#[tokio::test]
async fn nobody_hears_of_themselves_or_twice_of_one_text() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let own = says(&t, &ada, post.id, None, "@ada talks to herself").await;
    assert!(told(&t, &ada).await.is_empty());
    // Author of the post, author of the parent, and mentioned: a reply is the most personal of these.
    says(&t, &bob, post.id, Some(own), "No, @ada, to me").await;
    assert_eq!(kinds(&t, &ada).await, [Kind::CommentReply]);

    for _ in 0..3 {
        t.domain.follow(&bob, "ada").await.unwrap();
        t.domain.unfollow(&bob, "ada").await.unwrap();
    }
    assert_eq!(kinds(&t, &ada).await, [Kind::NewFollower, Kind::CommentReply]);
}

#[tokio::test]
async fn a_mention_outside_code_reaches_agents_that_exist() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo_x").await);
    let content = Some("Ask @Ada and @nobody, not `@bob`; mail me@ada.example".to_owned());
    t.domain.create_post(&bob, NewPost { content, ..text("For @cleo_x", "general") }).await.unwrap();
    let post = t.post(&bob, "Plain").await;
    says(&t, &bob, post.id, None, "And @ada again").await;
    assert_eq!(kinds(&t, &ada).await, [Kind::Mention, Kind::Mention]);
    assert_eq!(kinds(&t, &cleo).await, [Kind::Mention]);
    assert!(told(&t, &bob).await.is_empty());

    let many: String = (0..30).map(|i| format!("@agent-{i} ")).chain(["@ada".to_owned()]).collect();
    t.domain.create_post(&bob, NewPost { content: Some(many), ..text("Many", "general") }).await.unwrap();
    assert_eq!(told(&t, &ada).await.len(), 2, "only the first names count");
}

#[tokio::test]
async fn a_blocked_agent_tells_nothing() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    assert!(t.domain.block(&ada, "bob").await.unwrap());
    assert!(!t.domain.block(&ada, "bob").await.unwrap());
    says(&t, &bob, post.id, None, "@ada, listen").await;
    t.domain.follow(&bob, "ada").await.unwrap();
    t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    assert!(told(&t, &ada).await.is_empty());

    assert!(t.domain.unblock(&ada, "bob").await.unwrap());
    assert!(!t.domain.unblock(&ada, "bob").await.unwrap());
    says(&t, &bob, post.id, None, "Now?").await;
    assert_eq!(kinds(&t, &ada).await, [Kind::PostComment]);
    assert_eq!(t.domain.block(&ada, "ada").await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(t.domain.block(&ada, "nobody").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.block(&Actor::Anonymous, "bob").await.unwrap_err().code(), Code::Unauthorized);
}

#[tokio::test]
async fn votes_on_a_post_are_one_notification_that_comes_back() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let post = t.post(&ada, "Hello").await;
    let mut voters = Vec::new();
    for i in 0..12 {
        voters.push(t.agent(&format!("voter-{i}")).await);
    }
    let up =
        async |voter: &Actor| t.domain.vote_on_post(voter, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    up(&voters[0]).await;
    let seen = told(&t, &ada).await;
    assert_eq!((seen.len(), seen[0].content.as_str()), (1, "voter-0 upvoted your post"));
    let first = seen[0].id;
    t.domain.read_notifications(&ada).await.unwrap();

    // Taken back and cast again, it is not news.
    t.domain.vote_on_post(&voters[0], post.id, Ballot::Set(None)).await.unwrap();
    up(&voters[0]).await;
    t.domain.vote_on_post(&voters[11], post.id, Ballot::Set(Some(Direction::Down))).await.unwrap();
    assert!(told(&t, &ada).await[0].is_read);

    let rest = voters[1..10].iter().map(up);
    futures::future::join_all(rest).await;
    let seen = told(&t, &ada).await;
    assert_eq!((seen.len(), seen[0].id, seen[0].is_read), (1, first, false));
    assert!(seen[0].content.ends_with("and 9 more upvoted your post"), "{}", seen[0].content);
}

#[tokio::test]
async fn a_human_that_votes_is_not_named() {
    let t = TestDomain::new().await;
    let (ada, grace) = (t.agent("ada").await, t.human("grace").await);
    let post = t.post(&ada, "Hello").await;
    t.domain.vote_on_post(&grace, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    let seen = told(&t, &ada).await;
    assert_eq!((seen[0].content.as_str(), seen[0].actor.is_none()), ("A human upvoted your post", true));
}

#[tokio::test]
async fn an_author_hears_what_moderators_do_and_not_what_it_did_itself() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.domain
        .create_submolt(&bob, types::submolt::NewSubmolt { name: "tides".to_owned(), ..Default::default() })
        .await
        .unwrap();
    let own = t.post(&ada, "Mine").await;
    t.domain.delete_post(&ada, own.id).await.unwrap();
    let post = t.domain.create_post(&ada, text("Off topic", "tides")).await.unwrap();
    let comment = says(&t, &ada, post.id, None, "Still off topic").await;
    t.domain.delete_comment(&bob, comment).await.unwrap();
    t.domain.delete_post(&bob, post.id).await.unwrap();
    let seen = told(&t, &ada).await;
    assert_eq!(seen.iter().map(|n| n.kind).collect::<Vec<_>>(), [Kind::ModAction, Kind::ModAction]);
    assert_eq!(seen[0].content, "A moderator removed your post");
    assert_eq!(seen[1].comment.as_ref().unwrap().content, "[deleted]");
}

#[tokio::test]
async fn reading_marks_one_a_post_or_everything_of_the_reader_alone() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (here, there) = (t.post(&ada, "Here").await, t.post(&ada, "There").await);
    for post in [here.id, here.id, there.id] {
        says(&t, &bob, post, None, "Hm").await;
    }
    t.domain.follow(&bob, "ada").await.unwrap();
    let unread = async || t.domain.notifications(&ada, false, &PageRequest::first()).await.unwrap().unread_count;
    assert_eq!(unread().await, 4);
    let follower = told(&t, &ada).await[0].id;
    t.domain.read_notification(&ada, follower).await.unwrap();
    t.domain.read_notification(&ada, follower).await.unwrap();
    assert_eq!(unread().await, 3);
    assert_eq!(t.domain.read_notifications_of(&ada, here.id).await.unwrap(), 2);
    assert_eq!(unread().await, 1);
    assert_eq!(t.domain.read_notifications(&ada).await.unwrap(), 1);
    assert_eq!(t.domain.read_notifications(&ada).await.unwrap(), 0);
    assert_eq!(unread().await, 0);
    assert_eq!(told(&t, &ada).await.len(), 4);

    assert_eq!(t.domain.read_notification(&bob, follower).await.unwrap_err().code(), Code::NotFound);
    let unknown = NotificationId(uuid::Uuid::nil());
    assert_eq!(t.domain.read_notification(&ada, unknown).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.read_notifications(&Actor::Anonymous).await.unwrap_err().code(), Code::Unauthorized);
    let human = t.human("grace").await;
    let refused = t.domain.notifications(&human, false, &PageRequest::first()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthorized);
}

#[tokio::test]
async fn notifications_are_read_page_by_page() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    for i in 0..7 {
        says(&t, &bob, post.id, None, &i.to_string()).await;
    }
    for unread_only in [false, true] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest::new(Some(3), cursor, None);
            let page = t.domain.notifications(&ada, unread_only, &page).await.unwrap().page;
            seen.extend(page.items.into_iter().map(|n| n.comment.unwrap().content));
            // One that comes between is not seen, and moves nothing.
            says(&t, &bob, post.id, None, "between").await;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(
            seen.iter().filter(|c| *c != "between").cloned().collect::<Vec<_>>(),
            ["6", "5", "4", "3", "2", "1", "0"]
        );
    }
    let first = t.domain.notifications(&ada, false, &PageRequest::new(Some(1), None, None)).await.unwrap();
    let elsewhere = PageRequest::new(None, first.page.next_cursor, None);
    let refused = t.domain.notifications(&ada, true, &elsewhere).await.unwrap_err();
    assert_eq!(refused.code(), Code::BadRequest);
}

#[tokio::test]
async fn the_count_is_exact_whoever_writes_and_reads_at_once() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (hers, his) = (t.post(&ada, "Hers").await, t.post(&bob, "His").await);
    let mut others = Vec::new();
    for i in 0..10 {
        others.push(t.agent(&format!("other-{i}")).await);
    }
    // Ada and Bob comment on each other's posts, others on both, and both read meanwhile.
    let writes = (0..40).map(|i| {
        let (who, post) = match i % 4 {
            0 => (&ada, his.id),
            1 => (&bob, hers.id),
            2 => (&others[i % 10], hers.id),
            _ => (&others[i % 10], his.id),
        };
        says(&t, who, post, None, "Hello @ada and @bob")
    });
    let reads = (0..10).map(|i| t.domain.read_notifications(if i % 2 == 0 { &ada } else { &bob }));
    let votes = others.iter().map(|voter| t.domain.vote_on_post(voter, hers.id, Ballot::Toggle(Direction::Up)));
    let (_, reads, votes) = futures::future::join3(
        futures::future::join_all(writes),
        futures::future::join_all(reads),
        futures::future::join_all(votes),
    )
    .await;
    assert!(reads.into_iter().all(|read| read.is_ok()) && votes.into_iter().all(|vote| vote.is_ok()));
    assert_eq!(told(&t, &ada).await.len(), 31, "thirty comments, and the votes in one");
    assert_eq!(told(&t, &bob).await.len(), 30);
}

#[tokio::test]
async fn a_text_that_waits_tells_nobody_before_it_is_approved() {
    let t = TestDomain::with(|settings| settings.approval = types::governance::Approval::All).await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let post = t.domain.create_post(&ada, text("For @bob", "general")).await.unwrap();
    assert!(told(&t, &bob).await.is_empty());
    t.domain.approve(&admin, types::governance::WrittenKind::Post, post.id.0).await.unwrap();
    assert_eq!(kinds(&t, &bob).await, [Kind::Mention]);
    let comment = says(&t, &bob, post.id, None, "Thanks").await;
    let reason = types::governance::Reason { reason: "Says nothing".to_owned() };
    t.domain.reject(&admin, types::governance::WrittenKind::Comment, comment.0, reason).await.unwrap();
    assert_eq!(told(&t, &bob).await[0].content, "An administrator turned your comment down: Says nothing");
    let seen = told(&t, &ada).await;
    assert_eq!((seen.len(), seen[0].content.as_str()), (1, "An administrator approved your post"));
}

#[tokio::test]
async fn what_is_private_is_told_to_members_alone() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.private_submolt(&ada, "cave").await;
    t.domain.add_member(&ada, "cave", "bob").await.unwrap();
    let post = t.domain.create_post(&ada, text("For @bob and @eve", "cave")).await.unwrap();
    says(&t, &bob, post.id, None, "Hello @eve").await;
    assert!(told(&t, &eve).await.is_empty());
    assert_eq!(kinds(&t, &bob).await, [Kind::Mention]);
    assert_eq!(kinds(&t, &ada).await, [Kind::PostComment]);

    // Who leaves keeps the notification, and no longer reads what it is about.
    t.domain.unsubscribe(&bob, "cave").await.unwrap();
    let seen = told(&t, &bob).await;
    assert_eq!((seen.len(), seen[0].post.is_none()), (1, true));
    says(&t, &ada, post.id, None, "Bob @bob has left").await;
    assert_eq!(told(&t, &bob).await.len(), 1);
}

//! Private and NSFW submolts: who reads, and who does not even learn that there is something.

use domain::testing::{TestDomain, text};
use std::collections::BTreeSet;
use types::actor::{Actor, AgentRole};
use types::comment::{CommentSort, NewComment};
use types::error::Code;
use types::governance::EditStanding;
use types::page::PageRequest;
use types::post::{EditPost, FeedFilter, FeedSort, PostFilter, PostSort};
use types::report::NewReport;
use types::search::SearchScope;
use types::submolt::{EditSubmolt, NewSubmolt, SubmoltSort};
use types::vote::{Ballot, Direction};

async fn titles(t: &TestDomain, who: &Actor, filter: &PostFilter, by: u64) -> Vec<String> {
    let (mut titles, mut cursor) = (Vec::new(), None);
    loop {
        let page = t.domain.posts(who, filter, &PageRequest::new(Some(by), cursor, None)).await.unwrap();
        titles.extend(page.items.into_iter().map(|post| post.title));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return titles;
        }
    }
}

fn new_posts() -> PostFilter {
    PostFilter { sort: PostSort::New, ..PostFilter::default() }
}

#[tokio::test]
async fn what_is_private_does_not_exist_for_others() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    let (grace, root) = (t.human("grace").await, t.admin().await);
    t.private_submolt(&ada, "cave").await;
    assert!(t.domain.add_member(&ada, "cave", "bob").await.unwrap());
    let post = t.domain.create_post(&ada, text("Secret", "cave")).await.unwrap();
    let comment = t.comment(&bob, post.id, None).await;

    for who in [&ada, &bob, &root] {
        assert_eq!(t.domain.post(who, post.id).await.unwrap().title, "Secret");
        assert_eq!(t.domain.comment(who, comment.id).await.unwrap().id, comment.id);
        let thread = t.domain.comments(who, post.id, CommentSort::Best, None, &PageRequest::first()).await.unwrap();
        assert_eq!(thread.items.len(), 1);
        let there = PostFilter { submolt: Some("cave".to_owned()), ..new_posts() };
        assert_eq!(titles(&t, who, &there, 10).await, ["Secret"]);
    }
    let vote = Ballot::Set(Some(Direction::Up));
    for who in [&eve, &grace, &Actor::Anonymous] {
        let d = &t.domain;
        let first = PageRequest::first();
        assert_eq!(d.post(who, post.id).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(d.comment(who, comment.id).await.unwrap_err().code(), Code::NotFound);
        let thread = d.comments(who, post.id, CommentSort::Best, None, &first).await;
        assert_eq!(thread.unwrap_err().code(), Code::NotFound);
        let replies = d.replies(who, comment.id, CommentSort::Best, &first).await;
        assert_eq!(replies.unwrap_err().code(), Code::NotFound);
        let there = PostFilter { submolt: Some("cave".to_owned()), ..new_posts() };
        assert_eq!(d.posts(who, &there, &first).await.unwrap_err().code(), Code::Forbidden);
        assert!(titles(&t, who, &new_posts(), 10).await.is_empty());
        assert!(titles(&t, who, &PostFilter { author: Some("ada".to_owned()), ..new_posts() }, 10).await.is_empty());
        assert_eq!(d.moderators(who, "cave").await.unwrap_err().code(), Code::Forbidden);
        assert_eq!(d.labels(who, "cave", None).await.unwrap_err().code(), Code::Forbidden);

        let profile = d.profile(who, "bob").await.unwrap();
        assert_eq!((profile.recent_comments.len(), profile.agent.comments_count), (0, 0));
        let profile = d.profile(who, "ada").await.unwrap();
        assert_eq!((profile.recent_posts.len(), profile.agent.posts_count), (0, 0));

        let seen = d.submolt(who, "cave").await.unwrap().submolt;
        assert_eq!((seen.post_count, seen.subscriber_count, seen.created_by), (0, 0, None));
        let all = d.submolts(who, SubmoltSort::Popular, &first).await.unwrap().items;
        assert_eq!(all.iter().map(|submolt| submolt.name.as_str()).collect::<Vec<_>>(), ["general"]);
    }
    for who in [&eve, &grace] {
        assert_eq!(t.domain.vote_on_post(who, post.id, vote).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(t.domain.vote_on_comment(who, comment.id, vote).await.unwrap_err().code(), Code::NotFound);
        let refused = t.domain.delete_comment(who, comment.id).await.unwrap_err().code();
        assert!(matches!(refused, Code::NotFound | Code::Unauthorized), "{refused:?}");
    }
    let write = NewComment { content: "Let me in".to_owned(), parent_id: None };
    assert_eq!(t.domain.create_comment(&eve, post.id, write).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.create_post(&eve, text("Hello", "cave")).await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.subscribe(&eve, "cave").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.delete_post(&eve, post.id).await.unwrap_err().code(), Code::NotFound);
    let reason = NewReport { reason: "Secret".to_owned() };
    assert_eq!(t.domain.report_post(&eve, post.id, reason).await.unwrap_err().code(), Code::NotFound);
    let edit = EditPost { title: Some("Mine".to_owned()), content: None };
    assert_eq!(t.domain.edit_post(&eve, post.id, edit).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.pin_post(&eve, post.id).await.unwrap_err().code(), Code::NotFound);
    let stats = t.domain.stats().await.unwrap();
    assert_eq!((stats.posts, stats.comments, stats.submolts), (0, 0, 1));
}

#[tokio::test]
async fn membership_begins_and_ends_with_a_moderator() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.private_submolt(&ada, "cave").await;
    let post = t.domain.create_post(&ada, text("Secret", "cave")).await.unwrap();
    assert_eq!(t.domain.add_member(&eve, "cave", "eve").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.add_member(&ada, "general", "eve").await.unwrap_err().code(), Code::Forbidden);
    t.submolt(&ada, "tides").await;
    assert_eq!(t.domain.add_member(&ada, "tides", "eve").await.unwrap_err().code(), Code::BadRequest);

    assert!(t.domain.add_member(&ada, "cave", "bob").await.unwrap());
    assert!(!t.domain.add_member(&ada, "cave", "bob").await.unwrap());
    assert_eq!(t.domain.submolt(&bob, "cave").await.unwrap().submolt.subscriber_count, 2);
    assert_eq!(
        t.domain.feed(&bob, FeedSort::New, FeedFilter::All, &PageRequest::first()).await.unwrap().items.len(),
        1
    );
    t.comment(&bob, post.id, None).await;

    assert!(t.domain.remove_member(&ada, "cave", "bob").await.unwrap());
    assert!(!t.domain.remove_member(&ada, "cave", "bob").await.unwrap());
    assert_eq!(t.domain.post(&bob, post.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.subscribe(&bob, "cave").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(t.domain.remove_member(&ada, "cave", "ada").await.unwrap_err().code(), Code::BadRequest);
    assert!(t.domain.feed(&bob, FeedSort::New, FeedFilter::All, &PageRequest::first()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn an_author_who_left_a_private_submolt_may_still_take_back_what_it_wrote() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.private_submolt(&ada, "cave").await;
    t.domain.add_member(&ada, "cave", "bob").await.unwrap();
    let post = t.domain.create_post(&bob, text("Secret", "cave")).await.unwrap();
    t.domain.unsubscribe(&bob, "cave").await.unwrap();
    assert_eq!(t.domain.post(&bob, post.id).await.unwrap_err().code(), Code::NotFound);
    t.domain.delete_post(&bob, post.id).await.unwrap();
    assert!(t.domain.post(&ada, post.id).await.unwrap().is_deleted);
}

#[tokio::test]
async fn nsfw_posts_are_for_those_who_ask_or_subscribe() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let request = NewSubmolt { name: "deep".to_owned(), is_nsfw: true, ..NewSubmolt::default() };
    assert!(t.domain.create_submolt(&ada, request).await.unwrap().is_nsfw);
    let post = t.domain.create_post(&ada, text("Dark", "deep")).await.unwrap();
    t.post(&ada, "Light").await;
    t.domain.follow(&bob, "ada").await.unwrap();

    for sort in [PostSort::New, PostSort::Hot, PostSort::Top, PostSort::Best, PostSort::Rising] {
        let filter = PostFilter { sort, ..PostFilter::default() };
        assert_eq!(titles(&t, &bob, &filter, 10).await, ["Light"], "{sort:?}");
        assert_eq!(titles(&t, &Actor::Anonymous, &filter, 10).await, ["Light"], "{sort:?}");
        let there = PostFilter { sort, submolt: Some("deep".to_owned()), ..PostFilter::default() };
        assert_eq!(titles(&t, &Actor::Anonymous, &there, 10).await, ["Dark"], "{sort:?}");
    }
    assert_eq!(t.domain.post(&Actor::Anonymous, post.id).await.unwrap().title, "Dark");
    assert_eq!(t.domain.profile(&bob, "ada").await.unwrap().recent_posts.len(), 1);
    let feed = async || t.domain.feed(&bob, FeedSort::New, FeedFilter::All, &PageRequest::first()).await.unwrap().items;
    assert_eq!(feed().await.len(), 1);

    t.domain.subscribe(&bob, "deep").await.unwrap();
    assert_eq!(titles(&t, &bob, &new_posts(), 1).await, ["Light", "Dark"]);
    assert_eq!(feed().await.len(), 2);
    assert_eq!(t.domain.profile(&bob, "ada").await.unwrap().recent_posts.len(), 2);
}

#[tokio::test]
async fn a_submolt_that_becomes_nsfw_takes_its_posts_along() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    t.domain.create_post(&ada, text("Wet", "tides")).await.unwrap();
    let nsfw = |to| EditSubmolt { is_nsfw: Some(to), ..EditSubmolt::default() };
    assert_eq!(t.domain.edit_submolt(&bob, "tides", nsfw(true)).await.unwrap_err().code(), Code::Forbidden);
    assert!(t.domain.edit_submolt(&ada, "tides", nsfw(true)).await.unwrap().is_nsfw);
    assert!(titles(&t, &bob, &new_posts(), 10).await.is_empty());
    assert_eq!(titles(&t, &ada, &new_posts(), 10).await, ["Wet"]);
    t.domain.edit_submolt(&ada, "tides", nsfw(false)).await.unwrap();
    assert_eq!(titles(&t, &bob, &new_posts(), 10).await, ["Wet"]);

    // A private one stays for its members, whatever else it is.
    t.private_submolt(&ada, "cave").await;
    t.domain.create_post(&ada, text("Secret", "cave")).await.unwrap();
    t.domain.edit_submolt(&ada, "cave", nsfw(true)).await.unwrap();
    t.domain.edit_submolt(&ada, "cave", nsfw(false)).await.unwrap();
    assert_eq!(titles(&t, &bob, &new_posts(), 10).await, ["Wet"]);
}

#[tokio::test]
async fn an_insider_reads_one_list_of_everything_in_pages_of_any_size() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let voters = [t.agent("v1").await, t.agent("v2").await];
    t.private_submolt(&ada, "cave").await;
    let request = NewSubmolt { name: "deep".to_owned(), is_nsfw: true, ..NewSubmolt::default() };
    t.domain.create_submolt(&ada, request).await.unwrap();
    for voter in ["v1", "v2", "bob"] {
        t.domain.add_member(&ada, "cave", voter).await.unwrap();
    }
    t.domain.subscribe(&bob, "deep").await.unwrap();
    for (i, place) in ["general", "cave", "deep", "cave", "general", "deep", "general"].into_iter().enumerate() {
        t.wait(chrono::Duration::minutes(7));
        let post = t.domain.create_post(&ada, text(&format!("p{i}"), place)).await.unwrap();
        for voter in voters.iter().take(i % 3) {
            t.domain.vote_on_post(voter, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
        }
    }
    for sort in [PostSort::New, PostSort::Hot, PostSort::Top, PostSort::Best, PostSort::Rising] {
        let filter = PostFilter { sort, ..PostFilter::default() };
        let whole = titles(&t, &bob, &filter, 100).await;
        assert_eq!(whole.len(), 7, "{sort:?}");
        for by in [1, 2, 3] {
            assert_eq!(titles(&t, &bob, &filter, by).await, whole, "{sort:?} in pages of {by}");
        }
        let page = t.domain.posts(&bob, &filter, &PageRequest::new(Some(3), None, Some(2))).await.unwrap();
        let skipped: Vec<String> = page.items.into_iter().map(|post| post.title).collect();
        assert_eq!(skipped, whole[2..5], "{sort:?}");
        assert_eq!(titles(&t, &Actor::Anonymous, &filter, 2).await.len(), 3);
    }
    let newest = titles(&t, &bob, &new_posts(), 2).await;
    assert_eq!(newest, ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]);
}

#[tokio::test]
async fn posts_written_while_a_submolt_becomes_nsfw_follow_it() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    t.submolt(&ada, "tides").await;
    let writing = futures::future::join_all((0..20).map(|i| {
        let (t, ada) = (&t, &ada);
        async move { t.domain.create_post(ada, text(&format!("p{i}"), "tides")).await.unwrap() }
    }));
    let turning = t.domain.edit_submolt(&ada, "tides", EditSubmolt { is_nsfw: Some(true), ..EditSubmolt::default() });
    let (written, turned) = tokio::join!(writing, turning);
    turned.unwrap();
    assert_eq!(written.len(), 20);
    assert!(titles(&t, &Actor::Anonymous, &new_posts(), 10).await.is_empty());
}

/// The titles that a search finds, in no order.
async fn found(t: &TestDomain, who: &Actor, text: &str) -> BTreeSet<String> {
    let page = PageRequest::new(Some(50), None, None);
    let found = t.domain.search(who, text, SearchScope::Posts, &page).await.unwrap().items;
    found
        .into_iter()
        .filter_map(|result| result.title)
        .map(|title| title.replace("⟦HL⟧", "").replace("⟦/HL⟧", ""))
        .collect()
}

#[tokio::test]
async fn search_finds_what_lists_show_for_every_audience_and_caller() {
    let t = TestDomain::new().await;
    let (ada, bob, eve, root) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await, t.admin().await);
    let mut boss = t.agent("boss").await;
    let standing = EditStanding { role: Some(AgentRole::Admin), require_json: None };
    t.domain.edit_standing(&root, "boss", standing).await.unwrap();
    if let Actor::Agent { role, .. } = &mut boss {
        *role = AgentRole::Admin;
    }
    t.private_submolt(&ada, "cave").await;
    t.domain.add_member(&ada, "cave", "bob").await.unwrap();
    t.domain
        .create_submolt(&ada, NewSubmolt { name: "night".to_owned(), is_nsfw: true, ..NewSubmolt::default() })
        .await
        .unwrap();
    t.domain.subscribe(&eve, "night").await.unwrap();
    t.submolt(&ada, "tides").await;
    for place in ["general", "tides", "night", "cave"] {
        t.domain.create_post(&ada, text(&format!("Kelp of {place}"), place)).await.unwrap();
    }
    let callers = [Actor::Anonymous, t.human("grace").await, root, boss, ada, bob, eve];
    let mut shown = Vec::new();
    for who in &callers {
        let listed: BTreeSet<String> = titles(&t, who, &new_posts(), 10).await.into_iter().collect();
        assert_eq!(found(&t, who, "kelp").await, listed, "{who:?}");
        shown.push(listed.len());
        for place in ["general", "tides", "night", "cave"] {
            let there = PostFilter { submolt: Some(place.to_owned()), ..new_posts() };
            let listed = match t.domain.posts(who, &there, &PageRequest::first()).await {
                Ok(page) => page.items.into_iter().map(|post| post.title).collect(),
                Err(e) => {
                    assert_eq!(e.code(), Code::Forbidden);
                    BTreeSet::new()
                }
            };
            assert_eq!(found(&t, who, &format!("kelp submolt:{place}")).await, listed, "{place}: {who:?}");
        }
    }
    assert_eq!(shown, [2, 2, 2, 2, 4, 3, 3]);
}

//! The audit log: every change is in it, nothing in it changes, and only age lets it go.

use chrono::Duration;
use domain::origin::Origin;
use domain::testing::TestDomain;
use types::actor::Actor;
use types::audit::{AuditActorKind, AuditFilter, AuditRecord};
use types::error::Code;
use types::page::PageRequest;
use types::vote::Ballot;
use types::vote::Direction::{Down, Up};

async fn log(t: &TestDomain, who: &Actor, filter: AuditFilter) -> Vec<AuditRecord> {
    t.domain.audit_log(who, &filter, &PageRequest::first()).await.unwrap().items
}

fn of_kind(action: &str) -> AuditFilter {
    AuditFilter { action: Some(action.to_owned()), ..AuditFilter::default() }
}

fn actions(records: &[AuditRecord]) -> Vec<&str> {
    records.iter().map(|record| record.action.as_str()).collect()
}

#[tokio::test]
async fn a_change_says_who_did_what_from_where_and_to_what_effect() {
    let t = TestDomain::new().await;
    let (admin, ada) = (t.admin().await, t.agent("ada").await);
    let origin = Origin::new("192.0.2.7".parse().unwrap(), "request-of-ada", Some(&"curl/8 ".repeat(60)));
    let post = origin.of(t.post(&ada, "Hello")).await;
    t.domain.delete_post(&ada, post.id).await.unwrap();

    let records = log(&t, &admin, AuditFilter { target: Some(post.id.0), ..AuditFilter::default() }).await;
    assert_eq!(actions(&records), ["post.delete", "post.create"]);
    let (deleted, created) = (&records[0], &records[1]);
    assert_eq!((created.actor_kind, created.actor_name.as_deref()), (AuditActorKind::Agent, Some("ada")));
    assert_eq!((created.target_kind.as_str(), created.at), ("post", t.clock.now()));
    assert_eq!(
        (created.address.as_deref(), created.request_id.as_deref()),
        (Some("192.0.2.7"), Some("request-of-ada"))
    );
    assert_eq!(created.user_agent.as_ref().unwrap().len(), 120);
    assert_eq!(created.before_sha256, None);
    assert_eq!(deleted.before_sha256, created.after_sha256, "what was deleted is what was written");
    assert_ne!(deleted.after_sha256, deleted.before_sha256);
    assert_eq!((&deleted.address, &deleted.request_id), (&None, &None));
}

#[tokio::test]
async fn every_operation_leaves_its_record_and_a_refused_one_leaves_none() {
    let t = TestDomain::new().await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&bob, post.id, None).await;
    t.domain.follow(&bob, "ada").await.unwrap();
    t.domain.follow(&bob, "ada").await.unwrap();
    t.domain.unfollow(&bob, "ada").await.unwrap();
    t.domain.subscribe(&bob, "general").await.unwrap();
    t.domain.unsubscribe(&bob, "general").await.unwrap();
    t.domain.delete_comment(&bob, comment.id).await.unwrap();
    let edit = types::agent::EditAgent { description: Some("Counts.".to_owned()), ..Default::default() };
    t.domain.edit_me(&bob, edit.clone()).await.unwrap();
    t.domain.edit_me(&bob, types::agent::EditAgent::default()).await.unwrap_err();
    t.domain.delete_post(&bob, post.id).await.unwrap_err();
    t.domain.follow(&bob, "bob").await.unwrap_err();

    let by_bob = AuditFilter { actor: Some("bob".to_owned()), ..AuditFilter::default() };
    assert_eq!(
        actions(&log(&t, &admin, by_bob).await),
        [
            "agent.edit",
            "comment.delete",
            "submolt.unsubscribe",
            "submolt.subscribe",
            "agent.unfollow",
            "agent.follow",
            "comment.create"
        ]
    );
    let at_the_start = log(&t, &admin, of_kind("submolt.create")).await;
    assert_eq!(at_the_start[0].actor_kind, AuditActorKind::System);
    assert_eq!(log(&t, &admin, of_kind("agent.register")).await.len(), 2);
    assert_eq!(log(&t, &admin, of_kind("user")).await.len(), 2, "the link, and its use");
}

#[tokio::test]
async fn votes_are_changes_and_a_vote_that_changes_nothing_is_none() {
    let t = TestDomain::new().await;
    let (admin, ada, bob) = (t.admin().await, t.agent("ada").await, t.agent("bob").await);
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&ada, post.id, None).await;
    for ballot in [Ballot::Set(Some(Up)), Ballot::Set(Some(Up)), Ballot::Set(Some(Down)), Ballot::Set(None)] {
        t.domain.vote_on_post(&bob, post.id, ballot).await.unwrap();
        t.domain.vote_on_comment(&bob, comment.id, ballot).await.unwrap();
    }
    for (action, target) in [("post.vote", post.id.0), ("comment.vote", comment.id.0)] {
        let records = log(&t, &admin, of_kind(action)).await;
        let [removed, changed, cast] = records.as_slice() else { panic!("{records:?}") };
        assert!(records.iter().all(|record| record.target_id == Some(target)));
        assert_eq!((&cast.before_sha256, &changed.before_sha256), (&None, &cast.after_sha256));
        assert_eq!((&removed.before_sha256, &removed.after_sha256), (&changed.after_sha256, &None));
    }
    let seen = t.domain.post(&bob, post.id).await.unwrap();
    assert_eq!((seen.score, seen.user_vote), (0, Some(0)));
}

#[tokio::test]
async fn nothing_in_the_log_can_be_changed_or_removed() {
    let t = TestDomain::new().await;
    let (admin, ada) = (t.admin().await, t.agent("ada").await);
    t.post(&ada, "Hello").await;
    let before = log(&t, &admin, AuditFilter::default()).await;
    for sql in [
        "UPDATE audit_log SET action = 'nothing'",
        "UPDATE audit_log SET actor_name = NULL WHERE action = 'post.create'",
        "DELETE FROM audit_log",
        "DELETE FROM audit_log WHERE action = 'post.create'",
    ] {
        let refused = t.run_sql(sql).await.unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    let both = if t.url.starts_with("sqlite") {
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log"
    } else {
        "TRUNCATE audit_log"
    };
    let refused = t.run_sql(both).await.unwrap_err();
    assert!(refused.contains("append-only"), "{both}: {refused}");
    assert_eq!(log(&t, &admin, AuditFilter::default()).await, before);
}

#[tokio::test]
async fn only_what_is_older_than_the_retention_goes() {
    let t = TestDomain::new().await;
    let (admin, ada) = (t.admin().await, t.agent("ada").await);
    t.post(&ada, "Old").await;
    t.wait(Duration::days(30));
    let young = t.post(&ada, "Young").await;
    let month = std::time::Duration::from_hours(30 * 24);
    assert_eq!(t.domain.prune_audit_log(month).await.unwrap(), 0, "not a moment too early");
    t.wait(Duration::hours(1));
    let gone = t.domain.prune_audit_log(month).await.unwrap();
    assert!(gone >= 5, "the start, two accounts and a post");

    let left = log(&t, &admin, AuditFilter::default()).await;
    assert_eq!(actions(&left), ["audit_log.prune", "post.create"]);
    assert_eq!((left[0].actor_kind, left[1].target_id), (AuditActorKind::System, Some(young.id.0)));
    assert!(t.run_sql("DELETE FROM audit_log").await.is_err(), "the permission ended with its transaction");
}

#[tokio::test]
async fn the_log_is_read_by_administrators_through_filters_and_page_by_page() {
    let t = TestDomain::new().await;
    let (admin, ada) = (t.admin().await, t.agent("ada").await);
    t.wait(Duration::hours(1));
    for i in 0..5 {
        t.post(&ada, &format!("Post {i}")).await;
    }
    let noon = t.clock.now();
    t.wait(Duration::hours(1));
    t.domain.follow(&ada, "ada").await.unwrap_err();
    t.post(&ada, "Late").await;

    let mut seen = Vec::new();
    let mut page = PageRequest::new(Some(2), None, None);
    loop {
        let part = t.domain.audit_log(&admin, &of_kind("post"), &page).await.unwrap();
        seen.extend(part.items);
        let Some(next) = part.next_cursor else { break };
        page = PageRequest::new(Some(2), Some(next), None);
    }
    assert_eq!(seen.len(), 6);
    assert!(seen.is_sorted_by(|a, b| a.id > b.id));
    let between = AuditFilter { since: Some(noon), until: Some(noon + Duration::minutes(1)), ..AuditFilter::default() };
    assert_eq!(log(&t, &admin, between).await.len(), 5);
    let by_id = AuditFilter { actor: Some(ada.agent_id().unwrap().to_string()), ..AuditFilter::default() };
    assert_eq!(log(&t, &admin, by_id).await.len(), 6);

    let nobody = AuditFilter { actor: Some("nobody".to_owned()), ..AuditFilter::default() };
    let refused = t.domain.audit_log(&admin, &nobody, &PageRequest::first()).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    for (who, code) in [(&ada, Code::Forbidden), (&Actor::Anonymous, Code::Unauthorized)] {
        let refused = t.domain.audit_log(who, &AuditFilter::default(), &PageRequest::first()).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
}

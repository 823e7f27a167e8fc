//! Webhooks: who may have them, what is sent when, and what becomes of those that fail.

use chrono::Duration;
use domain::testing::TestDomain;
use domain::webhooks::{Outcome, Outgoing};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use types::actor::Actor;
use types::error::Code;
use types::governance::{Approval, WrittenKind};
use types::id::WebhookId;
use types::page::PageRequest;
use types::vote::Ballot;
use types::vote::Direction::Up;
use types::webhook::{DeliveryState, DeliveryView, NewWebhook, RegisteredWebhook, WebhookEvent};
use uuid::Uuid;

fn to(url: &str) -> NewWebhook {
    NewWebhook { url: url.to_owned(), events: Vec::new() }
}

async fn hook(t: &TestDomain, who: &Actor) -> RegisteredWebhook {
    t.domain.create_webhook(who, to("https://hooks.example.org/ada")).await.unwrap()
}

async fn log(t: &TestDomain, who: &Actor, id: WebhookId) -> Vec<DeliveryView> {
    t.domain.webhook_deliveries(who, id, &PageRequest::first()).await.unwrap().items
}

async fn settle(t: &TestDomain, outgoing: &Outgoing, status: u16) -> bool {
    let error = (status != 200).then(|| format!("answered {status}"));
    let outcome = Outcome { status: Some(status), error, took: std::time::Duration::from_millis(7) };
    t.domain.settle_delivery(outgoing, &outcome).await.unwrap()
}

#[tokio::test]
async fn an_agent_has_its_own_webhooks_and_nobody_elses() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let mine = hook(&t, &ada).await;
    assert!(mine.secret.starts_with("moltbook_whsec_") && mine.webhook.is_active);
    assert_eq!(t.domain.webhook(&ada, mine.webhook.id).await.unwrap(), mine.webhook);
    let list = t.domain.webhooks(&ada, &PageRequest::first()).await.unwrap();
    assert_eq!((list.items.len(), list.next_cursor), (1, None));
    assert!(t.domain.webhooks(&bob, &PageRequest::first()).await.unwrap().items.is_empty());

    let id = mine.webhook.id;
    assert_eq!(t.domain.webhook(&bob, id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.delete_webhook(&bob, id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.test_webhook(&bob, id).await.unwrap_err().code(), Code::NotFound);
    let log = t.domain.webhook_deliveries(&bob, id, &PageRequest::first()).await;
    assert_eq!(log.unwrap_err().code(), Code::NotFound);
    for nobody in [Actor::Anonymous, t.human("grace").await] {
        let made = t.domain.create_webhook(&nobody, to("https://hooks.example.org")).await;
        assert_eq!(made.err().map(|e| e.code()), Some(Code::Unauthorized));
        assert_eq!(t.domain.webhook(&nobody, id).await.unwrap_err().code(), Code::Unauthorized);
    }
    t.domain.delete_webhook(&ada, id).await.unwrap();
    assert_eq!(t.domain.webhook(&ada, id).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn an_agent_has_at_most_five_also_if_it_asks_at_once() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let asked = (0..9).map(|i| t.domain.create_webhook(&ada, to(&format!("https://hooks.example.org/{i}"))));
    let made = futures::future::join_all(asked).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 5);
    assert!(made.iter().filter_map(|made| made.as_ref().err()).all(|e| e.code() == Code::Conflict));

    // Pages of it follow each other.
    let first = t.domain.webhooks(&ada, &PageRequest::new(Some(3), None, None)).await.unwrap();
    let second = t.domain.webhooks(&ada, &PageRequest::new(Some(3), first.next_cursor, None)).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (3, 2, None));

    t.domain.delete_webhook(&ada, first.items[0].id).await.unwrap();
    hook(&t, &ada).await;
}

#[tokio::test]
async fn an_address_that_is_not_called_is_refused_when_it_is_registered() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    for url in [
        "",
        "ftp://example.org",
        "http://127.0.0.1:8080",
        "http://[::1]/",
        "http://2130706433",
        "http://db:5432",
        "https://u:p@example.org",
        "http://example.org:25",
        "http://169.254.169.254/latest",
        "https://a\0b.example",
    ] {
        let made = t.domain.create_webhook(&ada, to(url)).await;
        assert_eq!(made.err().map(|e| e.code()), Some(Code::Validation), "{url:?}");
    }
    let t = TestDomain::with(|settings| settings.webhooks_to_private = true).await;
    let ada = t.agent("ada").await;
    t.domain.create_webhook(&ada, to("http://127.0.0.1:8080")).await.unwrap();
}

#[tokio::test]
async fn a_message_is_signed_with_a_secret_that_the_database_does_not_hold() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let mine = hook(&t, &ada).await;
    t.domain.test_webhook(&ada, mine.webhook.id).await.unwrap();
    let due = t.domain.claim_deliveries(10).await.unwrap();
    let [sent] = &due[..] else { panic!("{} due", due.len()) };
    assert_eq!((sent.event.as_str(), sent.url.as_str(), sent.attempt), ("test", "https://hooks.example.org/ada", 1));
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!((&body["id"], &body["event"]), (&sent.id.to_string().into(), &"test".into()));

    let mut mac = Hmac::<Sha256>::new_from_slice(mine.secret.as_bytes()).unwrap();
    mac.update(format!("{}.{}", sent.timestamp, sent.body).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((sent.timestamp, &sent.signature), (t.clock.now().timestamp(), &expected));

    let text = if t.url.starts_with("sqlite:") { "CAST(secret AS TEXT)" } else { "encode(secret, 'escape')" };
    let sql = format!("UPDATE webhooks SET url = url WHERE {text} LIKE '%whsec%'");
    assert_eq!(t.run_sql(&sql).await.unwrap(), 0, "the secret lies in the open");
}

#[tokio::test]
async fn a_delivery_belongs_to_whoever_claimed_it_until_its_lease_ends() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let id = hook(&t, &ada).await.webhook.id;
    t.domain.test_webhook(&ada, id).await.unwrap();
    let (one, other) = tokio::join!(t.domain.claim_deliveries(10), t.domain.claim_deliveries(10));
    let claimed = [one.unwrap(), other.unwrap()].concat();
    assert_eq!(claimed.len(), 1);
    t.wait(Duration::seconds(59));
    assert!(t.domain.claim_deliveries(10).await.unwrap().is_empty());
    // Its sender died: somebody else takes over, and the first one comes too late.
    t.wait(Duration::seconds(2));
    let second = t.domain.claim_deliveries(10).await.unwrap();
    assert_eq!((second.len(), second[0].attempt), (1, 2));
    settle(&t, &claimed[0], 500).await;
    assert_eq!(log(&t, &ada, id).await[0].status_code, None);
    assert!(settle(&t, &second[0], 200).await);
    let entry = log(&t, &ada, id).await.remove(0);
    assert_eq!((entry.state, entry.attempts, entry.status_code), (DeliveryState::Delivered, 2, Some(200)));
    assert_eq!((entry.took_ms, entry.next_attempt_at, entry.error), (Some(7), None, None));
    t.wait(Duration::days(1));
    assert!(t.domain.claim_deliveries(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_receiver_does_not_take_the_places_of_all_others() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let (busy, other) = (hook(&t, &ada).await.webhook.id, hook(&t, &bob).await.webhook.id);
    for _ in 0..10 {
        t.domain.test_webhook(&ada, busy).await.unwrap();
    }
    t.domain.test_webhook(&bob, other).await.unwrap();
    assert_eq!(t.domain.claim_deliveries(10).await.unwrap().len(), 4);
    assert_eq!(t.domain.claim_deliveries(10).await.unwrap().len(), 1);
    t.wait(Duration::seconds(3));
    assert_eq!(t.domain.claim_deliveries(10).await.unwrap().len(), 4);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_later_and_later_and_then_given_up() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let id = hook(&t, &ada).await.webhook.id;
    t.domain.test_webhook(&ada, id).await.unwrap();
    let mut waits = Vec::new();
    for attempt in 1..=8 {
        let due = t.domain.claim_deliveries(10).await.unwrap();
        assert_eq!((due.len(), due[0].attempt), (1, attempt));
        assert_eq!(settle(&t, &due[0], 503).await, attempt == 8);
        let entry = log(&t, &ada, id).await.remove(0);
        assert_eq!((entry.attempts, entry.status_code), (attempt, Some(503)));
        let Some(next) = entry.next_attempt_at else { break };
        assert!(t.domain.claim_deliveries(10).await.unwrap().is_empty(), "not yet");
        waits.push(next - t.clock.now());
        t.clock.set(next);
    }
    assert_eq!(waits.len(), 7);
    assert!(waits.is_sorted() && waits[0] >= Duration::seconds(8) && waits[6] > Duration::hours(1), "{waits:?}");
    let entry = log(&t, &ada, id).await.remove(0);
    assert_eq!((entry.state, entry.error.as_deref()), (DeliveryState::Dead, Some("answered 503")));
    assert!(entry.ended_at.is_some());
    assert_eq!(t.domain.pending_deliveries().await.unwrap(), 0);
}

/// Lets every attempt fail until nothing waits any more.
async fn fail_all(t: &TestDomain) {
    while t.domain.pending_deliveries().await.unwrap() > 0 {
        for outgoing in t.domain.claim_deliveries(100).await.unwrap() {
            settle(t, &outgoing, 500).await;
        }
        t.wait(Duration::minutes(10));
    }
}

#[tokio::test]
async fn a_webhook_that_only_fails_is_disabled_says_so_and_comes_back_by_a_test() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let id = hook(&t, &ada).await.webhook.id;
    for _ in 0..9 {
        t.domain.test_webhook(&ada, id).await.unwrap();
    }
    fail_all(&t).await;
    assert!(t.domain.webhook(&ada, id).await.unwrap().is_active);
    for _ in 0..3 {
        t.domain.test_webhook(&ada, id).await.unwrap();
    }
    fail_all(&t).await;
    let disabled = t.domain.webhook(&ada, id).await.unwrap();
    assert!(!disabled.is_active && disabled.disabled_at.is_some());
    assert!(disabled.notice.is_some_and(|notice| notice.contains("/test")));
    let ended = log(&t, &ada, id).await;
    assert!(ended.iter().all(|entry| entry.state == DeliveryState::Dead));

    t.domain.test_webhook(&ada, id).await.unwrap();
    let due = t.domain.claim_deliveries(10).await.unwrap();
    assert!(settle(&t, &due[0], 200).await);
    let well = t.domain.webhook(&ada, id).await.unwrap();
    assert_eq!((well.is_active, well.notice), (true, None));
}

#[tokio::test]
async fn what_was_deleted_is_sent_no_more_and_old_entries_go() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let id = hook(&t, &ada).await.webhook.id;
    t.domain.test_webhook(&ada, id).await.unwrap();
    t.domain.delete_webhook(&ada, id).await.unwrap();
    t.wait(Duration::hours(1));
    assert!(t.domain.claim_deliveries(10).await.unwrap().is_empty());
    let day = std::time::Duration::from_hours(24);
    assert_eq!(t.domain.remove_old_deliveries(day).await.unwrap(), 0);
    t.wait(Duration::days(2));
    assert_eq!(t.domain.remove_old_deliveries(day).await.unwrap(), 1);
}

#[tokio::test]
async fn a_webhook_names_the_events_it_wants() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let wanted = vec![WebhookEvent::Mention, WebhookEvent::DmRequest, WebhookEvent::Mention];
    let request = NewWebhook { url: "https://hooks.example.org".to_owned(), events: wanted };
    let made = t.domain.create_webhook(&ada, request).await.unwrap();
    assert_eq!(made.webhook.events, [WebhookEvent::DmRequest, WebhookEvent::Mention]);
}

#[tokio::test]
async fn what_an_agent_is_notified_of_goes_to_its_webhooks() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    hook(&t, &ada).await;
    let narrow = NewWebhook { url: "https://other.example.org".to_owned(), events: vec![WebhookEvent::NewFollower] };
    t.domain.create_webhook(&ada, narrow).await.unwrap();
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&bob, post.id, None).await;
    t.comment(&ada, post.id, None).await;
    t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Up))).await.unwrap();
    t.domain.follow(&bob, "ada").await.unwrap();

    let due = t.domain.claim_deliveries(10).await.unwrap();
    let mut told: Vec<(&str, &str)> = due.iter().map(|sent| (sent.url.as_str(), sent.event.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("https://hooks.example.org/ada", "new_follower"),
            ("https://hooks.example.org/ada", "post_comment"),
            ("https://hooks.example.org/ada", "post_upvote"),
            ("https://other.example.org/", "new_follower"),
        ],
        "one's own comment is not told"
    );
    let of_comment = due.iter().find(|sent| sent.event == "post_comment").unwrap();
    let body: serde_json::Value = serde_json::from_str(&of_comment.body).unwrap();
    assert_eq!(body["data"]["comment_id"], comment.id.to_string());
    assert_eq!(body["data"]["post_id"], post.id.to_string());
}

const OPERATOR: (&str, &str) = ("https://hooks.example.org/operator", "a secret of the operator, long enough");

async fn due(t: &TestDomain) -> Vec<(String, String)> {
    let due = t.domain.claim_deliveries(10).await.unwrap();
    due.into_iter().map(|sent| (sent.url, sent.event)).collect()
}

#[tokio::test]
async fn the_operator_is_told_of_what_waits_for_approval_and_of_nothing_else() {
    let t = TestDomain::with(|settings| settings.approval = Approval::Unclaimed).await;
    // Replicas start at once, and again.
    let replica = t.replica().await;
    let (one, other) =
        tokio::join!(t.domain.set_approval_webhook(Some(OPERATOR)), replica.set_approval_webhook(Some(OPERATOR)));
    one.and(other).unwrap();
    let (ada, admin) = (t.agent("ada").await, t.admin().await);
    let post = t.post(&ada, "Hello").await;
    let sent = t.domain.claim_deliveries(10).await.unwrap().remove(0);
    assert_eq!((sent.url.as_str(), sent.event.as_str()), (OPERATOR.0, "approval_pending"));
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    let author = json!({ "id": ada.agent_id().unwrap(), "name": "ada" });
    assert_eq!(body["data"], json!({ "kind": "post", "id": post.id, "author": author }));
    assert!(!sent.body.contains("Hello"), "what nobody has approved goes nowhere");
    settle(&t, &sent, 200).await;

    t.domain.approve(&admin, WrittenKind::Post, post.id.0).await.unwrap();
    assert_eq!(due(&t).await, []);
    t.comment(&ada, post.id, None).await;
    assert_eq!(due(&t).await, [(OPERATOR.0.to_owned(), "approval_pending".to_owned())]);
    // It is no agent's.
    assert!(t.domain.webhooks(&ada, &PageRequest::first()).await.unwrap().items.is_empty());
    assert_eq!(t.domain.webhook(&ada, WebhookId(Uuid::nil())).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn the_operator_is_told_at_the_address_that_is_set_now() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    let ada = t.agent("ada").await;
    t.post(&ada, "Nobody is told").await;
    assert_eq!(due(&t).await, []);
    t.domain.set_approval_webhook(Some(OPERATOR)).await.unwrap();
    t.post(&ada, "Told").await;
    let elsewhere = "https://elsewhere.example.org/";
    t.domain.set_approval_webhook(Some((elsewhere, OPERATOR.1))).await.unwrap();
    assert_eq!(due(&t).await, [(elsewhere.to_owned(), "approval_pending".to_owned())]);

    t.domain.set_approval_webhook(None).await.unwrap();
    t.post(&ada, "Nobody is told any more").await;
    assert_eq!(t.domain.pending_deliveries().await.unwrap(), 0, "what was still to be sent is not sent either");
    t.domain.set_approval_webhook(Some(OPERATOR)).await.unwrap();
    t.post(&ada, "Told again").await;
    assert_eq!(due(&t).await, [(OPERATOR.0.to_owned(), "approval_pending".to_owned())]);

    for private in ["http://127.0.0.1:8080", "http://169.254.169.254/", "ftp://example.org", "nonsense"] {
        let refused = t.domain.set_approval_webhook(Some((private, OPERATOR.1))).await;
        assert_eq!(refused.unwrap_err().code(), Code::Validation, "{private}");
    }
}

#[tokio::test]
async fn the_operators_own_webhook_is_retried_and_never_disabled() {
    let t = TestDomain::with(|settings| settings.approval = Approval::All).await;
    t.domain.set_approval_webhook(Some(OPERATOR)).await.unwrap();
    let ada = t.agent("ada").await;
    for i in 0..11 {
        t.post(&ada, &format!("Post {i}")).await;
    }
    fail_all(&t).await;
    t.post(&ada, "One more").await;
    assert_eq!(due(&t).await.len(), 1);
}

/// A step of the schema that builds tables anew is taken once more, now that they are full.
#[tokio::test]
async fn webhooks_and_what_was_sent_to_them_survive_the_change_of_their_tables() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let made = hook(&t, &ada).await;
    for _ in 0..2 {
        t.domain.test_webhook(&ada, made.webhook.id).await.unwrap();
    }
    let sent = t.domain.claim_deliveries(1).await.unwrap().remove(0);
    settle(&t, &sent, 200).await;
    let before = log(&t, &ada, made.webhook.id).await;
    let forgotten = t.run_sql("DELETE FROM seaql_migrations WHERE version = 'm0011_operator_webhook'").await;
    assert_eq!(forgotten, Ok(1));

    let domain = t.replica().await;
    assert_eq!(domain.webhook(&ada, made.webhook.id).await.unwrap(), made.webhook);
    assert_eq!(log(&t, &ada, made.webhook.id).await, before);
    let next = domain.claim_deliveries(10).await.unwrap().remove(0);
    assert_ne!((next.id, &next.signature), (sent.id, &sent.signature));
    let orphan = t.run_sql("DELETE FROM webhooks").await;
    assert!(orphan.unwrap_err().to_lowercase().contains("foreign key"));
}

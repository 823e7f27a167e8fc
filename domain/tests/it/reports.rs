//! Reporting, and what moderators decide.

use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::error::Code;
use types::page::PageRequest;
use types::report::{NewReport, ReportState, ReportView, Verdict};

fn because(reason: &str) -> NewReport {
    NewReport { reason: reason.to_owned() }
}

async fn open(t: &TestDomain, who: &Actor) -> Vec<ReportView> {
    t.domain.open_reports(who, Some("tides"), &PageRequest::first()).await.unwrap().items
}

#[tokio::test]
async fn a_report_is_open_once_until_a_moderator_decides() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.submolt(&ada, "tides").await;
    let post = t.domain.create_post(&eve, text("Buy now", "tides")).await.unwrap();
    let comment = t.comment(&eve, post.id, None).await;
    let tries = (0..10).map(|_| t.domain.report_post(&bob, post.id, because("spam")));
    let made = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    assert_eq!(t.domain.report_post(&bob, post.id, because("spam")).await.unwrap_err().code(), Code::Conflict);
    t.domain.report_post(&ada, post.id, because("spam too")).await.unwrap();
    t.domain.report_comment(&bob, comment.id, because("rude")).await.unwrap();

    let reports = open(&t, &ada).await;
    assert_eq!(reports.len(), 3);
    assert_eq!((reports[0].reporter.name.as_str(), reports[0].reason.as_str()), ("bob", "spam"));
    assert_eq!((reports[2].post_id, reports[2].comment_id), (post.id, Some(comment.id)));
    let decided = t.domain.resolve_report(&ada, reports[0].id, Verdict::Dismissed).await.unwrap();
    assert_eq!((decided.state, decided.resolved_at), (ReportState::Dismissed, Some(t.clock.now())));
    let again = t.domain.resolve_report(&ada, reports[0].id, Verdict::Upheld).await.unwrap_err();
    assert_eq!(again.code(), Code::Conflict);
    t.domain.report_post(&bob, post.id, because("still spam")).await.unwrap();
    assert_eq!(open(&t, &ada).await.len(), 3);

    // What is taken away needs no decision any more.
    t.domain.delete_comment(&ada, comment.id).await.unwrap();
    t.domain.delete_post(&ada, post.id).await.unwrap();
    assert!(open(&t, &ada).await.is_empty());
}

#[tokio::test]
async fn reports_are_for_moderators_and_administrators() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    let (grace, root) = (t.human("grace").await, t.admin().await);
    t.submolt(&ada, "tides").await;
    let post = t.domain.create_post(&eve, text("Buy now", "tides")).await.unwrap();
    t.domain.report_post(&bob, post.id, because("spam")).await.unwrap();
    let id = open(&t, &root).await[0].id;
    let first = PageRequest::first();
    for (who, code) in [(&bob, Code::Forbidden), (&eve, Code::Forbidden), (&grace, Code::Unauthorized)] {
        assert_eq!(t.domain.open_reports(who, Some("tides"), &first).await.unwrap_err().code(), code);
        assert_eq!(t.domain.open_reports(who, None, &first).await.unwrap_err().code(), Code::Forbidden);
        assert_eq!(t.domain.resolve_report(who, id, Verdict::Upheld).await.unwrap_err().code(), code);
    }
    assert_eq!(t.domain.open_reports(&root, None, &first).await.unwrap().items.len(), 1);
    assert_eq!(t.domain.resolve_report(&root, id, Verdict::Upheld).await.unwrap().state, ReportState::Upheld);
}

#[tokio::test]
async fn reports_that_make_no_sense_are_refused() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let grace = t.human("grace").await;
    let post = t.post(&ada, "Hello").await;
    let comment = t.comment(&ada, post.id, None).await;
    let refuse =
        async |who: &Actor, reason: &str| t.domain.report_post(who, post.id, because(reason)).await.unwrap_err().code();
    assert_eq!(refuse(&ada, "spam").await, Code::BadRequest);
    assert_eq!(refuse(&bob, " ").await, Code::Validation);
    assert_eq!(refuse(&bob, "nul\0").await, Code::Validation);
    assert_eq!(refuse(&bob, &"x".repeat(1_001)).await, Code::Validation);
    assert_eq!(refuse(&grace, "spam").await, Code::Unauthorized);
    assert_eq!(refuse(&Actor::Anonymous, "spam").await, Code::Unauthorized);
    t.domain.delete_comment(&ada, comment.id).await.unwrap();
    let gone = t.domain.report_comment(&bob, comment.id, because("rude")).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
}

#[tokio::test]
async fn open_reports_page_without_gap_or_repeat() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    for i in 0..7 {
        let post = t.domain.create_post(&ada, text(&format!("p{i}"), "tides")).await.unwrap();
        t.domain.report_post(&bob, post.id, because(&format!("r{i}"))).await.unwrap();
    }
    let (mut reasons, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(Some(3), cursor, None);
        let page = t.domain.open_reports(&ada, Some("tides"), &page).await.unwrap();
        reasons.extend(page.items.into_iter().map(|report| report.reason));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(reasons, ["r0", "r1", "r2", "r3", "r4", "r5", "r6"]);
}

//! Labels on posts and agents, and the briefings of roles.

use chrono::Duration;
use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::error::Code;
use types::id::PostId;
use types::label::{AttachLabel, LabelColor, LabelKind, LabelView, NewLabel};

fn new(key: &str, kind: LabelKind) -> NewLabel {
    NewLabel {
        key: key.to_owned(),
        label: key.to_uppercase(),
        color: LabelColor::Teal,
        kind,
        prompt: None,
        cadence_minutes: None,
    }
}

fn on_post(label: &LabelView, post: PostId) -> AttachLabel {
    AttachLabel { label_id: label.id, post_id: Some(post), agent_name: None, target_type: None, target_id: None }
}

fn on_agent(label: &LabelView, agent: &str) -> AttachLabel {
    AttachLabel {
        label_id: label.id,
        post_id: None,
        agent_name: Some(agent.to_owned()),
        target_type: None,
        target_id: None,
    }
}

async fn keys(t: &TestDomain, post: PostId) -> Vec<String> {
    t.domain.post(&Actor::Anonymous, post).await.unwrap().labels.into_iter().map(|label| label.key).collect()
}

#[tokio::test]
async fn a_post_has_tags_and_one_status() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    t.submolt(&ada, "tides").await;
    let post = t.domain.create_post(&ada, text("Hello", "tides")).await.unwrap();
    let make = async |key, kind| t.domain.create_label(&ada, "tides", new(key, kind)).await.unwrap();
    let (wet, open, done) = (
        make("wet", LabelKind::Tag).await,
        make("open", LabelKind::Status).await,
        make("done", LabelKind::Status).await,
    );
    let first = t.domain.attach_label(&ada, on_post(&wet, post.id)).await.unwrap();
    let again = t.domain.attach_label(&ada, on_post(&wet, post.id)).await.unwrap();
    assert_eq!((first.id, first.label.color), (again.id, LabelColor::Teal));
    t.domain.attach_label(&ada, on_post(&open, post.id)).await.unwrap();
    assert_eq!(keys(&t, post.id).await, ["wet", "open"]);
    t.domain.attach_label(&ada, on_post(&done, post.id)).await.unwrap();
    assert_eq!(keys(&t, post.id).await, ["wet", "done"], "another status takes the place of the first");

    let tries = (0..20).map(|i| t.domain.attach_label(&ada, on_post(if i % 2 == 0 { &open } else { &done }, post.id)));
    assert!(futures::future::join_all(tries).await.iter().all(Result::is_ok));
    assert_eq!(keys(&t, post.id).await.len(), 2);

    t.domain.detach_label(&ada, first.id).await.unwrap();
    assert_eq!(t.domain.detach_label(&ada, first.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(keys(&t, post.id).await.len(), 1);
    let all = t.domain.labels(&Actor::Anonymous, "tides", None).await.unwrap();
    assert_eq!(all.into_iter().map(|label| label.key).collect::<Vec<_>>(), ["done", "open", "wet"]);
}

#[tokio::test]
async fn roles_and_tags_show_in_a_profile() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    t.submolt(&ada, "tides").await;
    t.private_submolt(&ada, "cave").await;
    let keeper = t.domain.create_label(&ada, "tides", new("keeper", LabelKind::Role)).await.unwrap();
    let old = t.domain.create_label(&ada, "tides", new("old", LabelKind::Tag)).await.unwrap();
    let secret = t.domain.create_label(&ada, "cave", new("keeper", LabelKind::Role)).await.unwrap();
    for label in [&keeper, &old, &secret] {
        t.domain.attach_label(&ada, on_agent(label, "bob")).await.unwrap();
    }
    let roles = t.domain.labels(&eve, "tides", Some(LabelKind::Role)).await.unwrap();
    assert_eq!(roles.iter().map(|role| role.id).collect::<Vec<_>>(), [keeper.id]);
    let labels = t.domain.profile(&eve, "bob").await.unwrap().labels;
    assert_eq!((labels.pinned.len(), labels.inline.len()), (1, 1));
    assert_eq!(labels.metadata.keys().collect::<Vec<_>>(), ["tides/keeper", "tides/old"]);
    let labels = t.domain.profile(&ada, "bob").await.unwrap().labels;
    assert_eq!(labels.metadata.keys().collect::<Vec<_>>(), ["cave/keeper", "tides/keeper", "tides/old"]);

    // An agent need not keep what others put on it.
    let id = labels.metadata["tides/old"].attachment_id.unwrap();
    assert_eq!(t.domain.detach_label(&eve, id).await.unwrap_err().code(), Code::Forbidden);
    t.domain.detach_label(&bob, id).await.unwrap();
    assert!(t.domain.profile(&eve, "bob").await.unwrap().labels.inline.is_empty());
}

#[tokio::test]
async fn labels_are_made_and_attached_by_moderators_where_they_fit() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let grace = t.human("grace").await;
    t.submolt(&ada, "tides").await;
    t.submolt(&bob, "reef").await;
    let tag = t.domain.create_label(&ada, "tides", new("wet", LabelKind::Tag)).await.unwrap();
    let role = t.domain.create_label(&ada, "tides", new("keeper", LabelKind::Role)).await.unwrap();
    let status = t.domain.create_label(&ada, "tides", new("open", LabelKind::Status)).await.unwrap();
    let refuse = async |who: &Actor, label| t.domain.create_label(who, "tides", label).await.unwrap_err().code();
    assert_eq!(refuse(&ada, new("wet", LabelKind::Role)).await, Code::Conflict);
    assert_eq!(refuse(&ada, new("", LabelKind::Tag)).await, Code::Validation);
    assert_eq!(refuse(&ada, new("Wet!", LabelKind::Tag)).await, Code::Validation);
    let prompt = NewLabel { prompt: Some("x".to_owned()), ..new("x", LabelKind::Tag) };
    assert_eq!(refuse(&ada, prompt).await, Code::Validation);
    let cadence = NewLabel { cadence_minutes: Some(5), ..new("x", LabelKind::Role) };
    assert_eq!(refuse(&ada, cadence).await, Code::Validation);
    let backwards = NewLabel { prompt: Some("x".to_owned()), cadence_minutes: Some(-1), ..new("x", LabelKind::Role) };
    assert_eq!(refuse(&ada, backwards).await, Code::Validation);
    assert_eq!(refuse(&bob, new("x", LabelKind::Tag)).await, Code::Forbidden);
    assert_eq!(refuse(&grace, new("x", LabelKind::Tag)).await, Code::Unauthorized);

    let here = t.domain.create_post(&bob, text("Here", "tides")).await.unwrap();
    let there = t.domain.create_post(&bob, text("There", "reef")).await.unwrap();
    let refuse = async |who: &Actor, request| t.domain.attach_label(who, request).await.unwrap_err().code();
    assert_eq!(refuse(&ada, on_post(&role, here.id)).await, Code::BadRequest);
    assert_eq!(refuse(&ada, on_agent(&status, "bob")).await, Code::BadRequest);
    assert_eq!(refuse(&bob, on_post(&tag, there.id)).await, Code::BadRequest);
    assert_eq!(refuse(&bob, on_post(&tag, here.id)).await, Code::Forbidden);
    assert_eq!(refuse(&bob, on_agent(&role, "bob")).await, Code::Forbidden);
    let neither = AttachLabel { label_id: tag.id, post_id: None, agent_name: None, target_type: None, target_id: None };
    assert_eq!(refuse(&ada, neither).await, Code::BadRequest);
    assert_eq!(refuse(&ada, on_agent(&role, "nobody")).await, Code::NotFound);

    for i in 0..10 {
        let label = t.domain.create_label(&ada, "tides", new(&format!("t{i}"), LabelKind::Tag)).await.unwrap();
        t.domain.attach_label(&ada, on_post(&label, here.id)).await.unwrap();
    }
    assert_eq!(refuse(&ada, on_post(&tag, here.id)).await, Code::Conflict);
}

#[tokio::test]
async fn a_role_reminds_of_itself_once_a_cadence() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    let prompt = "Greet whoever is new.".to_owned();
    let role = NewLabel { prompt: Some(prompt), cadence_minutes: Some(60), ..new("host", LabelKind::Role) };
    let role = t.domain.create_label(&ada, "tides", role).await.unwrap();
    let silent = t.domain.create_label(&ada, "tides", new("silent", LabelKind::Role)).await.unwrap();
    for label in [&role, &silent] {
        t.domain.attach_label(&ada, on_agent(label, "bob")).await.unwrap();
    }
    let taking = (0..10).map(|_| t.domain.take_briefings(&bob));
    let taken: Vec<_> = futures::future::join_all(taking).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 1, "shown once, however many ask at once");
    assert_eq!((taken[0].submolt.name.as_str(), taken[0].key.as_str()), ("tides", "host"));
    assert_eq!((taken[0].prompt.as_str(), taken[0].cadence_minutes), ("Greet whoever is new.", 60));
    t.wait(Duration::minutes(59));
    assert!(t.domain.take_briefings(&bob).await.unwrap().is_empty());
    t.wait(Duration::minutes(1));
    assert_eq!(t.domain.take_briefings(&bob).await.unwrap().len(), 1);
    assert!(t.domain.take_briefings(&ada).await.unwrap().is_empty());
    assert_eq!(t.domain.take_briefings(&Actor::Anonymous).await.unwrap_err().code(), Code::Unauthorized);
}

//! Owners and moderators of a submolt.

use domain::testing::TestDomain;
use types::actor::Actor;
use types::error::Code;
use types::submolt::{ModeratorAction, NewModerator, SubmoltRole};

fn named(name: &str) -> NewModerator {
    NewModerator { agent_name: name.to_owned(), role: SubmoltRole::Moderator }
}

async fn roles(t: &TestDomain) -> Vec<(String, SubmoltRole)> {
    let all = t.domain.moderators(&Actor::Anonymous, "tides").await.unwrap();
    all.into_iter().map(|one| (one.name, one.role)).collect()
}

#[tokio::test]
async fn an_owner_makes_and_unmakes_moderators() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    assert!(t.domain.add_moderator(&ada, "tides", named("Bob")).await.unwrap());
    assert!(!t.domain.add_moderator(&ada, "tides", named("bob")).await.unwrap());
    let both = [("ada".to_owned(), SubmoltRole::Owner), ("bob".to_owned(), SubmoltRole::Moderator)];
    assert_eq!(roles(&t).await, both);
    let seen = t.domain.submolt(&bob, "tides").await.unwrap();
    assert_eq!((seen.your_role, seen.is_subscribed), (Some(SubmoltRole::Moderator), false));
    assert!(seen.moderator_actions.contains(&ModeratorAction::PinPosts));
    assert!(!seen.moderator_actions.contains(&ModeratorAction::ManageModerators));
    let seen = t.domain.submolt(&ada, "tides").await.unwrap();
    assert!(seen.moderator_actions.contains(&ModeratorAction::ManageModerators));
    assert!(t.domain.submolt(&Actor::Anonymous, "tides").await.unwrap().moderator_actions.is_empty());

    t.domain.remove_moderator(&ada, "tides", "bob").await.unwrap();
    assert_eq!(roles(&t).await, both[..1]);
    assert_eq!(t.domain.remove_moderator(&ada, "tides", "bob").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.submolt(&bob, "tides").await.unwrap().your_role, None);
}

#[tokio::test]
async fn nobody_makes_owners() {
    let t = TestDomain::new().await;
    let (ada, bob, eve) = (t.agent("ada").await, t.agent("bob").await, t.agent("eve").await);
    let (grace, root) = (t.human("grace").await, t.admin().await);
    t.submolt(&ada, "tides").await;
    t.domain.add_moderator(&ada, "tides", named("bob")).await.unwrap();
    for role in [SubmoltRole::Owner, SubmoltRole::Moderator] {
        let request = |name: &str| NewModerator { agent_name: name.to_owned(), role };
        for who in [&bob, &eve] {
            for name in ["ada", "bob", "eve"] {
                let refused = t.domain.add_moderator(who, "tides", request(name)).await.unwrap_err();
                assert_eq!(refused.code(), Code::Forbidden, "{who:?} makes {name} {role:?}");
            }
        }
        for who in [&grace, &Actor::Anonymous] {
            let refused = t.domain.add_moderator(who, "tides", request("eve")).await.unwrap_err();
            assert_eq!(refused.code(), Code::Unauthorized);
        }
    }
    for who in [&ada, &root] {
        for name in ["ada", "bob", "eve"] {
            let owner = NewModerator { agent_name: name.to_owned(), role: SubmoltRole::Owner };
            assert_eq!(t.domain.add_moderator(who, "tides", owner).await.unwrap_err().code(), Code::BadRequest);
        }
    }
    for who in [&bob, &eve] {
        for name in ["ada", "bob"] {
            assert_eq!(t.domain.remove_moderator(who, "tides", name).await.unwrap_err().code(), Code::Forbidden);
        }
    }
    assert_eq!(t.domain.remove_moderator(&ada, "tides", "ada").await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(t.domain.add_moderator(&ada, "tides", named("ada")).await.unwrap_err().code(), Code::BadRequest);
    assert_eq!(
        roles(&t).await,
        [("ada".to_owned(), SubmoltRole::Owner), ("bob".to_owned(), SubmoltRole::Moderator)],
        "as it was before all these tries"
    );
}

#[tokio::test]
async fn a_moderator_who_subscribes_at_once_is_both() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.submolt(&ada, "tides").await;
    let (made, subscribed) =
        tokio::join!(t.domain.add_moderator(&ada, "tides", named("bob")), t.domain.subscribe(&bob, "tides"));
    assert!(made.unwrap() && subscribed.unwrap());
    let seen = t.domain.submolt(&bob, "tides").await.unwrap();
    assert_eq!((seen.your_role, seen.is_subscribed), (Some(SubmoltRole::Moderator), true));
    assert_eq!(seen.submolt.subscriber_count, 2);
}

#[tokio::test]
async fn a_moderator_of_a_private_submolt_belongs_there() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.private_submolt(&ada, "cave").await;
    assert_eq!(t.domain.moderators(&bob, "cave").await.unwrap_err().code(), Code::Forbidden);
    t.domain.add_moderator(&ada, "cave", named("bob")).await.unwrap();
    assert_eq!(t.domain.moderators(&bob, "cave").await.unwrap().len(), 2);
    assert!(t.domain.submolt(&bob, "cave").await.unwrap().moderator_actions.contains(&ModeratorAction::ManageMembers));
    t.domain.remove_moderator(&ada, "cave", "bob").await.unwrap();
    assert_eq!(t.domain.moderators(&bob, "cave").await.unwrap_err().code(), Code::Forbidden);
}

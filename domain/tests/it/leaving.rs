//! An agent that leaves, and what stays.

use domain::testing::{TestDomain, text};
use types::actor::Actor;
use types::agent::{AgentSort, EditAgent, NewAgent};
use types::error::Code;
use types::page::PageRequest;
use types::submolt::NewSubmolt;

#[tokio::test]
async fn what_a_deleted_agent_wrote_stays_without_it() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let edit = EditAgent { description: Some("Secret plans.".to_owned()), ..EditAgent::default() };
    t.domain.edit_me(&ada, edit).await.unwrap();
    let post = t.post(&ada, "Hello").await;
    let root = t.comment(&ada, post.id, None).await;
    t.comment(&bob, post.id, Some(root.id)).await;
    t.domain.delete_me(&ada).await.unwrap();

    let seen = t.domain.post(&bob, post.id).await.unwrap();
    assert_eq!((seen.title.as_str(), seen.author.name.as_str(), seen.author.is_claimed), ("Hello", "[deleted]", false));
    let thread = t.domain.comments(&bob, post.id, Default::default(), None, &PageRequest::first()).await.unwrap();
    assert_eq!((thread.items[0].author.name.as_str(), thread.items[0].replies.len()), ("[deleted]", 1));
    assert_eq!(thread.items[0].replies[0].author.name, "bob");

    for name in ["ada", "[deleted]"] {
        assert_eq!(t.domain.profile(&bob, name).await.unwrap_err().code(), Code::NotFound);
    }
    let again =
        t.domain.register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None }).await;
    assert_eq!(again.err().unwrap().code(), Code::Conflict, "the name stays taken");
    let listed = t.domain.agents(AgentSort::Recent, &PageRequest::first()).await.unwrap();
    assert_eq!(listed.items.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), ["bob"]);
    let itself = t.domain.me(&ada).await.unwrap();
    assert_eq!((itself.is_active, itself.description.as_str()), (false, ""));
    assert!(itself.deleted_at.is_some());
    assert_eq!(t.domain.delete_me(&ada).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(t.domain.delete_me(&Actor::Anonymous).await.unwrap_err().code(), Code::Unauthorized);
}

#[tokio::test]
async fn follows_and_subscriptions_end_with_their_counters() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    t.domain.create_submolt(&ada, NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() }).await.unwrap();
    t.domain.subscribe(&bob, "tides").await.unwrap();
    t.domain.subscribe(&ada, "general").await.unwrap();
    for (who, whom) in [(&ada, "bob"), (&ada, "cleo"), (&bob, "ada"), (&cleo, "bob"), (&cleo, "ada")] {
        t.domain.follow(who, whom).await.unwrap();
    }
    t.domain.delete_me(&ada).await.unwrap();

    let counts = async |who: &Actor| {
        let me = t.domain.me(who).await.unwrap();
        (me.follower_count, me.following_count)
    };
    assert_eq!((counts(&ada).await, counts(&bob).await, counts(&cleo).await), ((0, 0), (1, 0), (0, 1)));
    let subscribers = async |name: &str| t.domain.submolt(&bob, name).await.unwrap().submolt.subscriber_count;
    assert_eq!((subscribers("tides").await, subscribers("general").await), (1, 0));
    assert_eq!(t.domain.follow(&bob, "ada").await.unwrap_err().code(), Code::NotFound);
    // The submolt goes on, for everybody who is left.
    assert!(t.domain.create_post(&bob, text("Still here", "tides")).await.is_ok());
}

#[tokio::test]
async fn agents_that_follow_each_other_can_all_leave_at_once() {
    let t = TestDomain::new().await;
    let stays = t.agent("stays").await;
    let mut agents = Vec::new();
    for i in 0..6 {
        agents.push(t.agent(&format!("agent-{i}")).await);
    }
    for agent in &agents {
        t.domain.follow(agent, "stays").await.unwrap();
        t.domain.follow(&stays, &name(agent)).await.unwrap();
        for other in agents.iter().filter(|other| *other != agent) {
            t.domain.follow(agent, &name(other)).await.unwrap();
        }
    }
    let left = futures::future::join_all(agents.iter().map(|agent| t.domain.delete_me(agent))).await;
    assert!(left.iter().all(Result::is_ok), "{left:?}");
    let me = t.domain.me(&stays).await.unwrap();
    assert_eq!((me.follower_count, me.following_count), (0, 0));
}

fn name(agent: &Actor) -> String {
    match agent {
        Actor::Agent { name, .. } => name.clone(),
        _ => unreachable!("an agent"),
    }
}

#[tokio::test]
async fn a_deleted_agent_cannot_be_claimed_any_more() {
    let t = TestDomain::new().await;
    let made = t
        .domain
        .register_agent(NewAgent { name: "ada".to_owned(), description: None, invite_code: None })
        .await
        .unwrap();
    let ada = t.domain.agent_by_key(&made.api_key).await.unwrap();
    t.domain.delete_me(&ada).await.unwrap();
    let grace = t.human("grace").await;
    let claim = t.domain.claim_agent(&grace, &made.claim_token, &made.verification_code).await;
    assert_eq!(claim.unwrap_err().code(), Code::Gone);
}

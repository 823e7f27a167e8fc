//! What is talked about: who and what stands behind the hottest posts.

use domain::testing::{TestDomain, text};
use types::submolt::NewSubmolt;
use types::vote::{Ballot, Direction};

#[tokio::test]
async fn agents_and_submolts_of_the_hottest_posts_are_named_with_their_points() {
    let t = TestDomain::new().await;
    let (ada, bob, cleo) = (t.agent("ada").await, t.agent("bob").await, t.agent("cleo").await);
    t.submolt(&ada, "reef").await;
    let voted = async |author, submolt: &str, voters: &[(&types::actor::Actor, Direction)]| {
        let post = t.domain.create_post(author, text("Hello", submolt)).await.unwrap();
        for (voter, way) in voters {
            t.domain.vote_on_post(voter, post.id, Ballot::Set(Some(*way))).await.unwrap();
        }
        post
    };
    voted(&ada, "reef", &[(&bob, Direction::Up), (&cleo, Direction::Up)]).await;
    voted(&ada, "general", &[(&bob, Direction::Up)]).await;
    voted(&ada, "general", &[(&bob, Direction::Down)]).await;
    voted(&bob, "general", &[(&ada, Direction::Up)]).await;
    voted(&cleo, "general", &[]).await;
    let gone = voted(&cleo, "general", &[(&ada, Direction::Up)]).await;
    t.domain.delete_post(&cleo, gone.id).await.unwrap();

    let trending = t.domain.trending().await.unwrap();
    let agents = trending.agents.iter().map(|agent| format!("{} {}", agent.what.name, agent.points));
    assert_eq!(agents.collect::<Vec<_>>(), ["ada 3", "bob 1"]);
    let submolts = trending.submolts.iter().map(|submolt| format!("{} {}", submolt.what.name, submolt.points));
    let mut submolts: Vec<String> = submolts.collect();
    submolts.sort();
    assert_eq!(submolts, ["general 2", "reef 2"]);
}

#[tokio::test]
async fn what_is_not_for_everybody_is_not_talked_about() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    t.private_submolt(&ada, "den").await;
    t.domain.add_member(&ada, "den", "bob").await.unwrap();
    let adults = NewSubmolt { name: "adults".to_owned(), is_nsfw: true, ..NewSubmolt::default() };
    t.domain.create_submolt(&ada, adults).await.unwrap();
    for submolt in ["den", "adults"] {
        let post = t.domain.create_post(&ada, text("Hello", submolt)).await.unwrap();
        t.domain.vote_on_post(&bob, post.id, Ballot::Set(Some(Direction::Up))).await.unwrap();
    }
    let trending = t.domain.trending().await.unwrap();
    assert!(trending.agents.is_empty() && trending.submolts.is_empty(), "{trending:?}");
}

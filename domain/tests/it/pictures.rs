//! Pictures: given, exchanged, shared, removed.

use domain::Domain;
use domain::media::SubmoltPicture;
use domain::testing::{TestDomain, picture};
use types::actor::{Actor, UserRole};
use types::error::Code;
use types::submolt::NewSubmolt;

const RED: [u8; 3] = [200, 0, 0];
const BLUE: [u8; 3] = [0, 0, 200];

fn file(address: &str) -> &str {
    address.strip_prefix("http://moltbook.test/media/").unwrap()
}

async fn is_served(domain: &Domain, address: &str) -> bool {
    domain.picture(file(address)).await.unwrap().is_some()
}

#[tokio::test]
async fn a_picture_is_seen_wherever_its_agent_is() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let address = t.domain.set_avatar(&ada, picture(RED)).await.unwrap();
    let post = t.post(&ada, "Hello").await;
    assert_eq!(post.author.avatar_url.as_ref(), Some(&address));
    assert_eq!(t.domain.me(&ada).await.unwrap().avatar_url.as_ref(), Some(&address));
    let seen = t.domain.picture(file(&address)).await.unwrap().unwrap();
    assert_eq!((seen.content_type, &seen.bytes[..2]), ("image/jpeg", &b"\xff\xd8"[..]));

    t.domain.remove_avatar(&ada).await.unwrap();
    t.domain.remove_avatar(&ada).await.unwrap();
    assert_eq!(t.domain.me(&ada).await.unwrap().avatar_url, None);
    assert!(!is_served(&t.domain, &address).await, "a removed picture is gone");
}

#[tokio::test]
async fn equal_pictures_are_one_until_the_last_is_gone() {
    let t = TestDomain::new().await;
    let (ada, bob) = (t.agent("ada").await, t.agent("bob").await);
    let red = t.domain.set_avatar(&ada, picture(RED)).await.unwrap();
    assert_eq!(t.domain.set_avatar(&ada, picture(RED)).await.unwrap(), red, "the same again changes nothing");
    assert_eq!(t.domain.set_avatar(&bob, picture(RED)).await.unwrap(), red);

    let blue = t.domain.set_avatar(&ada, picture(BLUE)).await.unwrap();
    assert_ne!(red, blue);
    assert!(is_served(&t.domain, &red).await && is_served(&t.domain, &blue).await);
    t.domain.delete_me(&bob).await.unwrap();
    assert!(!is_served(&t.domain, &red).await && is_served(&t.domain, &blue).await);
}

#[tokio::test]
async fn agents_that_exchange_pictures_at_once_lose_none() {
    let t = TestDomain::new().await;
    let mut agents = Vec::new();
    for i in 0..8 {
        agents.push(t.agent(&format!("agent-{i}")).await);
    }
    for round in 0..4 {
        let all = agents.iter().enumerate().map(|(i, agent)| {
            let colour = if (i + round) % 2 == 0 { RED } else { BLUE };
            t.domain.set_avatar(agent, picture(colour))
        });
        for set in futures::future::join_all(all).await {
            assert!(is_served(&t.domain, &set.unwrap()).await);
        }
    }
    let taken = futures::future::join_all(agents.iter().map(|agent| t.domain.remove_avatar(agent))).await;
    assert!(taken.into_iter().all(|taken| taken.is_ok()));
    assert_eq!(t.domain.remove_unused_pictures().await.unwrap(), 0, "none is left over");
}

#[tokio::test]
async fn what_is_no_small_picture_is_refused_and_leaves_the_one_before() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let before = t.domain.set_avatar(&ada, picture(RED)).await.unwrap();
    let refuse = async |file: Vec<u8>| t.domain.set_avatar(&ada, file).await.unwrap_err().code();
    assert_eq!(refuse(Vec::new()).await, Code::UnsupportedMediaType);
    assert_eq!(refuse(b"<svg/>".to_vec()).await, Code::UnsupportedMediaType);
    assert_eq!(refuse(picture(RED)[..40].to_vec()).await, Code::BadRequest);
    assert_eq!(refuse(vec![0; 1024 * 1024 + 1]).await, Code::PayloadTooLarge);
    let anonymous = t.domain.set_avatar(&Actor::Anonymous, picture(RED)).await.unwrap_err();
    assert_eq!(anonymous.code(), Code::Unauthorized);
    assert_eq!(t.domain.me(&ada).await.unwrap().avatar_url, Some(before));
}

#[tokio::test]
async fn owners_and_administrators_decorate_a_submolt_and_nobody_else() {
    let t = TestDomain::new().await;
    let (ada, eve, grace) = (t.agent("ada").await, t.agent("eve").await, t.human("grace").await);
    t.domain.create_submolt(&ada, NewSubmolt { name: "tides".to_owned(), ..NewSubmolt::default() }).await.unwrap();
    t.domain.subscribe(&eve, "tides").await.unwrap();
    let set = async |who: &Actor, which, name: &str| t.domain.set_submolt_picture(who, name, which, picture(RED)).await;
    let avatar = set(&ada, SubmoltPicture::Avatar, "tides").await.unwrap();
    let banner = set(&ada, SubmoltPicture::Banner, "Tides").await.unwrap();
    let seen = t.domain.submolt(&eve, "tides").await.unwrap().submolt;
    assert_eq!((seen.avatar_url, seen.banner_url), (Some(avatar), Some(banner)));

    assert_eq!(set(&eve, SubmoltPicture::Avatar, "tides").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(set(&eve, SubmoltPicture::Avatar, "nowhere").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(set(&grace, SubmoltPicture::Avatar, "tides").await.unwrap_err().code(), Code::Unauthorized);
    let admin = match grace {
        Actor::Human { id, handle, .. } => Actor::Human { id, handle, role: UserRole::Admin },
        _ => unreachable!("a human"),
    };
    assert!(set(&admin, SubmoltPicture::Banner, "general").await.is_ok());
}

#[tokio::test]
async fn pictures_move_with_the_instance() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let here = t.domain.set_avatar(&ada, picture(RED)).await.unwrap();
    let moved = t.moved_to("https://reef.example:8443").await;
    let there = moved.me(&ada).await.unwrap().avatar_url.unwrap();
    assert_eq!(there, format!("https://reef.example:8443/media/{}", file(&here)));
    assert!(is_served(&moved, &here).await);
    moved.remove_avatar(&ada).await.unwrap();
    assert!(!is_served(&t.domain, &here).await);
}

#[tokio::test]
async fn only_the_name_of_a_picture_opens_it() {
    let t = TestDomain::new().await;
    let ada = t.agent("ada").await;
    let address = t.domain.set_avatar(&ada, picture(RED)).await.unwrap();
    let name = file(&address);
    for strange in ["", ".", "..", "../test.db", "%2e%2e%2ftest.db", "nul\0", &name.replace("jpg", "png"), &name[1..]] {
        assert!(t.domain.picture(strange).await.unwrap().is_none(), "{strange}");
    }
}

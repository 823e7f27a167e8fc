//! The demo world: a few weeks in the life of an instance, made by the same operations that agents and humans use.
//!
//! A simulated clock walks through the weeks, so that ages, ranks and orders are what they would have been.

mod words;

use crate::bench_data::bar;
use crate::config::Config;
use crate::serve::open_domain;
use anyhow::{Context, Result};
use chrono::{DateTime, Duration, Utc};
use domain::guard::ChallengePolicy;
use domain::{Clock, Domain, Registration};
use futures::StreamExt;
use futures::stream;
use indicatif::ProgressBar;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use types::actor::Actor;
use types::agent::{EditAgent, NewAgent};
use types::comment::NewComment;
use types::id::{CommentId, PostId};
use types::post::{NewPost, PostKind};
use types::submolt::NewSubmolt;
use types::user::SignUp;
use types::vote::{Ballot, Direction};
use words::Topic;

const AGENTS: usize = 300;
const HUMANS: usize = 24;
const POSTS: usize = 3_000;
const COMMENTS: usize = 20_000;
const VOTES: usize = 40_000;
const AGE: Duration = Duration::days(42);
/// Operations at a time: PostgreSQL answers several as fast as one.
const AT_ONCE: usize = 8;
/// Any other number makes another world.
const SEED: u64 = 42;

/// Fills an empty instance, with a progress bar; one that has agents is left as it is.
///
/// # Errors
/// If the database cannot be opened.
pub async fn fill(config: &Config) -> Result<()> {
    let now = Clock::system().now();
    let clock = Clock::standing_at(now - AGE);
    let mut config = config.clone();
    // Whoever fills an instance may do so, whatever strangers may.
    config.site.registration = Registration::Open;
    // The world is there at once; nobody in it could answer a challenge.
    config.guard.verification = ChallengePolicy::Off;
    let domain = open_domain(&config, clock.clone()).await?;
    if domain.stats().await?.agents > 0 {
        println!("The database has agents already: it is left as it is");
        return Ok(());
    }
    let total = AGENTS + HUMANS + words::TOPICS.len() + POSTS + COMMENTS + VOTES;
    let mut world = World {
        domain,
        clock,
        rng: StdRng::seed_from_u64(SEED),
        start: now - AGE,
        bar: bar(total as u64),
        agents: Vec::new(),
        posts: Vec::new(),
        comments: Vec::new(),
    };
    world.populate().await.context("while agents registered")?;
    world.found_submolts().await.context("while submolts were founded")?;
    world.talk().await.context("while agents talked")?;
    world.vote().await.context("while agents voted")?;
    world.bar.finish_with_message("done");
    Ok(())
}

struct World {
    domain: Domain,
    clock: Clock,
    rng: StdRng,
    start: DateTime<Utc>,
    bar: ProgressBar,
    agents: Vec<Actor>,
    posts: Vec<Post>,
    comments: Vec<(CommentId, usize)>,
}

struct Post {
    id: PostId,
    author: usize,
    topic: usize,
    thread: Vec<CommentId>,
}

/// Something that is said, decided before it is said.
enum Saying {
    Post { author: usize, topic: usize, request: NewPost },
    Comment { author: usize, post: usize, request: NewComment },
}

enum Said {
    Post(Post),
    Comment { author: usize, post: usize, id: CommentId },
}

impl World {
    /// Puts the clock to a share of the way from the start to now; things happen more often towards the end.
    fn advance(&self, share: f64) {
        let seconds = AGE.num_seconds() as f64 * share.sqrt();
        self.clock.set(self.start + Duration::seconds(seconds as i64));
    }

    /// An index below `n`, the small ones far more often.
    fn power_law(&mut self, n: usize) -> usize {
        let x: f64 = self.rng.random();
        ((x * x * x * n as f64) as usize).min(n - 1)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.random_range(0..from.len())]
    }

    async fn populate(&mut self) -> Result<()> {
        self.bar.set_message("agents and humans");
        let mut humans = Vec::with_capacity(HUMANS);
        for i in 0..HUMANS {
            let handle = format!(
                "{}{}",
                words::HUMANS[i % words::HUMANS.len()],
                if i < words::HUMANS.len() { "" } else { "-2" }
            );
            let password = format!("demo-{}", self.rng.random::<u64>());
            let user = self.domain.sign_up(SignUp { handle, password }).await?;
            humans.push(Actor::Human { id: user.id, handle: user.handle, role: user.role });
            self.bar.inc(1);
        }
        for i in 0..AGENTS {
            self.advance(0.02 * i as f64 / AGENTS as f64);
            let (name, description) = words::agent(i);
            let registered = self
                .domain
                .register_agent(NewAgent { name, description: Some(description), invite_code: None })
                .await?;
            let agent = self.domain.agent_by_key(&registered.api_key).await?;
            if self.rng.random_bool(0.7) {
                let human = &humans[self.rng.random_range(0..humans.len())];
                self.domain.claim_agent(human, &registered.claim_token, &registered.verification_code).await?;
            }
            if i % 9 == 0 {
                let edit = EditAgent {
                    metadata: Some(serde_json::json!({"runs_on": "a small machine"})),
                    ..EditAgent::default()
                };
                self.domain.edit_me(&agent, edit).await?;
            }
            self.agents.push(agent);
            self.bar.inc(1);
        }
        Ok(())
    }

    async fn found_submolts(&mut self) -> Result<()> {
        self.bar.set_message("submolts");
        for (i, topic) in words::TOPICS.iter().enumerate() {
            let founder = self.agents[i * 7 % AGENTS].clone();
            let request = NewSubmolt {
                name: topic.name.to_owned(),
                display_name: Some(topic.title.to_owned()),
                description: Some(topic.about.to_owned()),
                ..NewSubmolt::default()
            };
            self.domain.create_submolt(&founder, request).await?;
            self.bar.inc(1);
        }
        for i in 0..AGENTS {
            let agent = self.agents[i].clone();
            for _ in 0..4 {
                let topic = self.power_law(words::TOPICS.len());
                self.domain.subscribe(&agent, words::TOPICS[topic].name).await?;
                let other = self.power_law(AGENTS);
                if other != i {
                    self.domain.follow(&agent, &words::agent(other).0).await?;
                }
            }
        }
        Ok(())
    }

    async fn talk(&mut self) -> Result<()> {
        self.bar.set_message("posts and comments");
        let total = POSTS + COMMENTS;
        let mut done = 0;
        while done < total {
            self.advance(0.03 + 0.969 * done as f64 / total as f64);
            let mut sayings = Vec::with_capacity(AT_ONCE);
            let mut posts = self.posts.len();
            while sayings.len() < AT_ONCE.min(total - done) {
                // The share of posts is the same all along, and the first thing said is one.
                let at = done + sayings.len();
                let due = at * POSTS / total + 1;
                if posts < due.min(POSTS) || self.posts.is_empty() {
                    sayings.push(self.new_post());
                    posts += 1;
                } else {
                    sayings.push(self.new_comment());
                }
            }
            done += sayings.len();
            self.say(sayings).await?;
        }
        Ok(())
    }

    fn new_post(&mut self) -> Saying {
        let author = self.power_law(AGENTS);
        let index = self.power_law(words::TOPICS.len());
        let topic: &Topic = &words::TOPICS[index];
        let subject = self.pick(topic.subjects);
        let title = self.pick(words::TITLES).replace("{}", subject);
        let link = self
            .rng
            .random_bool(0.12)
            .then(|| format!("https://example.org/{}/{}", topic.name, self.rng.random_range(1..999)));
        let content = link.is_none().then(|| self.paragraphs(subject));
        let request = NewPost {
            submolt_name: topic.name.to_owned(),
            title: capitalised(&title),
            content,
            kind: link.as_ref().map(|_| PostKind::Link),
            url: link,
        };
        Saying::Post { author, topic: index, request }
    }

    fn new_comment(&mut self) -> Saying {
        // The young are talked about most.
        let post = self.posts.len() - 1 - self.power_law(self.posts.len());
        let author = self.power_law(AGENTS);
        let subject = self.pick(words::TOPICS[self.posts[post].topic].subjects);
        let thread = &self.posts[post].thread;
        let parent_id =
            (!thread.is_empty() && self.rng.random_bool(0.55)).then(|| thread[self.rng.random_range(0..thread.len())]);
        let mut content = capitalised(&self.pick(words::REPLIES).replace("{}", subject));
        if self.rng.random_bool(0.4) {
            content = format!("{content} {}", capitalised(&self.pick(words::SENTENCES).replace("{}", subject)));
        }
        Saying::Comment { author, post, request: NewComment { content, parent_id } }
    }

    fn paragraphs(&mut self, subject: &str) -> String {
        let mut text = String::new();
        for paragraph in 0..self.rng.random_range(1..4) {
            if paragraph > 0 {
                text.push_str("\n\n");
            }
            if paragraph == 1 && self.rng.random_bool(0.3) {
                text.push_str(&words::list(subject));
                continue;
            }
            let sentences: Vec<String> = (0..self.rng.random_range(2..5))
                .map(|_| capitalised(&self.pick(words::SENTENCES).replace("{}", subject)))
                .collect();
            text.push_str(&sentences.join(" "));
        }
        text
    }

    async fn say(&mut self, sayings: Vec<Saying>) -> Result<()> {
        let (domain, agents, posts) = (&self.domain, &self.agents, &self.posts);
        let saying = sayings.into_iter().map(|saying| async move {
            Ok::<_, domain::Error>(match saying {
                Saying::Post { author, topic, request } => {
                    let id = domain.create_post(&agents[author], request).await?.id;
                    Said::Post(Post { id, author, topic, thread: Vec::new() })
                }
                Saying::Comment { author, post, request } => {
                    let id = domain.create_comment(&agents[author], posts[post].id, request).await?.id;
                    Said::Comment { author, post, id }
                }
            })
        });
        let said: Vec<_> = stream::iter(saying).buffered(AT_ONCE).collect().await;
        for said in said {
            match said? {
                Said::Post(post) => self.posts.push(post),
                Said::Comment { author, post, id } => {
                    self.posts[post].thread.push(id);
                    self.comments.push((id, author));
                }
            }
            self.bar.inc(1);
        }
        Ok(())
    }

    async fn vote(&mut self) -> Result<()> {
        self.bar.set_message("votes");
        self.advance(1.0);
        let mut ballots = Vec::with_capacity(VOTES);
        // Posts are liked by a power law of their own, not by age.
        let liked: Vec<usize> = (0..self.posts.len()).map(|_| self.rng.random_range(0..self.posts.len())).collect();
        for i in 0..VOTES {
            let voter = self.rng.random_range(0..AGENTS);
            let direction = if self.rng.random_bool(0.82) { Direction::Up } else { Direction::Down };
            let target = if i % 3 == 0 {
                let (id, author) = self.comments[self.rng.random_range(0..self.comments.len())];
                (author != voter).then_some(Err(id))
            } else {
                let post = liked[self.power_law(liked.len())];
                let post = &self.posts[post];
                (post.author != voter).then_some(Ok(post.id))
            };
            ballots.push((voter, target, Ballot::Set(Some(direction))));
        }
        let (domain, agents, bar) = (&self.domain, &self.agents, &self.bar);
        let cast = ballots.into_iter().map(|(voter, target, ballot)| async move {
            match target {
                Some(Ok(post)) => domain.vote_on_post(&agents[voter], post, ballot).await.map(drop),
                Some(Err(comment)) => domain.vote_on_comment(&agents[voter], comment, ballot).await.map(drop),
                None => Ok(()),
            }?;
            bar.inc(1);
            Ok::<_, domain::Error>(())
        });
        let mut cast = stream::iter(cast).buffer_unordered(AT_ONCE);
        while let Some(done) = cast.next().await {
            done?;
        }
        Ok(())
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::TestDomain;

    #[tokio::test]
    async fn nothing_said_in_the_world_is_taken_for_a_credential_or_warned_about() {
        let t = TestDomain::new().await;
        let mut world = World {
            domain: t.domain.clone(),
            clock: t.clock.clone(),
            rng: StdRng::seed_from_u64(SEED),
            start: t.clock.now(),
            bar: ProgressBar::hidden(),
            agents: Vec::new(),
            posts: Vec::new(),
            comments: Vec::new(),
        };
        let mut texts = Vec::new();
        for _ in 0..POSTS {
            let Saying::Post { author, topic, request } = world.new_post() else { unreachable!("a post") };
            world.posts.push(Post { id: PostId(uuid::Uuid::nil()), author, topic, thread: Vec::new() });
            texts.push(
                [Some(request.title), request.content, request.url]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        }
        for _ in 0..COMMENTS {
            let Saying::Comment { request, .. } = world.new_comment() else { unreachable!("a comment") };
            texts.push(request.content);
        }
        let alarms: Vec<&String> =
            texts.iter().filter(|text| !t.screen(text).is_ok_and(|warnings| warnings.is_empty())).collect();
        println!("texts {}, false alarms {}", texts.len(), alarms.len());
        assert!(alarms.is_empty(), "{:#?}", &alarms[..alarms.len().min(10)]);
    }
}

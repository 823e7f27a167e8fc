//! Large amounts of consistent data, for benchmarks: made up first, counted, then written in bulk.
//!
//! What ordinary operations would have left behind is what is written: every counter, rank, depth and path is that
//! of the rows. The same seed and the same time make the same world.

use crate::Domain;
use crate::entity::vote::{TargetKind, VoterKind};
use crate::entity::{agent, comment, follow, post, submolt, submolt_member, vote};
use crate::error::{Error, Result};
use crate::forum::ranking::{self, Ranks};
use crate::forum::thread;
use crate::guard::audit::commit_unrecorded;
use chrono::{DateTime, Duration, Utc};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::collections::{BTreeSet, HashSet};
use types::limits::COMMENT_DEPTH_MAX;
use uuid::Uuid;

/// Rows in one statement: with the widest table well below SQLite's 32,766 values.
const ROWS: usize = 1_000;
/// Statements in one transaction.
const STATEMENTS: usize = 20;
/// How far back the world goes.
const AGE: Duration = Duration::days(365);
/// The share of votes that go to posts, in percent.
const VOTES_ON_POSTS: u32 = 70;
/// Agents that each agent follows, and submolts it subscribes to, at most.
const FOLLOWS: usize = 10;
const SUBSCRIPTIONS: usize = 3;
/// A word that one comment in so many has, for searching: one that is rare, one that is common. With a million
/// comments that makes 40 and 20,000.
const PLANTED: [(usize, &str); 2] = [(25_000, "nautilus"), (50, "lagoon")];

/// How much to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Agents.
    pub agents: u32,
    /// Submolts beside `general`.
    pub submolts: u32,
    /// Posts; a few submolts have most of them.
    pub posts: u32,
    /// Comments; a few posts have most of them.
    pub comments: u32,
    /// Votes; a few posts and comments have most of them.
    pub votes: u32,
}

/// Something that votes are cast on.
struct Target {
    id: Uuid,
    author: usize,
    at: DateTime<Utc>,
    up: i64,
    down: i64,
}

struct Reply {
    target: Target,
    post: usize,
    parent: Option<usize>,
    depth: u16,
    path: Vec<u8>,
    replies: i64,
}

struct World {
    agents: Vec<(Uuid, DateTime<Utc>)>,
    submolts: Vec<Uuid>,
    /// Follower and followed; the prolific are followed most.
    follows: BTreeSet<(usize, usize)>,
    /// Submolt and subscriber.
    subscribers: BTreeSet<(usize, usize)>,
    posts: Vec<Target>,
    /// The submolt of each post.
    places: Vec<usize>,
    /// Roots of each post, and all its comments.
    threads: Vec<(i64, i64)>,
    comments: Vec<Reply>,
    /// Whether on a comment, target, voter, value.
    votes: Vec<(bool, usize, usize, i16)>,
}

impl Domain {
    /// Fills an empty instance. `progress` hears what is written, and how many rows of it so far.
    ///
    /// # Errors
    /// [`Error::Conflict`] if there are agents already.
    pub async fn seed(&self, size: Size, seed: u64, mut progress: impl FnMut(&'static str, u64)) -> Result<()> {
        if self.stats().await?.agents > 0 {
            return Err(Error::Conflict("the database is not empty"));
        }
        let world = World::make(size, &mut StdRng::seed_from_u64(seed), self.clock().now());
        self.write("agents", world.agent_rows(), &mut progress).await?;
        self.write("submolts", world.submolt_rows(self.clock().now()), &mut progress).await?;
        self.write("members", world.member_rows(), &mut progress).await?;
        self.write("follows", world.follow_rows(), &mut progress).await?;
        self.write("posts", world.post_rows(), &mut progress).await?;
        self.write("comments", world.comment_rows(), &mut progress).await?;
        self.write("votes", world.vote_rows(), &mut progress).await?;
        self.fill_search_index(&mut progress).await?;
        self.db().analyze().await
    }

    async fn write<A>(
        &self,
        what: &'static str,
        rows: impl Iterator<Item = A>,
        progress: &mut impl FnMut(&'static str, u64),
    ) -> Result<()>
    where
        A: ActiveModelTrait + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let mut rows = rows.peekable();
        let mut written = 0;
        while rows.peek().is_some() {
            let tx = self.db().begin().await?;
            for _ in 0..STATEMENTS {
                let batch: Vec<A> = rows.by_ref().take(ROWS).collect();
                if batch.is_empty() {
                    break;
                }
                written += batch.len() as u64;
                A::Entity::insert_many(batch).exec_without_returning(&tx).await?;
            }
            commit_unrecorded(tx).await?;
            progress(what, written);
        }
        Ok(())
    }
}

/// An index below `n`, the small ones far more often.
fn power_law(rng: &mut StdRng, n: usize, steepness: i32) -> usize {
    let x: f64 = rng.random();
    ((x.powi(steepness) * n as f64) as usize).min(n - 1)
}

fn planted(i: usize) -> String {
    PLANTED.iter().filter(|(every, _)| i.is_multiple_of(*every)).map(|(_, word)| format!(" the {word},")).collect()
}

/// An id as the clock would have made it at `at`.
fn id_at(rng: &mut StdRng, at: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rng.random()).into_uuid()
}

fn after(rng: &mut StdRng, at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let rest = (now - at).num_seconds().max(1);
    at + Duration::seconds(rng.random_range(0..rest.min(3 * 24 * 3600)))
}

impl World {
    fn make(size: Size, rng: &mut StdRng, now: DateTime<Utc>) -> Self {
        let start = now - AGE;
        let spread = |rng: &mut StdRng, i: u32, n: u32| {
            let step = AGE.num_milliseconds() / i64::from(n.max(1));
            start + Duration::milliseconds(step * i64::from(i) + rng.random_range(0..step.max(1)))
        };
        let agents: Vec<_> = (0..size.agents.max(2)).map(|_| (id_at(rng, start), start)).collect();
        let submolts: Vec<Uuid> = (0..size.submolts.max(1)).map(|_| id_at(rng, start)).collect();
        let mut world = Self {
            posts: Vec::with_capacity(size.posts as usize),
            places: Vec::with_capacity(size.posts as usize),
            threads: vec![(0, 0); size.posts as usize],
            comments: Vec::with_capacity(size.comments as usize),
            votes: Vec::with_capacity(size.votes as usize),
            follows: BTreeSet::new(),
            subscribers: (0..submolts.len()).map(|i| (i, i % agents.len())).collect(),
            agents,
            submolts,
        };
        world.gather(rng);
        for i in 0..size.posts {
            let at = spread(rng, i, size.posts);
            let author = power_law(rng, world.agents.len(), 2);
            world.posts.push(Target { id: id_at(rng, at), author, at, up: 0, down: 0 });
            world.places.push(power_law(rng, world.submolts.len(), 2));
        }
        let mut popular: Vec<usize> = (0..world.posts.len()).collect();
        popular.shuffle(rng);
        if !popular.is_empty() {
            world.talk(size.comments, rng, &popular, now);
            world.vote(size.votes, rng, &popular);
        }
        world
    }

    fn gather(&mut self, rng: &mut StdRng) {
        let (agents, submolts) = (self.agents.len(), self.submolts.len());
        for agent in 0..agents {
            let followed: Vec<usize> = (0..FOLLOWS).map(|_| power_law(rng, agents, 2)).collect();
            self.follows.extend(followed.into_iter().filter(|other| *other != agent).map(|other| (agent, other)));
            self.subscribers.extend((0..SUBSCRIPTIONS).map(|_| (power_law(rng, submolts, 2), agent)));
        }
    }

    fn talk(&mut self, comments: u32, rng: &mut StdRng, popular: &[usize], now: DateTime<Utc>) {
        let mut under: Vec<Vec<usize>> = vec![Vec::new(); self.posts.len()];
        for i in 0..comments as usize {
            let post = popular[power_law(rng, popular.len(), 3)];
            let siblings = &under[post];
            let parent = (!siblings.is_empty() && rng.random_bool(0.6))
                .then(|| siblings[rng.random_range(0..siblings.len())])
                .filter(|parent| self.comments[*parent].depth < COMMENT_DEPTH_MAX);
            let (depth, path, since) = match parent {
                Some(parent) => {
                    let parent = &mut self.comments[parent];
                    parent.replies += 1;
                    (parent.depth + 1, thread::path(&parent.path, parent.replies), parent.target.at)
                }
                None => {
                    self.threads[post].0 += 1;
                    (0, thread::path(&[], self.threads[post].0), self.posts[post].at)
                }
            };
            self.threads[post].1 += 1;
            let at = after(rng, since, now);
            let author = rng.random_range(0..self.agents.len());
            let target = Target { id: id_at(rng, at), author, at, up: 0, down: 0 };
            self.comments.push(Reply { target, post, parent, depth, path, replies: 0 });
            under[post].push(i);
        }
    }

    fn vote(&mut self, votes: u32, rng: &mut StdRng, popular: &[usize]) {
        let mut cast = HashSet::with_capacity(votes as usize);
        while self.votes.len() < votes as usize {
            let on_comment = !self.comments.is_empty() && rng.random_ratio(100 - VOTES_ON_POSTS, 100);
            let index = if on_comment {
                power_law(rng, self.comments.len(), 2)
            } else {
                popular[power_law(rng, popular.len(), 3)]
            };
            let voter = rng.random_range(0..self.agents.len());
            let target = if on_comment { &mut self.comments[index].target } else { &mut self.posts[index] };
            if voter == target.author || !cast.insert((on_comment, index, voter)) {
                continue;
            }
            let value = if rng.random_bool(0.8) { 1 } else { -1 };
            if value == 1 {
                target.up += 1;
            } else {
                target.down += 1;
            }
            self.votes.push((on_comment, index, voter, value));
        }
    }

    fn agent_rows(&self) -> impl Iterator<Item = agent::ActiveModel> {
        let mut rows: Vec<agent::ActiveModel> = Vec::with_capacity(self.agents.len());
        let mut karma = vec![0; self.agents.len()];
        let (mut posts, mut comments) = (karma.clone(), karma.clone());
        let (mut followers, mut following) = (karma.clone(), karma.clone());
        for (follower, followed) in &self.follows {
            following[*follower] += 1;
            followers[*followed] += 1;
        }
        for target in &self.posts {
            karma[target.author] += target.up - target.down;
            posts[target.author] += 1;
        }
        for Reply { target, .. } in &self.comments {
            karma[target.author] += target.up - target.down;
            comments[target.author] += 1;
        }
        for (i, (id, at)) in self.agents.iter().enumerate() {
            rows.push(agent::ActiveModel {
                id: Set(*id),
                name: Set(format!("agent-{i}")),
                display_name: Set(format!("Agent {i}")),
                description: Set("Made for a benchmark.".to_owned()),
                avatar_url: Set(None),
                metadata: Set("{}".to_owned()),
                karma: Set(karma[i]),
                follower_count: Set(followers[i]),
                following_count: Set(following[i]),
                posts_count: Set(posts[i]),
                comments_count: Set(comments[i]),
                owner_id: Set(None),
                claimed_at: Set(None),
                suspended_until: Set(None),
                paused_at: Set(None),
                role: Set(agent::Role::Contributor),
                require_json: Set(false),
                challenge_failure_count: Set(0),
                created_at: Set(*at),
                last_active_at: Set(Some(*at)),
                deleted_at: Set(None),
            });
        }
        rows.into_iter()
    }

    fn submolt_rows(&self, now: DateTime<Utc>) -> impl Iterator<Item = submolt::ActiveModel> {
        let mut counts = vec![0; self.submolts.len()];
        let mut subscribers = vec![0; self.submolts.len()];
        for (submolt, _) in &self.subscribers {
            subscribers[*submolt] += 1;
        }
        let mut latest = vec![now - AGE; self.submolts.len()];
        for (post, place) in self.posts.iter().zip(&self.places) {
            counts[*place] += 1;
            latest[*place] = latest[*place].max(post.at);
        }
        self.submolts.iter().zip(counts).zip(latest).enumerate().map(move |(i, ((id, count), latest))| {
            submolt::ActiveModel {
                id: Set(*id),
                name: Set(format!("submolt-{i}")),
                display_name: Set(format!("Submolt {i}")),
                description: Set("Made for a benchmark.".to_owned()),
                creator_id: Set(self.agents.get(i % self.agents.len()).map(|(id, _)| *id)),
                subscriber_count: Set(subscribers[i]),
                post_count: Set(count),
                avatar_url: Set(None),
                banner_url: Set(None),
                banner_color: Set(None),
                theme_color: Set(None),
                is_nsfw: Set(false),
                is_private: Set(false),
                allow_crypto: Set(false),
                rules: Set(String::new()),
                verification: Set(post::Verification::Verified),
                created_at: Set(now - AGE),
                last_activity_at: Set(latest),
            }
        })
    }

    fn member_rows(&self) -> impl Iterator<Item = submolt_member::ActiveModel> {
        self.subscribers.iter().map(|(submolt, agent)| {
            let (agent_id, at) = self.agents[*agent];
            let is_owner = *agent == *submolt % self.agents.len();
            submolt_member::ActiveModel {
                submolt_id: Set(self.submolts[*submolt]),
                agent_id: Set(agent_id),
                role: Set(if is_owner { submolt_member::Role::Owner } else { submolt_member::Role::Member }),
                is_subscribed: Set(true),
                created_at: Set(at),
            }
        })
    }

    fn follow_rows(&self) -> impl Iterator<Item = follow::ActiveModel> {
        self.follows.iter().map(|(follower, followed)| {
            let (follower_id, at) = self.agents[*follower];
            follow::ActiveModel {
                follower_id: Set(follower_id),
                followed_id: Set(self.agents[*followed].0),
                created_at: Set(at),
            }
        })
    }

    fn post_rows(&self) -> impl Iterator<Item = post::ActiveModel> {
        self.posts.iter().enumerate().map(|(i, target)| {
            let ranks = Ranks::of(target.up, target.down);
            post::ActiveModel {
                id: Set(target.id),
                submolt_id: Set(self.submolts[self.places[i]]),
                author_id: Set(self.agents[target.author].0),
                kind: Set(post::Kind::Text),
                title: Set(format!("Benchmark post number {i} about the tides and the reef")),
                content: Set(Some(format!("Text of post {i}. {}", "The water rises and falls. ".repeat(10)))),
                url: Set(None),
                upvotes: Set(target.up),
                downvotes: Set(target.down),
                score: Set(target.up - target.down),
                human_score: Set(0),
                best_rank: Set(ranks.best),
                controversy_rank: Set(ranks.controversy),
                hot_rank: Set(ranking::hot(target.up - target.down, target.at)),
                comment_count: Set(self.threads[i].1),
                thread_count: Set(self.threads[i].0),
                is_pinned: Set(false),
                is_locked: Set(false),
                verification: Set(post::Verification::Verified),
                audience: Set(post::Audience::Everybody),
                label_count: Set(0),
                content_warnings: Set(String::new()),
                created_at: Set(target.at),
                updated_at: Set(target.at),
                edited_at: Set(None),
                deleted_at: Set(None),
            }
        })
    }

    fn comment_rows(&self) -> impl Iterator<Item = comment::ActiveModel> {
        self.comments.iter().enumerate().map(|(i, reply)| {
            let target = &reply.target;
            let ranks = Ranks::of(target.up, target.down);
            comment::ActiveModel {
                id: Set(target.id),
                post_id: Set(self.posts[reply.post].id),
                parent_id: Set(reply.parent.map(|parent| self.comments[parent].target.id)),
                author_id: Set(self.agents[target.author].0),
                content: Set(format!("Comment number {i}:{} {}", planted(i), "I looked at it from below. ".repeat(6))),
                depth: Set(i16::try_from(reply.depth).unwrap_or(0)),
                path: Set(reply.path.clone()),
                upvotes: Set(target.up),
                downvotes: Set(target.down),
                score: Set(target.up - target.down),
                human_score: Set(0),
                best_rank: Set(ranks.best),
                controversy_rank: Set(ranks.controversy),
                reply_count: Set(reply.replies),
                hidden_reply_count: Set(0),
                verification: Set(post::Verification::Verified),
                content_warnings: Set(String::new()),
                created_at: Set(target.at),
                updated_at: Set(target.at),
                edited_at: Set(None),
                deleted_at: Set(None),
            }
        })
    }

    fn vote_rows(&self) -> impl Iterator<Item = vote::ActiveModel> {
        self.votes.iter().map(|(on_comment, index, voter, value)| {
            let (kind, target) = if *on_comment {
                (TargetKind::Comment, &self.comments[*index].target)
            } else {
                (TargetKind::Post, &self.posts[*index])
            };
            vote::ActiveModel {
                target_kind: Set(kind),
                target_id: Set(target.id),
                voter_kind: Set(VoterKind::Agent),
                voter_id: Set(self.agents[*voter].0),
                value: Set(*value),
                created_at: Set(target.at),
            }
        })
    }
}

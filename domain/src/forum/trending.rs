//! What is talked about: the agents and submolts behind the posts that are hottest now.

use super::{authors, feed, submolts};
use crate::Domain;
use crate::entity::{agent, post, submolt};
use crate::error::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use types::agent::AgentView;
use types::trending::{Trend, Trending};
use uuid::Uuid;

/// The posts that are looked at: a short stretch of an index, however many there are.
const POSTS: u64 = 200;
/// Agents and submolts that are named at most.
const SHOWN: usize = 30;
/// How old the answer may be: it stands on many pages, and moves slowly.
const LATELY: Duration = Duration::from_secs(10);

/// What was talked about in the last moment, and when that was.
pub(crate) type RecentTrends = Mutex<Option<(Instant, Arc<Trending>)>>;

impl Domain {
    /// Who and what is talked about in public, at most ten seconds old.
    ///
    /// The order `hot` decides what counts, so this moves with it: a score is worth less the older its post is.
    #[tracing::instrument(skip_all)]
    pub async fn trending(&self) -> Result<Arc<Trending>> {
        // Who comes while it is made waits for the result instead of making it too.
        let mut recent = self.0.recent_trends.lock().await;
        match &*recent {
            Some((made, trends)) if made.elapsed() < LATELY => Ok(trends.clone()),
            _ => {
                let trends = Arc::new(self.find_trends().await?);
                *recent = Some((Instant::now(), trends.clone()));
                Ok(trends)
            }
        }
    }

    async fn find_trends(&self) -> Result<Trending> {
        use post::Column::{AuthorId, HotRank, Id, Score, SubmoltId};
        let db = self.db().read();
        let hottest: Vec<(Uuid, Uuid, i64)> = feed::shown()
            .filter(Expr::cust("posts.audience = 0"))
            .select_only()
            .columns([AuthorId, SubmoltId, Score])
            .order_by_desc(HotRank)
            .order_by_desc(Id)
            .limit(POSTS)
            .into_tuple()
            .all(db)
            .await?;
        let by_author = most(hottest.iter().map(|(author, _, score)| (*author, *score)));
        let by_place = most(hottest.iter().map(|(_, place, score)| (*place, *score)));

        let agents = agent::Entity::find()
            .filter(agent::Column::Id.is_in(by_author.iter().map(|(id, _)| *id)))
            .filter(agent::Column::DeletedAt.is_null());
        let places = submolt::Entity::find().filter(submolt::Column::Id.is_in(by_place.iter().map(|(id, _)| *id)));
        let (agents, places) = tokio::try_join!(agents.all(db), places.all(db))?;
        let founders = authors(db, places.iter().filter_map(|place| place.creator_id)).await?;
        let mut agents: HashMap<Uuid, AgentView> =
            self.agent_views(agents).await?.into_iter().map(|agent| (agent.id.0, agent)).collect();
        let mut places: HashMap<Uuid, submolt::Model> = places.into_iter().map(|place| (place.id, place)).collect();

        let agents = by_author.into_iter().filter_map(|(id, points)| Some(Trend { what: agents.remove(&id)?, points }));
        let submolts = by_place.into_iter().filter_map(|(id, points)| {
            let place = places.remove(&id)?;
            let founder = place.creator_id.and_then(|id| founders.get(&id));
            Some(Trend { what: submolts::view(place, founder), points })
        });
        Ok(Trending { agents: agents.collect(), submolts: submolts.collect() })
    }
}

/// The scores of each together, the most first; nobody with nothing. What is voted down takes nothing away.
fn most(scores: impl Iterator<Item = (Uuid, i64)>) -> Vec<(Uuid, i64)> {
    let mut points: HashMap<Uuid, i64> = HashMap::new();
    for (id, score) in scores {
        *points.entry(id).or_default() += score.max(0);
    }
    let mut most: Vec<(Uuid, i64)> = points.into_iter().filter(|(_, points)| *points > 0).collect();
    most.sort_by_key(|(id, points)| (std::cmp::Reverse(*points), *id));
    most.truncate(SHOWN);
    most
}

//! How much there is of everything.

use crate::Domain;
use crate::entity::{agent, comment, post, submolt, vote};
use crate::error::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use types::stats::Stats;

/// How old the counts on a page may be: counting everything is too much work for every page.
const LATELY: Duration = Duration::from_secs(10);

/// The counts of the last moment, and when they were taken.
pub(crate) type RecentStats = Mutex<Option<(Instant, Stats)>>;

impl Domain {
    /// Counts over the whole instance, at most ten seconds old.
    pub async fn recent_stats(&self) -> Result<Stats> {
        // Who comes while it is counted waits for the result instead of counting too.
        let mut recent = self.0.recent_stats.lock().await;
        match *recent {
            Some((taken, stats)) if taken.elapsed() < LATELY => Ok(stats),
            _ => {
                let stats = self.stats().await?;
                *recent = Some((Instant::now(), stats));
                Ok(stats)
            }
        }
    }

    /// Counts over the whole instance, without what is private.
    #[tracing::instrument(skip_all)]
    pub async fn stats(&self) -> Result<Stats> {
        let db = self.db().read();
        let agents = || agent::Entity::find().filter(agent::Column::DeletedAt.is_null());
        // The comments of a private submolt are counted at its posts: far fewer rows than there are comments.
        let private = post::Entity::find()
            .select_only()
            .column_as(Expr::cust("CAST(COALESCE(SUM(posts.comment_count), 0) AS BIGINT)"), "comments")
            .filter(Expr::cust("posts.audience = 2"))
            .into_tuple::<i64>();
        let (agents, verified_agents, submolts, posts, comments, private, votes) = tokio::try_join!(
            agents().count(db),
            agents().filter(agent::Column::OwnerId.is_not_null()).count(db),
            submolt::Entity::find()
                .filter(Expr::cust("NOT submolts.is_private AND submolts.verification = 0"))
                .count(db),
            post::Entity::find()
                .filter(Expr::cust("posts.deleted_at IS NULL AND posts.verification = 0 AND posts.audience <> 2"))
                .count(db),
            comment::Entity::find()
                .filter(Expr::cust("comments.deleted_at IS NULL AND comments.verification = 0"))
                .count(db),
            private.one(db),
            vote::Entity::find().count(db),
        )?;
        let [agents, verified_agents, submolts, posts, comments, votes] =
            [agents, verified_agents, submolts, posts, comments, votes].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let comments = comments - private.unwrap_or(0);
        // Skills come with the registry; until then there are none.
        Ok(Stats { agents, verified_agents, submolts, posts, comments, votes, skills: 0 })
    }
}

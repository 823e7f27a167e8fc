//! What an agent wrote week by week, and the karma of it.

use super::agents::by_name;
use crate::Domain;
use crate::entity::{comment, post};
use crate::error::Result;
use crate::forum::access;
use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use types::activity::ActivityWeek;
use types::actor::Actor;
use uuid::Uuid;

const WEEKS: u64 = 12;

/// A day, how much was written on it, and what that earned.
type Day = (String, i64, i64);

impl Domain {
    /// The last twelve weeks of an agent, the oldest first; the last one ends today.
    ///
    /// Karma stands in the week of what earned it. That is read along the index of the agent's own writing; the votes,
    /// of which there can be a hundred times as many, are not looked at.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) for an unknown agent.
    #[tracing::instrument(skip_all)]
    pub async fn activity(&self, who: &Actor, name: &str) -> Result<Vec<ActivityWeek>> {
        let author = by_name(self.db(), name).await?.id;
        let today = self.clock().now().date_naive();
        let first = today - Days::new(7 * WEEKS - 1);
        let oldest = first_id_of(first);
        let (db, dialect) = (self.db().read(), self.db().dialect());
        let (posts, comments) = tokio::try_join!(
            post::Entity::find()
                .select_only()
                .column_as(dialect.day(Expr::col((post::Entity, post::Column::CreatedAt))), "day")
                .column_as(Expr::cust("COUNT(*)"), "written")
                .column_as(Expr::cust("CAST(SUM(posts.score) AS BIGINT)"), "earned")
                .filter(post::Column::AuthorId.eq(author))
                .filter(post::Column::Id.gte(oldest))
                .filter(access::listed(who))
                .group_by(Expr::cust("day"))
                .into_tuple::<Day>()
                .all(db),
            comment::Entity::find()
                .select_only()
                .column_as(dialect.day(Expr::col((comment::Entity, comment::Column::CreatedAt))), "day")
                .column_as(Expr::cust("COUNT(*)"), "written")
                .column_as(Expr::cust("CAST(SUM(comments.score) AS BIGINT)"), "earned")
                .filter(comment::Column::AuthorId.eq(author))
                .filter(comment::Column::Id.gte(oldest))
                .filter(access::listed_comments(who))
                .group_by(Expr::cust("day"))
                .into_tuple::<Day>()
                .all(db),
        )?;
        let mut weeks: Vec<ActivityWeek> =
            (0..WEEKS).map(|week| ActivityWeek { from: first + Days::new(7 * week), ..Default::default() }).collect();
        let mut add = |days: Vec<Day>, count: fn(&mut ActivityWeek) -> &mut i64| {
            for (day, written, earned) in days {
                let days_in = day.parse::<NaiveDate>().ok().map(|day| (day - first).num_days());
                let week = days_in.and_then(|days| usize::try_from(days / 7).ok());
                if let Some(week) = week.and_then(|week| weeks.get_mut(week)) {
                    *count(week) += written;
                    week.karma += earned;
                }
            }
        };
        add(posts, |week| &mut week.posts);
        add(comments, |week| &mut week.comments);
        Ok(weeks)
    }
}

/// Below every id that is made on this day or later: an id begins with its time in milliseconds.
fn first_id_of(day: NaiveDate) -> Uuid {
    let midnight: DateTime<Utc> = day.and_time(chrono::NaiveTime::MIN).and_utc();
    Uuid::from_u128(u128::try_from(midnight.timestamp_millis()).unwrap_or(0) << 80)
}

//! What went on lately, day by day, and what waits.

use super::audit_log::first_id_of;
use crate::Domain;
use crate::accounts::administrator;
use crate::entity::report::{self, State};
use crate::entity::{agent, approval, audit_record};
use crate::error::Result;
use chrono::{Days, NaiveDate, NaiveTime};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use types::actor::Actor;
use types::governance::{DayStats, InstanceStats};
use types::limits;

const POSTS: &str = "post.create";
const COMMENTS: &str = "comment.create";
const VOTES: [&str; 2] = ["post.vote", "comment.vote"];
const REGISTRATIONS: &str = "agent.register";
const REJECTIONS: [&str; 2] = ["post.reject", "comment.reject"];
const SUSPENSIONS: &str = "agent.suspend";

impl Domain {
    /// The last `days` days, today included, counted in the audit log.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden) for all but administrators.
    #[tracing::instrument(skip_all)]
    pub async fn overview(&self, who: &Actor, days: u32) -> Result<InstanceStats> {
        administrator(who)?;
        let db = self.db().read();
        let now = self.clock().now();
        let days = days.clamp(1, limits::STATS_DAYS_MAX);
        let today = now.date_naive();
        let first = today - Days::new(u64::from(days - 1));
        let day = self.db().dialect().day(Expr::col(audit_record::Column::At));
        let counted = audit_record::Entity::find()
            .select_only()
            .column_as(day.clone(), "day")
            .column(audit_record::Column::Action)
            .column_as(audit_record::Column::Id.count(), "count")
            .filter(audit_record::Column::Id.gte(first_id_of(first.and_time(NaiveTime::MIN).and_utc())))
            .filter(
                audit_record::Column::Action
                    .is_in([POSTS, COMMENTS, REGISTRATIONS, SUSPENSIONS].into_iter().chain(VOTES).chain(REJECTIONS)),
            )
            .group_by(day)
            .group_by(audit_record::Column::Action)
            .into_tuple::<(String, String, i64)>();
        let suspended = agent::Entity::find().filter(agent::Column::SuspendedUntil.gt(now));
        let waiting = approval::Entity::find().filter(Expr::col(approval::Column::DecidedAt).is_null());
        let reports = report::Entity::find().filter(report::Column::State.eq(State::Open));
        let (counted, pending, suspended, reports) =
            tokio::try_join!(counted.all(db), waiting.count(db), suspended.count(db), reports.count(db))?;
        let counted: HashMap<(String, String), i64> =
            counted.into_iter().map(|(day, action, count)| ((day, action), count)).collect();
        let days = (0..u64::from(days)).map(|back| day_stats(&counted, today - Days::new(back)));
        Ok(InstanceStats {
            days: days.collect(),
            pending: i64::try_from(pending).unwrap_or(i64::MAX),
            suspended: i64::try_from(suspended).unwrap_or(i64::MAX),
            open_reports: i64::try_from(reports).unwrap_or(i64::MAX),
        })
    }
}

fn day_stats(counted: &HashMap<(String, String), i64>, day: NaiveDate) -> DayStats {
    let of = |action: &str| counted.get(&(day.to_string(), action.to_owned())).copied().unwrap_or(0);
    DayStats {
        day,
        posts: of(POSTS),
        comments: of(COMMENTS),
        votes: VOTES.into_iter().map(of).sum(),
        registrations: of(REGISTRATIONS),
        rejections: REJECTIONS.into_iter().map(of).sum(),
        suspensions: of(SUSPENSIONS),
    }
}

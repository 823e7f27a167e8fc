//! Briefings: what the roles of an agent remind it of, each once a cadence.

use super::{labels, submolts};
use crate::Domain;
use crate::accounts::agent;
use crate::entity::{label, label_attachment, submolt};
use crate::error::Result;
use crate::guard::audit::commit_unrecorded;
use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use types::actor::Actor;
use types::label::Briefing;
use uuid::Uuid;

/// Briefings that are given at a time; the others are still due the next time.
const AT_ONCE: usize = 20;

impl Domain {
    /// The briefings that are due for the caller. Whoever takes them has been shown them: they come again after their
    /// cadence.
    #[tracing::instrument(skip_all)]
    pub async fn take_briefings(&self, who: &Actor) -> Result<Vec<Briefing>> {
        let me = agent(who)?.0;
        let now = self.clock().now();
        // Most calls find nothing, and need no transaction that writes.
        if self.due(self.db().read(), who, me, now, false).await?.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.db().begin().await?;
        let due = self.due(&tx, who, me, now, true).await?;
        let shown = due.iter().map(|(attachment, _)| *attachment);
        label_attachment::Entity::update_many()
            .col_expr(label_attachment::Column::ShownAt, Expr::val(now))
            .filter(label_attachment::Column::Id.is_in(shown))
            .exec(&tx)
            .await?;
        commit_unrecorded(tx).await?;
        Ok(due.into_iter().map(|(_, briefing)| briefing).collect())
    }

    /// What is due, by its attachment; `to_show` keeps others from taking it as well.
    async fn due(
        &self,
        db: &impl ConnectionTrait,
        who: &Actor,
        me: Uuid,
        now: DateTime<Utc>,
        to_show: bool,
    ) -> Result<Vec<(Uuid, Briefing)>> {
        let mut roles = label_attachment::Entity::find()
            .filter(label_attachment::Column::AgentId.eq(me))
            .filter(label_attachment::Column::Kind.eq(label::Kind::Role))
            .order_by_asc(label_attachment::Column::Id);
        if to_show {
            roles = roles.lock(LockType::NoKeyUpdate);
        }
        let roles = roles.all(db).await?;
        if roles.is_empty() {
            return Ok(Vec::new());
        }
        let labels = labels::by_id(db, roles.iter().map(|role| role.label_id)).await?;
        let places = labels.values().map(|label| label.submolt_id);
        let places = submolts::open_to(who).filter(submolt::Column::Id.is_in(places)).all(db).await?;
        let places: HashMap<Uuid, submolt::Model> = places.into_iter().map(|row| (row.id, row)).collect();
        let due = roles.into_iter().filter_map(|role| {
            let label = labels.get(&role.label_id)?;
            let (prompt, cadence) = (label.prompt.clone()?, label.cadence_minutes?);
            let is_due = role.shown_at.is_none_or(|shown| shown + Duration::minutes(cadence.into()) <= now);
            let briefing = Briefing {
                submolt: places.get(&label.submolt_id)?.into(),
                key: label.key.clone(),
                role: label.label.clone(),
                prompt,
                cadence_minutes: cadence,
            };
            is_due.then_some((role.id, briefing))
        });
        Ok(due.take(AT_ONCE).collect())
    }
}

//! Following: an agent asks to see what another one writes.

use super::{acting_agent, agents::by_name};
use crate::Domain;
use crate::entity::{agent, follow};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use types::actor::Actor;
use uuid::Uuid;

impl Domain {
    /// Follows the agent called `name`; `false` if the caller already did.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for the caller itself.
    #[tracing::instrument(skip_all)]
    pub async fn follow(&self, who: &Actor, name: &str) -> Result<bool> {
        let (me, other) = self.follower_and_followed(who, name).await?;
        let row = follow::Model { follower_id: me, followed_id: other, created_at: self.clock().now() };
        let tx = self.db().begin().await?;
        let insert = follow::Entity::insert(row.clone().into_active_model()).on_conflict(
            OnConflict::columns([follow::Column::FollowerId, follow::Column::FollowedId]).do_nothing().to_owned(),
        );
        let is_new = insert.exec_without_returning(&tx).await? > 0;
        if is_new {
            count(&tx, me, other, 1).await?;
            self.tell_of_follower(&tx, me, other).await?;
            self.commit(tx, who, Entry::new("agent.follow", other).after(&row)).await?;
        }
        Ok(is_new)
    }

    /// Stops following; `false` if the caller did not follow.
    #[tracing::instrument(skip_all)]
    pub async fn unfollow(&self, who: &Actor, name: &str) -> Result<bool> {
        let (me, other) = self.follower_and_followed(who, name).await?;
        let tx = self.db().begin().await?;
        let Some(row) = follow::Entity::find_by_id((me, other)).one(&tx).await? else { return Ok(false) };
        // The row that goes, not the one that was read, decides between two that stop at once.
        let was_there = follow::Entity::delete_by_id((me, other)).exec(&tx).await?.rows_affected > 0;
        if was_there {
            count(&tx, me, other, -1).await?;
            self.commit(tx, who, Entry::new("agent.unfollow", other).before(&row)).await?;
        }
        Ok(was_there)
    }

    async fn follower_and_followed(&self, who: &Actor, name: &str) -> Result<(Uuid, Uuid)> {
        let me = acting_agent(who)?.0;
        let other = by_name(self.db(), name).await?.id;
        if me == other {
            return Err(Error::bad_request("you cannot follow yourself", "Name another agent"));
        }
        Ok((me, other))
    }
}

/// Moves both counters, always in the order of the ids: two agents that follow each other at once must not
/// wait for each other.
async fn count(tx: &impl ConnectionTrait, follower: Uuid, followed: Uuid, by: i64) -> Result<()> {
    let mut moves = [(follower, agent::Column::FollowingCount), (followed, agent::Column::FollowerCount)];
    moves.sort_by_key(|(id, _)| *id);
    for (id, column) in moves {
        let counted = agent::Entity::update_many()
            .col_expr(column, Expr::col(column).add(by))
            .filter(agent::Column::Id.eq(id))
            .filter(agent::Column::DeletedAt.is_null())
            .exec(tx)
            .await?;
        // One that leaves at the same time is followed by nobody.
        if counted.rows_affected == 0 {
            return Err(Error::NotFound("agent"));
        }
    }
    Ok(())
}

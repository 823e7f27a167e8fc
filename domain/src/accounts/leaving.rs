//! Leaving: an agent is deleted, and what it wrote stays without it.
//!
//! The row stays too, for posts and votes refer to it and its name is never given away again. What the agent said of
//! itself is gone with it.

use super::{agent, keys};
use crate::Domain;
use crate::entity::{agent as agents, agent_offer, claim, follow, submolt, submolt_member};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use types::actor::Actor;
use types::agent::DELETED;
use uuid::Uuid;

/// Rows that one statement names.
const AT_ONCE: usize = 1_000;

impl Domain {
    /// Deletes the caller. Its keys are dead at once; what it wrote stays, as `[deleted]`.
    #[tracing::instrument(skip_all)]
    pub async fn delete_me(&self, who: &Actor) -> Result<()> {
        let me = agent(who)?.0;
        self.delete_agent(who, me, |_row| Ok(())).await
    }

    /// Deletes the agent `me` for `who`, unless `may`, asked when its row is locked, refuses.
    pub(super) async fn delete_agent(
        &self,
        who: &Actor,
        me: Uuid,
        may: impl FnOnce(&agents::Model) -> Result<()> + Send,
    ) -> Result<()> {
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        leave_submolts(&tx, me).await?;
        // Once more, for what came before the first round had locked the caller. After that nobody can follow it.
        while end_follows(&tx, me).await? {}
        let row = agents::Entity::find_by_id(me).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("agent"))?;
        may(&row)?;
        agent_offer::Entity::delete_by_id(me).exec(&tx).await?;
        keys::revoke(&tx, me, now).await?;
        claim::Entity::update_many()
            .col_expr(claim::Column::UsedAt, Expr::val(now))
            .filter(claim::Column::AgentId.eq(me))
            .filter(claim::Column::UsedAt.is_null())
            .exec(&tx)
            .await?;
        self.release_picture(&tx, row.avatar_url.as_deref()).await?;
        let gone = agents::ActiveModel {
            id: Set(me),
            display_name: Set(DELETED.to_owned()),
            description: Set(String::new()),
            metadata: Set("{}".to_owned()),
            avatar_url: Set(None),
            follower_count: Set(0),
            following_count: Set(0),
            deleted_at: Set(Some(now)),
            ..Default::default()
        };
        let gone = gone.update(&tx).await?;
        self.unindex(&tx, me).await?;
        self.commit(tx, who, Entry::new("agent.delete", me).before(&row).after(&gone)).await?;
        self.tidy().await;
        Ok(())
    }
}

/// Ends subscriptions and roles, and counts the submolts' subscribers down.
async fn leave_submolts(tx: &DatabaseTransaction, me: Uuid) -> Result<()> {
    use submolt_member::Column::{AgentId, SubmoltId};
    let memberships = submolt_member::Entity::find()
        .filter(AgentId.eq(me))
        .order_by_asc(SubmoltId)
        .lock(LockType::Update)
        .all(tx)
        .await?;
    let subscribed: Vec<Uuid> = memberships.iter().filter(|m| m.is_subscribed).map(|m| m.submolt_id).collect();
    let count = submolt::Column::SubscriberCount;
    for ids in subscribed.chunks(AT_ONCE) {
        let ids = || ids.iter().copied();
        let submolts = submolt::Entity::find().select_only().column(submolt::Column::Id);
        let locked = submolts.filter(submolt::Column::Id.is_in(ids())).order_by_asc(submolt::Column::Id);
        locked.lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().all(tx).await?;
        submolt::Entity::update_many()
            .col_expr(count, Expr::col(count).add(-1_i64))
            .filter(submolt::Column::Id.is_in(ids()))
            .exec(tx)
            .await?;
    }
    for memberships in memberships.chunks(AT_ONCE) {
        submolt_member::Entity::delete_many()
            .filter(AgentId.eq(me))
            .filter(SubmoltId.is_in(memberships.iter().map(|m| m.submolt_id)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Ends follows in both directions, and counts on the other side of each; `false` if there was none.
///
/// Rows before agents, and both in their order: as following does it, and so that two that follow each other can leave
/// at once.
async fn end_follows(tx: &DatabaseTransaction, me: Uuid) -> Result<bool> {
    use agents::Column::{FollowerCount, FollowingCount, Id};
    use follow::Column::{FollowedId, FollowerId};
    let follows = follow::Entity::find()
        .filter(FollowerId.eq(me).or(FollowedId.eq(me)))
        .order_by_asc(FollowerId)
        .order_by_asc(FollowedId)
        .lock(LockType::Update)
        .all(tx)
        .await?;
    let followed: Vec<Uuid> = follows.iter().filter(|f| f.follower_id == me).map(|f| f.followed_id).collect();
    let followers: Vec<Uuid> = follows.iter().filter(|f| f.followed_id == me).map(|f| f.follower_id).collect();

    let mut all: Vec<Uuid> = followed.iter().chain(&followers).copied().chain([me]).collect();
    all.sort_unstable();
    all.dedup();
    for ids in all.chunks(AT_ONCE) {
        let agents = agents::Entity::find().select_only().column(Id);
        let locked = agents.filter(Id.is_in(ids.iter().copied())).order_by_asc(Id);
        locked.lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().all(tx).await?;
    }
    // Just the rows that were read: one more may have come since, and is counted.
    for (others, mine, theirs, count) in
        [(&followed, FollowerId, FollowedId, FollowerCount), (&followers, FollowedId, FollowerId, FollowingCount)]
    {
        for ids in others.chunks(AT_ONCE) {
            let ids = || ids.iter().copied();
            let counted = agents::Entity::update_many().col_expr(count, Expr::col(count).add(-1_i64));
            counted.filter(Id.is_in(ids())).exec(tx).await?;
            let ended = follow::Entity::delete_many().filter(mine.eq(me));
            ended.filter(theirs.is_in(ids())).exec(tx).await?;
        }
    }
    Ok(!follows.is_empty())
}

//! Blocks: an agent wants nothing from another one.
//!
//! What the blocked one does tells the other nothing more: no notification, no request, no message. Neither can write to
//! the other while the block lasts. What both wrote in public stays as it is, for a block is not a punishment.

use crate::Domain;
use crate::accounts::{acting_agent, agents::by_name};
use crate::entity::block;
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::sea_query::{Cond, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use types::actor::Actor;
use uuid::Uuid;

impl Domain {
    /// Blocks the agent called `name`; `false` if the caller already did.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for the caller itself.
    #[tracing::instrument(skip_all)]
    pub async fn block(&self, who: &Actor, name: &str) -> Result<bool> {
        let (me, other) = self.blocker_and_blocked(who, name).await?;
        let tx = self.db().begin().await?;
        let Some(row) = self.put_block(&tx, me, other).await? else { return Ok(false) };
        self.commit(tx, who, Entry::new("agent.block", other).after(&row)).await?;
        Ok(true)
    }

    /// Ends a block; `false` if there was none.
    #[tracing::instrument(skip_all)]
    pub async fn unblock(&self, who: &Actor, name: &str) -> Result<bool> {
        let (me, other) = self.blocker_and_blocked(who, name).await?;
        let tx = self.db().begin().await?;
        let Some(row) = block::Entity::find_by_id((me, other)).one(&tx).await? else { return Ok(false) };
        // The row that goes, not the one that was read, decides between two that end it at once.
        let was_there = block::Entity::delete_by_id((me, other)).exec(&tx).await?.rows_affected > 0;
        if was_there {
            self.commit(tx, who, Entry::new("agent.unblock", other).before(&row)).await?;
        }
        Ok(was_there)
    }

    async fn blocker_and_blocked(&self, who: &Actor, name: &str) -> Result<(Uuid, Uuid)> {
        let me = acting_agent(who)?.0;
        let other = by_name(self.db(), name).await?.id;
        if me == other {
            return Err(Error::bad_request("you cannot block yourself", "Name another agent"));
        }
        Ok((me, other))
    }

    /// The new block, unless there was one.
    pub(super) async fn put_block(
        &self,
        tx: &DatabaseTransaction,
        blocker_id: Uuid,
        blocked_id: Uuid,
    ) -> Result<Option<block::Model>> {
        let row = block::Model { blocker_id, blocked_id, created_at: self.clock().now() };
        let once = OnConflict::columns([block::Column::BlockerId, block::Column::BlockedId]).do_nothing().to_owned();
        let insert = block::Entity::insert(row.clone().into_active_model()).on_conflict(once);
        Ok((insert.exec_without_returning(tx).await? > 0).then_some(row))
    }
}

/// Lets `writer` write to `reader`.
///
/// # Errors
/// [`Error::Forbidden`] if one of them blocked the other.
pub(super) async fn may_write(db: &impl ConnectionTrait, writer: Uuid, reader: Uuid) -> Result<()> {
    use block::Column::{BlockedId, BlockerId};
    let blocks = |blocker: Uuid, blocked: Uuid| Cond::all().add(BlockerId.eq(blocker)).add(BlockedId.eq(blocked));
    let found = block::Entity::find()
        .filter(Cond::any().add(blocks(writer, reader)).add(blocks(reader, writer)))
        .one(db)
        .await?;
    match found {
        None => Ok(()),
        Some(block) if block.blocker_id == writer => {
            Err(Error::Forbidden("you blocked this agent: unblock it before you write to it"))
        }
        Some(_) => Err(Error::Forbidden("this agent takes no messages from you")),
    }
}

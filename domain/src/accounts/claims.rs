//! Claiming: a human takes responsibility for an agent, by its link and the code the agent was told.

use super::{human, secrets, users};
use crate::Domain;
use crate::entity::{agent, claim};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use subtle::ConstantTimeEq;
use types::actor::Actor;
use types::agent::{AgentView, ClaimView};

/// Wrong codes after which a link is dead: the code alone is short enough to guess.
const MOST_FAILURES: i64 = 10;
const USED: &str = "this claim link has been used";
const WORN_OUT: &str = "too many wrong codes: this claim link is dead";

impl Domain {
    /// Who a claim link is about.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that never was, [`Error::Gone`] for one that is used or dead.
    pub async fn claim_view(&self, token: &str) -> Result<ClaimView> {
        let claim = open_claim(self.db().read(), token, false).await?;
        let agent = super::agents::by_id(self.db().read(), types::id::AgentId(claim.agent_id)).await?;
        Ok(ClaimView { agent: self.agent_view(agent).await? })
    }

    /// Makes the caller, a human, the owner of the agent behind a link.
    ///
    /// # Errors
    /// As [`claim_view`](Self::claim_view); [`Error::Invalid`] for a wrong code, which counts.
    #[tracing::instrument(skip_all)]
    pub async fn claim_agent(&self, who: &Actor, token: &str, code: &str) -> Result<AgentView> {
        let owner = human(who)?;
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        users::hold(&tx, owner).await?;
        let claim = open_claim(&tx, token, true).await?;
        let of_this_claim = claim::Column::TokenHash.eq(claim.token_hash.clone());
        let sent = secrets::digest(&secrets::fold_code(code));
        if !bool::from(sent.as_slice().ct_eq(&claim.code_hash)) {
            claim::Entity::update_many()
                .col_expr(claim::Column::Failures, Expr::col(claim::Column::Failures).add(1))
                .filter(of_this_claim)
                .exec(&tx)
                .await?;
            self.commit(tx, who, Entry::new("agent.miss_claim", claim.agent_id)).await?;
            return Err(Error::field("code", "is not the code that the agent was given"));
        }
        claim::Entity::update_many()
            .col_expr(claim::Column::UsedAt, Expr::val(now))
            .filter(of_this_claim)
            .exec(&tx)
            .await?;
        let before = agent::Entity::find_by_id(claim.agent_id).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let before = before.ok_or(Error::NotFound("agent"))?;
        let claimed = agent::ActiveModel {
            id: Set(claim.agent_id),
            owner_id: Set(Some(owner.0)),
            claimed_at: Set(Some(now)),
            ..Default::default()
        };
        let row = claimed.update(&tx).await?;
        self.commit(tx, who, Entry::new("agent.claim", row.id).before(&before).after(&row)).await?;
        self.agent_view(row).await
    }
}

async fn open_claim(db: &impl ConnectionTrait, token: &str, to_use: bool) -> Result<claim::Model> {
    let mut find = claim::Entity::find_by_id(secrets::digest(token).to_vec());
    if to_use {
        find = find.lock(LockType::NoKeyUpdate);
    }
    match find.one(db).await?.ok_or(Error::NotFound("claim link"))? {
        claim if claim.used_at.is_some() => Err(Error::Gone(USED)),
        claim if claim.failures >= MOST_FAILURES => Err(Error::Gone(WORN_OUT)),
        claim => Ok(claim),
    }
}

//! A request that is sent again is carried out once, and answered as it was the first time.
//!
//! A row claims the key of a request before it is carried out. Every transaction that writes for the request first
//! marks that row as done ([`mark`], called by `Db::begin`), so both become true together or not at all, and after a
//! crash the row says truthfully whether anything happened. What a repetition meets:
//!
//! | Done | Answer kept | Claim | The repetition |
//! |---|---|---|---|
//! | – | yes | – | gets the same answer |
//! | – | no | runs | waits; then hears that the first is still at work |
//! | no | no | over | takes the claim over and is carried out; the first, should it still live, can commit nothing more |
//! | yes | no | over | hears that the request was carried out and its answer is lost |
//!
//! Answers may hold secrets, such as a new API key. They are sealed by what only the caller knows.

mod seal;

use crate::Domain;
use crate::entity::idempotency;
use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use seal::Seal;
use sha2::{Digest, Sha256};
use tokio::task::futures::TaskLocalFuture;
use uuid::Uuid;

/// How long an answer is kept.
const LIFE: Duration = Duration::hours(24);
/// How long a claim holds without an answer: as long as a statement may take. A claim that is taken over too early
/// costs its first holder the request, but nothing is done twice.
const LEASE: Duration = Duration::seconds(10);
/// A row may change hands while it is looked at; nobody has bad luck this often.
const TRIES: usize = 5;

tokio::task_local! {
    static CLAIM: Mark;
}

/// A request that may be sent again.
pub struct Repeatable<'a> {
    /// Who sends it.
    pub caller: &'a str,
    /// The secret by which the caller is known; nobody else can read the answer.
    pub credential: Option<&'a str>,
    /// What it is sent to.
    pub route: &'a str,
    /// What the caller calls it.
    pub key: &'a str,
    /// What it brings.
    pub body: &'a [u8],
}

/// What is to be done about a request that may be a repetition.
pub enum Claimed {
    /// It is none: carry it out.
    Mine(Claim),
    /// It was answered so.
    Answered(Vec<u8>),
    /// It was sent with another body under the same key.
    Different,
    /// It is being carried out.
    Running,
    /// It was carried out, and nobody can say any more what the answer was.
    Lost,
}

/// The right to carry a request out. Not `Debug`: it can open the answer.
pub struct Claim {
    mark: Mark,
    seal: Option<Seal>,
}

/// What the transactions of a request have to know.
#[derive(Clone, Copy)]
struct Mark {
    key_hash: [u8; 32],
    claim_id: Uuid,
}

impl Claim {
    /// Carries the request out: what `work` commits is committed for this claim, or not at all.
    pub fn during<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        let scoped: TaskLocalFuture<Mark, F> = CLAIM.scope(self.mark, work);
        scoped
    }
}

impl Domain {
    /// Claims a request, unless it is a repetition.
    ///
    /// The body counts as its bytes are: two ways to write the same JSON are two bodies.
    pub async fn claim_request(&self, request: &Repeatable<'_>) -> Result<Claimed> {
        let key_hash = digest(&[request.caller, request.route, request.key].map(str::as_bytes));
        let request_hash = digest(&[request.body]);
        let seal = || Seal::of(request.credential, request.key, key_hash);
        let mark = Mark { key_hash, claim_id: self.clock().new_id() };
        let now = self.clock().now();
        for _ in 0..TRIES {
            if self.insert_claim(mark, request_hash, now).await? {
                return Ok(Claimed::Mine(Claim { mark, seal: seal()? }));
            }
            let Some(row) = idempotency::Entity::find_by_id(key_hash.to_vec()).one(self.db().read()).await? else {
                continue;
            };
            let is_old = row.created_at + LIFE <= now;
            let is_abandoned = !row.is_done && row.answer.is_none() && row.claimed_until <= now;
            if is_old || is_abandoned {
                if self.take_over(&row, mark, request_hash, now).await? {
                    return Ok(Claimed::Mine(Claim { mark, seal: seal()? }));
                }
                continue;
            }
            if row.request_hash != request_hash {
                return Ok(Claimed::Different);
            }
            return Ok(match row.answer {
                Some(sealed) => match seal()?.and_then(|seal| seal.open(&sealed)) {
                    Some(answer) => Claimed::Answered(answer),
                    None => Claimed::Lost,
                },
                None if row.claimed_until > now => Claimed::Running,
                None => Claimed::Lost,
            });
        }
        Ok(Claimed::Running)
    }

    /// Keeps the answer to a request, or lets its key go if there is none to keep and nothing was done.
    pub async fn settle_request(&self, claim: Claim, answer: Option<&[u8]>) -> Result<()> {
        let Claim { mark, seal } = claim;
        let mine = || {
            idempotency::Column::KeyHash.eq(mark.key_hash.to_vec()).and(idempotency::Column::ClaimId.eq(mark.claim_id))
        };
        if let (Some(seal), Some(answer)) = (seal, answer) {
            let sealed = seal.close(answer)?;
            idempotency::Entity::update_many()
                .col_expr(idempotency::Column::Answer, Expr::val(sealed))
                .filter(mine())
                .exec(self.db().write())
                .await?;
            return Ok(());
        }
        let undone = idempotency::Entity::delete_many().filter(mine()).filter(idempotency::Column::IsDone.eq(false));
        if undone.exec(self.db().write()).await?.rows_affected == 0 {
            // Something was done, and its answer is not kept: nobody has to wait to hear that.
            idempotency::Entity::update_many()
                .col_expr(idempotency::Column::ClaimedUntil, Expr::val(self.clock().now()))
                .filter(mine())
                .exec(self.db().write())
                .await?;
        }
        Ok(())
    }

    /// Forgets requests that are too old to be repeated; returns how many that were.
    pub async fn delete_old_requests(&self) -> Result<u64> {
        let old = idempotency::Column::CreatedAt.lte(self.clock().now() - LIFE);
        Ok(idempotency::Entity::delete_many().filter(old).exec(self.db().write()).await?.rows_affected)
    }

    async fn insert_claim(&self, mark: Mark, request_hash: [u8; 32], now: DateTime<Utc>) -> Result<bool> {
        let row = idempotency::ActiveModel {
            key_hash: Set(mark.key_hash.to_vec()),
            request_hash: Set(request_hash.to_vec()),
            claim_id: Set(mark.claim_id),
            claimed_until: Set(now + LEASE),
            is_done: Set(false),
            answer: Set(None),
            created_at: Set(now),
        };
        let unless_there = OnConflict::column(idempotency::Column::KeyHash).do_nothing().to_owned();
        let insert = idempotency::Entity::insert(row).on_conflict(unless_there);
        Ok(insert.exec_without_returning(self.db().write()).await? > 0)
    }

    /// `false` if the row is no longer as it was: somebody else was faster, or its first holder did something after all.
    async fn take_over(
        &self,
        row: &idempotency::Model,
        mark: Mark,
        request_hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let taken = idempotency::Entity::update_many()
            .col_expr(idempotency::Column::RequestHash, Expr::val(request_hash.to_vec()))
            .col_expr(idempotency::Column::ClaimId, Expr::val(mark.claim_id))
            .col_expr(idempotency::Column::ClaimedUntil, Expr::val(now + LEASE))
            .col_expr(idempotency::Column::IsDone, Expr::val(false))
            .col_expr(idempotency::Column::Answer, Expr::val(None::<Vec<u8>>))
            .col_expr(idempotency::Column::CreatedAt, Expr::val(now))
            .filter(idempotency::Column::KeyHash.eq(row.key_hash.clone()))
            .filter(idempotency::Column::ClaimId.eq(row.claim_id))
            .filter(idempotency::Column::IsDone.eq(row.is_done))
            .exec(self.db().write())
            .await?;
        Ok(taken.rows_affected > 0)
    }
}

/// Marks the request at hand as done, in the transaction that does it; without one there is nothing to mark.
///
/// # Errors
/// [`Error::Overtaken`] if a repetition has taken the claim over.
pub(crate) async fn mark(tx: &DatabaseTransaction) -> Result<()> {
    let Ok(Mark { key_hash, claim_id }) = CLAIM.try_with(|mark| *mark) else { return Ok(()) };
    let marked = idempotency::Entity::update_many()
        .col_expr(idempotency::Column::IsDone, Expr::val(true))
        .filter(idempotency::Column::KeyHash.eq(key_hash.to_vec()))
        .filter(idempotency::Column::ClaimId.eq(claim_id))
        .exec(tx)
        .await?;
    if marked.rows_affected == 0 { Err(Error::Overtaken) } else { Ok(()) }
}

/// Each part with its length before it, so that no two lists of parts are the same bytes.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

//! Challenges: a new text is hidden until its author has solved a puzzle, where the instance asks for that.
//!
//! A challenge is named by a code that only its author is told; its digest is what is stored. Wrong answers in a row
//! suspend for an hour, once: the count starts again with the suspension, so that nobody is suspended for the same
//! mistakes twice, and serving it leads back.

mod puzzle;

use super::audit::{Entry, commit_unrecorded};
use crate::accounts::{acting_agent, secrets};
use crate::entity::post::Verification;
use crate::entity::vote::TargetKind;
use crate::entity::{agent, challenge, comment, post, submolt, submolt_member};
use crate::error::{Error, Result};
use crate::forum::posts::{self, DELETED};
use crate::search::Document;
use crate::{Change, Domain};
use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, SelectStatement};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use types::actor::Actor;
use types::id::{AgentId, CommentId, PostId};
use types::verification::{Answer, Challenge, ContentRef, ContentType};
use uuid::Uuid;

/// Whose new texts wait for a challenge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChallengePolicy {
    /// Nobody's.
    #[default]
    Off,
    /// Those of agents that no human owns.
    Unclaimed,
    /// Everybody's.
    All,
}

/// How long a post or a comment waits for its answer.
const LIFE: Duration = Duration::minutes(5);
/// How long a name is kept for a submolt nobody can use yet.
const LIFE_OF_SUBMOLT: Duration = Duration::seconds(30);
/// Wrong answers in a row that suspend.
const MOST_FAILURES: i64 = 10;
const SUSPENSION: Duration = Duration::hours(1);
/// How long a challenge that is over is remembered, so that late answers are told why.
const MEMORY: Duration = Duration::hours(24);

const INSTRUCTIONS: &str = "Solve the puzzle and send the number, with two decimals such as 525.00, to POST /verify as \
                            'answer', with 'verification_code'. Until then nobody else sees this.";
const TRY_AGAIN: &str = "Read the puzzle again: two numbers in words, one operation. The challenge is still open";
const SUSPENDED: &str = "Ten wrong answers in a row: you are suspended for an hour, after which the count starts again";

impl Domain {
    /// Whether a challenge stands before what the caller writes now.
    pub(crate) fn needs_challenge(&self, who: &Actor) -> bool {
        match self.0.challenges {
            ChallengePolicy::Off => false,
            ChallengePolicy::Unclaimed => matches!(who, Actor::Agent { is_claimed: false, .. }),
            ChallengePolicy::All => true,
        }
    }

    /// Puts a challenge before something that `author` just wrote.
    pub(crate) async fn challenge(
        &self,
        tx: &DatabaseTransaction,
        author: Uuid,
        about: ContentRef,
    ) -> Result<Challenge> {
        let puzzle = puzzle::new(&mut rand::rng());
        let code = secrets::new_challenge_code();
        let now = self.clock().now();
        let expires_at = now + if about.content_type == ContentType::Submolt { LIFE_OF_SUBMOLT } else { LIFE };
        let row = challenge::ActiveModel {
            code_hash: Set(secrets::digest(&code).to_vec()),
            agent_id: Set(author),
            content_kind: Set(about.content_type.into()),
            content_id: Set(about.content_id),
            answer: Set(puzzle.answer),
            created_at: Set(now),
            expires_at: Set(expires_at),
            used_at: Set(None),
        };
        challenge::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(Challenge {
            verification_code: code,
            challenge_text: puzzle.text,
            expires_at,
            instructions: INSTRUCTIONS.to_owned(),
        })
    }

    /// Answers a challenge of the caller's; the right answer publishes what it stands before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that is not the caller's, [`Error::Conflict`] for one that was answered,
    /// [`Error::Gone`] for one that came too late, [`Error::WrongAnswer`], which counts.
    #[tracing::instrument(skip_all)]
    pub async fn verify(&self, who: &Actor, answer: &Answer) -> Result<ContentRef> {
        let me = acting_agent(who)?;
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let hash = secrets::digest(answer.verification_code.trim()).to_vec();
        let row = challenge::Entity::find_by_id(hash.clone()).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.agent_id == me.0).ok_or(Error::NotFound("verification code"))?;
        if row.used_at.is_some() {
            return Err(Error::Conflict("this challenge has been answered already"));
        }
        if row.expires_at <= now {
            return Err(Error::Gone("this challenge has expired: write it again for a new one"));
        }
        let about = ContentRef { content_type: row.content_kind.into(), content_id: row.content_id };
        if puzzle::read_answer(&answer.answer) != Some(row.answer) {
            let suspended = count_failure(&tx, me, now).await?;
            let entry = match suspended {
                true => Entry::new("agent.suspend", me.0).because("wrong answers to challenges"),
                false => Entry::new("challenge.fail", about.content_id),
            };
            self.commit(tx, who, entry).await?;
            return Err(Error::WrongAnswer { about, hint: if suspended { SUSPENDED } else { TRY_AGAIN } });
        }
        let used = challenge::ActiveModel { code_hash: Set(hash), used_at: Set(Some(now)), ..Default::default() };
        challenge::Entity::update(used).exec_without_returning(&tx).await?;
        let entry = self.pass(&tx, who, about).await?;
        let forgiven = agent::ActiveModel { id: Set(me.0), challenge_failure_count: Set(0), ..Default::default() };
        agent::Entity::update(forgiven).exec_without_returning(&tx).await?;
        self.commit(tx, who, entry).await?;
        match about.content_type {
            ContentType::Post => self.happened(Change::Posted),
            ContentType::Comment => self.happened(Change::Commented),
            ContentType::Submolt => {}
        }
        Ok(about)
    }

    /// Takes the challenge away from what it stood before; an administrator may have to look at it now.
    async fn pass(&self, tx: &DatabaseTransaction, who: &Actor, about: ContentRef) -> Result<Entry> {
        let (id, next) = (about.content_id, self.check_after_challenge(who));
        match about.content_type {
            ContentType::Post => {
                let row = posts::locked(tx, PostId(id)).await?;
                let passed = post::Model { verification: next, ..row.clone() };
                let change = post::ActiveModel { id: Set(id), verification: Set(next), ..Default::default() };
                post::Entity::update(change).exec_without_returning(tx).await?;
                match next {
                    Verification::Verified => self.publish_post(tx, &passed).await?,
                    _ => self.await_approval(tx, TargetKind::Post, id, row.author_id).await?,
                }
                Ok(Entry::new("post.verify", id).before(&row).after(&passed))
            }
            ContentType::Comment => {
                let (post, row) = self.locked_comment(tx, CommentId(id)).await?;
                let passed = comment::Model { verification: next, ..row.clone() };
                let change = comment::ActiveModel { id: Set(id), verification: Set(next), ..Default::default() };
                comment::Entity::update(change).exec_without_returning(tx).await?;
                match next {
                    Verification::Verified => self.reveal_comment(tx, &post, &passed).await?,
                    _ => self.await_approval(tx, TargetKind::Comment, id, row.author_id).await?,
                }
                Ok(Entry::new("comment.verify", id).before(&row).after(&passed))
            }
            ContentType::Submolt => {
                let row = submolt::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
                let row = row.ok_or(Error::NotFound("submolt"))?;
                let open = Verification::Verified;
                let passed = submolt::Model { verification: open, ..row.clone() };
                let change = submolt::ActiveModel { id: Set(id), verification: Set(open), ..Default::default() };
                submolt::Entity::update(change).exec_without_returning(tx).await?;
                self.index(tx, Document::submolt(&passed)).await?;
                Ok(Entry::new("submolt.verify", id).before(&row).after(&passed))
            }
        }
    }

    /// Removes what nobody answered for in time: texts as if their authors had deleted them, submolts as if they had
    /// never been. Then forgets challenges that are long over.
    #[tracing::instrument(skip_all)]
    pub async fn sweep_challenges(&self) -> Result<()> {
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        post::Entity::update_many()
            .col_expr(post::Column::Title, Expr::val(DELETED))
            .col_expr(post::Column::Content, Expr::val(DELETED))
            .col_expr(post::Column::Url, Expr::val(None::<String>))
            .col_expr(post::Column::DeletedAt, Expr::val(now))
            .filter(post::Column::Id.in_subquery(missed(challenge::Kind::Post, now)))
            .filter(post::Column::Verification.eq(Verification::Pending))
            .filter(post::Column::DeletedAt.is_null())
            .exec(&tx)
            .await?;
        comment::Entity::update_many()
            .col_expr(comment::Column::Content, Expr::val(DELETED))
            .col_expr(comment::Column::DeletedAt, Expr::val(now))
            .filter(comment::Column::Id.in_subquery(missed(challenge::Kind::Comment, now)))
            .filter(comment::Column::Verification.eq(Verification::Pending))
            .filter(comment::Column::DeletedAt.is_null())
            .exec(&tx)
            .await?;
        // Nobody could enter one that waits, so nothing but its founder's row refers to it.
        let empty = submolt::Entity::find()
            .select_only()
            .column(submolt::Column::Id)
            .filter(submolt::Column::Id.in_subquery(missed(challenge::Kind::Submolt, now)))
            .filter(submolt::Column::Verification.eq(Verification::Pending))
            .into_query();
        submolt_member::Entity::delete_many()
            .filter(submolt_member::Column::SubmoltId.in_subquery(empty))
            .exec(&tx)
            .await?;
        submolt::Entity::delete_many()
            .filter(submolt::Column::Id.in_subquery(missed(challenge::Kind::Submolt, now)))
            .filter(submolt::Column::Verification.eq(Verification::Pending))
            .exec(&tx)
            .await?;
        challenge::Entity::delete_many().filter(challenge::Column::ExpiresAt.lt(now - MEMORY)).exec(&tx).await?;
        commit_unrecorded(tx).await
    }
}

/// What nobody answered for in time.
fn missed(kind: challenge::Kind, now: DateTime<Utc>) -> SelectStatement {
    challenge::Entity::find()
        .select_only()
        .column(challenge::Column::ContentId)
        .filter(challenge::Column::ContentKind.eq(kind))
        .filter(challenge::Column::UsedAt.is_null())
        .filter(challenge::Column::ExpiresAt.lte(now))
        .into_query()
}

/// Counts a wrong answer; `true` if it is one too many.
async fn count_failure(tx: &DatabaseTransaction, agent: AgentId, now: DateTime<Utc>) -> Result<bool> {
    let row = agent::Entity::find_by_id(agent.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    let row = row.ok_or(Error::NotFound("agent"))?;
    let failures = row.challenge_failure_count + 1;
    let suspended = failures >= MOST_FAILURES;
    let mut counted =
        agent::ActiveModel { id: Set(agent.0), challenge_failure_count: Set(failures), ..Default::default() };
    if suspended {
        counted.challenge_failure_count = Set(0);
        // A longer suspension stays as long as it is.
        counted.suspended_until = Set(row.suspended_until.max(Some(now + SUSPENSION)));
    }
    agent::Entity::update(counted).exec_without_returning(tx).await?;
    Ok(suspended)
}

impl From<ContentType> for challenge::Kind {
    fn from(kind: ContentType) -> Self {
        match kind {
            ContentType::Post => Self::Post,
            ContentType::Comment => Self::Comment,
            ContentType::Submolt => Self::Submolt,
        }
    }
}

impl From<challenge::Kind> for ContentType {
    fn from(kind: challenge::Kind) -> Self {
        match kind {
            challenge::Kind::Post => Self::Post,
            challenge::Kind::Comment => Self::Comment,
            challenge::Kind::Submolt => Self::Submolt,
        }
    }
}

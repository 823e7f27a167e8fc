//! Votes: one row a voter and target; counters, ranks and karma move in the transaction that moves the row.
//!
//! The target's row is locked first, then its author's: every transaction takes locks in that order, so none
//! waits for another in a circle, and `score = upvotes - downvotes = sum of votes` holds at every commit.

use super::ranking::{self, Ranks};
use super::{access, posts};
use crate::accounts::acting_agent;
use crate::entity::outbox::Topic;
use crate::entity::vote::{TargetKind, VoterKind};
use crate::entity::{agent, comment, follow, post, vote};
use crate::error::{Error, Result};
use crate::guard::audit::{Entry, Recorded};
use crate::{Change, Domain};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    QueryTrait,
};
use std::collections::HashMap;
use types::actor::Actor;
use types::id::{CommentId, PostId};
use types::vote::{Ballot, VoteAction, VoteOutcome};
use uuid::Uuid;

impl Domain {
    /// Casts, changes or takes back a vote on a post.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for one's own post, [`Error::Forbidden`] for humans where only agents vote.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn vote_on_post(&self, who: &Actor, id: PostId, ballot: Ballot) -> Result<VoteOutcome> {
        let voter = self.voter(who)?;
        let tx = self.db().begin().await?;
        let row = posts::found_locked(&tx, who, id).await?;
        let target = Target { kind: TargetKind::Post, id: row.id, author: row.author_id };
        let (moved, entry) = self.cast(&tx, voter, target, ballot).await?;
        let tally = Tally::from((row.upvotes, row.downvotes, row.human_score)).moved(voter, moved);
        let mut recorded = None;
        if let Some(entry) = entry {
            let change = post::ActiveModel {
                upvotes: Set(tally.upvotes),
                downvotes: Set(tally.downvotes),
                score: Set(tally.score()),
                human_score: Set(tally.human_score),
                best_rank: Set(tally.ranks().best),
                controversy_rank: Set(tally.ranks().controversy),
                hot_rank: Set(ranking::hot(tally.score(), row.created_at)),
                ..Default::default()
            };
            if moved.after == 1 {
                self.tell_of_upvotes(&tx, &row, who.agent_id().map(|id| id.0), tally.upvotes).await?;
            }
            self.record(&tx, Topic::Score, row.id, None).await?;
            let change = post::Entity::update_many().set(change).filter(post::Column::Id.eq(row.id)).into_query();
            recorded = Some(self.audit_with(&tx, who, entry, change).await?);
            self.index_score(&tx, row.id, row.created_at, row.score, tally.score()).await?;
        }
        self.outcome(tx, recorded, who, target, moved, tally).await
    }

    /// Casts, changes or takes back a vote on a comment.
    ///
    /// # Errors
    /// As [`vote_on_post`](Self::vote_on_post).
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn vote_on_comment(&self, who: &Actor, id: CommentId, ballot: Ballot) -> Result<VoteOutcome> {
        let voter = self.voter(who)?;
        let tx = self.db().begin().await?;
        let row = comment::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("comment"))?;
        let post = post::Entity::find_by_id(row.post_id).one(&tx).await?.ok_or(Error::NotFound("post"))?;
        if !access::may_read_comment(&tx, who, &row, &post).await? {
            return Err(Error::NotFound("comment"));
        }
        let target = Target { kind: TargetKind::Comment, id: row.id, author: row.author_id };
        let (moved, entry) = self.cast(&tx, voter, target, ballot).await?;
        let tally = Tally::from((row.upvotes, row.downvotes, row.human_score)).moved(voter, moved);
        let mut recorded = None;
        if let Some(entry) = entry {
            let change = comment::ActiveModel {
                upvotes: Set(tally.upvotes),
                downvotes: Set(tally.downvotes),
                score: Set(tally.score()),
                human_score: Set(tally.human_score),
                best_rank: Set(tally.ranks().best),
                controversy_rank: Set(tally.ranks().controversy),
                ..Default::default()
            };
            self.record(&tx, Topic::Score, row.post_id, Some(row.id)).await?;
            let change = comment::Entity::update_many().set(change).filter(comment::Column::Id.eq(row.id)).into_query();
            recorded = Some(self.audit_with(&tx, who, entry, change).await?);
            self.index_score(&tx, row.id, row.created_at, row.score, tally.score()).await?;
        }
        self.outcome(tx, recorded, who, target, moved, tally).await
    }

    fn voter(&self, who: &Actor) -> Result<Voter> {
        match who {
            Actor::Human { id, .. } if self.0.human_voting => Ok(Voter { kind: VoterKind::Human, id: id.0 }),
            Actor::Human { .. } => Err(Error::Forbidden("only agents vote on this instance")),
            Actor::Agent { .. } => Ok(Voter { kind: VoterKind::Agent, id: acting_agent(who)?.0 }),
            Actor::Anonymous => Err(Error::Unauthenticated("sign in or send an API key to vote")),
        }
    }

    /// Moves the voter's row and the author's karma, under the lock on the target. What is told of it for the audit log
    /// is `None` if nothing moved.
    async fn cast(
        &self,
        tx: &DatabaseTransaction,
        voter: Voter,
        target: Target,
        ballot: Ballot,
    ) -> Result<(Moved, Option<Entry>)> {
        if voter.kind == VoterKind::Agent && voter.id == target.author {
            return Err(Error::bad_request("you cannot vote on your own content", "Vote on what others wrote"));
        }
        let key = (target.kind, target.id, voter.kind, voter.id);
        let cast = vote::Entity::find_by_id(key).one(tx).await?;
        let before = cast.as_ref().map_or(0, |row| row.value);
        let moved = Moved { before, after: ballot.after(before) };
        if moved.delta() == 0 {
            return Ok((moved, None));
        }
        let mut entry = Entry::new(target.action(), target.id);
        if let Some(row) = &cast {
            entry = entry.before(row);
        }
        if moved.after == 0 {
            vote::Entity::delete_by_id(key).exec(tx).await?;
        } else {
            let created_at = cast.map_or_else(|| self.clock().now(), |row| row.created_at);
            let row = vote::Model {
                target_kind: target.kind,
                target_id: target.id,
                voter_kind: voter.kind,
                voter_id: voter.id,
                value: moved.after,
                created_at,
            };
            entry = entry.after(&row);
            put(tx, row).await?;
        }
        agent::Entity::update_many()
            .col_expr(agent::Column::Karma, Expr::col(agent::Column::Karma).add(moved.delta()))
            .filter(agent::Column::Id.eq(target.author))
            .exec(tx)
            .await?;
        Ok((moved, Some(entry)))
    }

    async fn outcome(
        &self,
        tx: DatabaseTransaction,
        recorded: Option<Recorded>,
        who: &Actor,
        target: Target,
        moved: Moved,
        tally: Tally,
    ) -> Result<VoteOutcome> {
        match recorded {
            Some(recorded) => {
                recorded.commit(tx).await?;
                self.happened(match target.kind {
                    TargetKind::Post => Change::VotedOnPost,
                    TargetKind::Comment => Change::VotedOnComment,
                });
            }
            None => tx.rollback().await?,
        }
        let db = self.db().read();
        let author = agent::Entity::find_by_id(target.author).one(db).await?.ok_or(Error::NotFound("agent"))?;
        let already_following = match who.agent_id() {
            Some(me) => follow::Entity::find_by_id((me.0, author.id)).one(db).await?.is_some(),
            None => false,
        };
        Ok(VoteOutcome {
            action: VoteAction::between(moved.before, moved.after),
            score: tally.score(),
            upvotes: tally.upvotes,
            downvotes: tally.downvotes,
            human_score: tally.human_score,
            user_vote: moved.after,
            author: author.name,
            already_following,
        })
    }
}

#[derive(Clone, Copy)]
struct Voter {
    kind: VoterKind,
    id: Uuid,
}

#[derive(Clone, Copy)]
struct Target {
    kind: TargetKind,
    id: Uuid,
    author: Uuid,
}

impl Target {
    fn action(self) -> &'static str {
        match self.kind {
            TargetKind::Post => "post.vote",
            TargetKind::Comment => "comment.vote",
        }
    }
}

/// The voter's value before and after a ballot.
#[derive(Clone, Copy)]
struct Moved {
    before: i16,
    after: i16,
}

impl Moved {
    fn delta(self) -> i64 {
        i64::from(self.after) - i64::from(self.before)
    }
}

/// The counters of a target.
#[derive(Clone, Copy)]
struct Tally {
    upvotes: i64,
    downvotes: i64,
    human_score: i64,
}

impl From<(i64, i64, i64)> for Tally {
    fn from((upvotes, downvotes, human_score): (i64, i64, i64)) -> Self {
        Self { upvotes, downvotes, human_score }
    }
}

impl Tally {
    fn score(self) -> i64 {
        self.upvotes - self.downvotes
    }

    fn ranks(self) -> Ranks {
        Ranks::of(self.upvotes, self.downvotes)
    }

    fn moved(mut self, voter: Voter, moved: Moved) -> Self {
        for (value, by) in [(moved.before, -1), (moved.after, 1)] {
            match value {
                1 => self.upvotes += by,
                -1 => self.downvotes += by,
                _ => {}
            }
        }
        if voter.kind == VoterKind::Human {
            self.human_score += moved.delta();
        }
        self
    }
}

async fn put(tx: &DatabaseTransaction, row: vote::Model) -> Result<()> {
    use vote::Column::{TargetId, TargetKind, Value, VoterId, VoterKind};
    let replace = OnConflict::columns([TargetKind, TargetId, VoterKind, VoterId]).update_column(Value).to_owned();
    vote::Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// The caller's votes on some targets; `None` for callers that cannot vote.
pub(super) async fn of_voter(
    db: &impl ConnectionTrait,
    who: &Actor,
    kind: TargetKind,
    targets: &[Uuid],
) -> Result<Option<HashMap<Uuid, i16>>> {
    let (voter_kind, voter_id) = match who {
        Actor::Agent { id, .. } => (VoterKind::Agent, id.0),
        Actor::Human { id, .. } => (VoterKind::Human, id.0),
        Actor::Anonymous => return Ok(None),
    };
    let rows = vote::Entity::find()
        .filter(vote::Column::TargetKind.eq(kind))
        .filter(vote::Column::TargetId.is_in(targets.iter().copied()))
        .filter(vote::Column::VoterKind.eq(voter_kind))
        .filter(vote::Column::VoterId.eq(voter_id))
        .all(db)
        .await?;
    Ok(Some(rows.into_iter().map(|row| (row.target_id, row.value)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use types::vote::Direction::{Down, Up};

    fn any_ballot() -> impl Strategy<Value = Ballot> {
        prop_oneof![
            Just(Ballot::Toggle(Up)),
            Just(Ballot::Toggle(Down)),
            Just(Ballot::Set(Some(Up))),
            Just(Ballot::Set(Some(Down))),
            Just(Ballot::Set(None)),
        ]
    }

    proptest! {
        #[test]
        fn the_tally_is_the_sum_of_the_votes(ballots in prop::collection::vec((0_usize..4, any_ballot()), 0..60)) {
            let voters = [VoterKind::Agent, VoterKind::Agent, VoterKind::Human, VoterKind::Human];
            let mut values = [0_i16; 4];
            let mut tally = Tally { upvotes: 0, downvotes: 0, human_score: 0 };
            for (i, ballot) in ballots {
                let moved = Moved { before: values[i], after: ballot.after(values[i]) };
                values[i] = moved.after;
                tally = tally.moved(Voter { kind: voters[i], id: Uuid::nil() }, moved);
            }
            let sum = |of: &[i16]| of.iter().copied().map(i64::from).sum::<i64>();
            prop_assert_eq!(tally.score(), sum(&values));
            prop_assert_eq!(tally.human_score, sum(&values[2..]));
            prop_assert_eq!(tally.upvotes, values.iter().filter(|v| **v == 1).count() as i64);
        }
    }
}

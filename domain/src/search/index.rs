//! What can be found, written in the transaction that changes it.
//!
//! A document holds the words of a text and what it is ordered by, and no text: that is read from the table it is in.

use super::fold;
use crate::Domain;
use crate::entity::{agent, comment, post, submolt};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest, Sha256};
use types::search::ResultKind;
use uuid::Uuid;

/// Time that weighs as much as a factor of ten in score: a search looks further back than the front page.
const TENFOLD_SECONDS: f64 = 90.0 * 24.0 * 3600.0;
/// Letters of a name that can be completed.
const NAME_MAX: usize = 120;

/// What is indexed of one thing.
pub(crate) struct Document {
    pub(crate) id: Uuid,
    pub(crate) kind: Kind,
    pub(crate) author: Option<Uuid>,
    pub(crate) submolt: Option<Uuid>,
    pub(crate) post: Option<Uuid>,
    /// Of its name or title, for the one that is asked for by just that.
    pub(crate) exact: Option<Uuid>,
    /// What typing its beginning completes to.
    pub(crate) name: Option<String>,
    pub(crate) rank: f64,
    pub(crate) title: Vec<String>,
    pub(crate) body: Vec<String>,
}

/// What a document is of; the numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Post,
    Comment,
    Agent,
    Submolt,
}

impl Kind {
    /// Agents and submolts, which are found by mistyped names too, have the highest.
    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Post => 0,
            Self::Comment => 1,
            Self::Agent => 2,
            Self::Submolt => 3,
        }
    }

    pub(super) fn of(number: i16) -> ResultKind {
        match number {
            0 => ResultKind::Post,
            1 => ResultKind::Comment,
            2 => ResultKind::Agent,
            _ => ResultKind::Submolt,
        }
    }
}

impl Document {
    pub(crate) fn post(row: &post::Model) -> Self {
        let text = row.content.as_deref().or(row.url.as_deref()).unwrap_or_default();
        Self {
            submolt: Some(row.submolt_id),
            post: Some(row.id),
            rank: rank(row.score, row.created_at),
            ..Self::named(Kind::Post, row.id, Some(row.author_id), &row.title, "", text)
        }
    }

    /// Of a comment on a post in `submolt`.
    pub(crate) fn comment(row: &comment::Model, submolt: Uuid) -> Self {
        Self {
            id: row.id,
            kind: Kind::Comment,
            author: Some(row.author_id),
            submolt: Some(submolt),
            post: Some(row.post_id),
            exact: None,
            name: None,
            rank: rank(row.score, row.created_at),
            title: Vec::new(),
            body: stems(&row.content),
        }
    }

    pub(crate) fn agent(row: &agent::Model) -> Self {
        Self {
            rank: rank(0, row.created_at),
            ..Self::named(Kind::Agent, row.id, Some(row.id), &row.name, &row.display_name, &row.description)
        }
    }

    pub(crate) fn submolt(row: &submolt::Model) -> Self {
        Self {
            submolt: Some(row.id),
            rank: rank(0, row.created_at),
            ..Self::named(Kind::Submolt, row.id, row.creator_id, &row.name, &row.display_name, &row.description)
        }
    }

    fn named(kind: Kind, id: Uuid, author: Option<Uuid>, name: &str, also: &str, text: &str) -> Self {
        let line = fold::line(name);
        let mut title = stems(name);
        if fold::line(also) != line {
            title.extend(stems(also));
        }
        let exact = exact(&line);
        let name = Some(line.chars().take(NAME_MAX).collect::<String>()).filter(|name| !name.is_empty());
        Self { id, kind, author, submolt: None, post: None, exact, name, rank: 0.0, title, body: stems(text) }
    }
}

fn stems(text: &str) -> Vec<String> {
    fold::words(text).iter().map(fold::Word::stem).collect()
}

/// What stands for a whole name or title in an index: of one length, however long the title is.
pub(super) fn exact(line: &str) -> Option<Uuid> {
    let digest = Sha256::digest(line.as_bytes());
    (!line.is_empty()).then(|| digest.first_chunk().copied().map(Uuid::from_bytes)).flatten()
}

/// Where a text stands among others with the same words: by its score and its age.
fn rank(score: i64, at: DateTime<Utc>) -> f64 {
    level(score) + at.timestamp() as f64 / TENFOLD_SECONDS
}

/// The logarithm of a score in steps of a half. So few votes move a document in the index: the third, the tenth, the
/// thirty-second, the hundredth and so on.
fn level(score: i64) -> f64 {
    let weight = (score.unsigned_abs().max(1) as f64).log10();
    score.signum() as f64 * (weight * 2.0 + 0.05).floor() / 2.0
}

impl Domain {
    /// Makes something new findable.
    pub(crate) async fn index(&self, tx: &DatabaseTransaction, document: Document) -> Result<()> {
        for statement in self.db().dialect().insert_documents(&[document]) {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Makes something findable by what it says now.
    pub(crate) async fn reindex(&self, tx: &DatabaseTransaction, document: Document) -> Result<()> {
        self.unindex(tx, document.id).await?;
        self.index(tx, document).await
    }

    /// Lets nobody find something any more.
    pub(crate) async fn unindex(&self, tx: &DatabaseTransaction, id: Uuid) -> Result<()> {
        for statement in self.db().dialect().forget_document(id) {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// A score changed. Most changes are too small to matter.
    pub(crate) async fn index_score(
        &self,
        tx: &DatabaseTransaction,
        id: Uuid,
        at: DateTime<Utc>,
        before: i64,
        after: i64,
    ) -> Result<()> {
        if level(before) == level(after) {
            return Ok(());
        }
        let mut sql = self.db().dialect().sql();
        let (rank, id) = (sql.bind(rank(after, at)), sql.bind(id));
        tx.execute_raw(sql.statement(&format!("UPDATE search_documents SET rank = {rank} WHERE id = {id}"))).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_votes_move_a_document() {
        let moves: Vec<i64> = (1..=1_000).filter(|score| level(*score) != level(score - 1)).collect();
        assert_eq!(moves, [3, 10, 30, 95, 299, 945]);
        assert_eq!(level(-10), -1.0);
        assert_eq!(level(0), level(2));
    }

    #[test]
    fn ten_times_the_score_weighs_as_much_as_ninety_days() {
        let then = DateTime::UNIX_EPOCH + chrono::Duration::days(20_000);
        let later = then + chrono::Duration::days(90);
        assert!((rank(100, then) - rank(10, later)).abs() < 1e-9);
    }
}

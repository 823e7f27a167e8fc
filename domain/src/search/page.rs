//! The queries of a search, and how their rows are shown.
//!
//! A result that has just the wanted words for its name or title comes first. The rest is ordered by score and age, and
//! words in a title count as much as a hundred times the score. There are two ways to find a page of that, and neither
//! is good for all words:
//!
//! - **Collect** every document with the words, then order them. Quick for a word that forty documents have.
//! - **Walk** down all documents in their order, until a page of them has the words. Quick for a word that one in fifty
//!   has. Titles do not count here: a word that so many use tells little about any.
//!
//! So a few thousand documents are counted first, and what came out is remembered for some minutes. A cursor says which
//! way its list goes, so that later pages follow the same order.

use super::index::Kind;
use super::query::{Phrase, Query};
use super::{fold, highlight};
use crate::db::Sql;
use crate::db::keyset::{Cursor, Key};
use crate::error::Result;
use crate::forum::access;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use types::id::{AgentId, PostId, SubmoltId};
use types::search::{ResultKind, SearchAuthor, SearchPost, SearchResult, SearchScope};
use types::submolt::SubmoltRef;
use uuid::Uuid;

/// More documents than this are walked, not collected: with a million of them both take about as long then.
pub(super) const COMMON: u64 = 4_000;
/// What all wanted words in the title are worth, as the logarithm of a score.
const IN_TITLE: f64 = 2.0;
/// Founded what no agent founded; nobody can take this name.
const INSTANCE: &str = "moltbook";

/// A part of the results, in this order. The numbers are those of the lists in cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What has just this name or title.
    Exact = 100,
    /// The rest, collected.
    Collected = 101,
    /// The rest, walked to.
    Walked = 102,
}

impl Part {
    pub(super) fn of(list: u8) -> Option<Self> {
        [Self::Exact, Self::Collected, Self::Walked].into_iter().find(|part| part.list() == list)
    }

    pub(super) fn list(self) -> u8 {
        self as u8
    }
}

/// What is looked for, with names resolved.
pub(super) struct Wanted {
    pub(super) query: Query,
    pub(super) scope: SearchScope,
    pub(super) author: Option<Uuid>,
    pub(super) submolt: Option<Uuid>,
    /// Of the wanted words as a name.
    pub(super) exact: Option<Uuid>,
    pub(super) reader: Option<AgentId>,
}

impl Wanted {
    /// A page of a part, and one row more if there is one. About `hits` documents have the words.
    pub(super) fn page(&self, sql: &mut Sql, part: Part, hits: u64, after: Option<&Cursor>, limit: u64) -> String {
        let dialect = sql.dialect;
        let (tables, words) = match part {
            Part::Collected => dialect.collect(sql, &self.query),
            Part::Walked => ("search_documents AS d", dialect.walk(sql, &self.query, hits)),
            Part::Exact => ("search_documents AS d", dialect.holds(sql, &self.query)),
        };
        let mut conditions = vec![words];
        conditions.extend(self.filters(sql));
        if let Some(exact) = self.exact {
            let exact = sql.bind(exact);
            conditions.push(match part {
                Part::Exact => format!("d.exact = {exact}"),
                Part::Collected | Part::Walked => format!("(d.exact IS NULL OR d.exact <> {exact})"),
            });
        }
        let value = match part {
            Part::Collected => {
                let in_title = dialect.holds_in_title(sql, &self.query);
                format!("d.rank + CASE WHEN {in_title} THEN {IN_TITLE:.1} ELSE 0.0 END")
            }
            Part::Exact | Part::Walked => "d.rank".to_owned(),
        };
        let found = "d.id, d.kind, d.author_id, d.submolt_id, d.post_id, d.rank";
        let beyond = |sql: &mut Sql, value: &str, id: &str| {
            after.and_then(|cursor| match cursor.key {
                Key::Float(last) => Some(format!("({value}, {id}) < ({}, {})", sql.bind(last), sql.bind(cursor.id))),
                _ => None,
            })
        };
        match part {
            Part::Collected => {
                let rest = beyond(sql, "value", "id").map_or_else(String::new, |rest| format!("WHERE {rest}"));
                format!(
                    "WITH hits AS MATERIALIZED (SELECT {found}, {value} AS value FROM {tables} WHERE {})
                     SELECT * FROM hits {rest} ORDER BY value DESC, id DESC LIMIT {}",
                    conditions.join(" AND "),
                    limit + 1
                )
            }
            Part::Exact | Part::Walked => {
                conditions.extend(beyond(sql, "d.rank", "d.id"));
                format!(
                    "SELECT {found}, {value} AS value FROM {tables} WHERE {}
                     ORDER BY d.rank DESC, d.id DESC LIMIT {}",
                    conditions.join(" AND "),
                    limit + 1
                )
            }
        }
    }

    /// Counts the documents with the words, as far as that matters.
    pub(super) fn probe(&self, sql: &mut Sql) -> String {
        let (tables, words) = sql.dialect.collect(sql, &self.query);
        let mut conditions = vec![words];
        conditions.extend(self.filters(sql));
        format!(
            "SELECT count(*) AS hits FROM (SELECT 1 FROM {tables} WHERE {} LIMIT {}) AS counted",
            conditions.join(" AND "),
            COMMON.max(sql.dialect.largest_set()) + 1
        )
    }

    /// What the answer to [`probe`](Self::probe) depends on.
    pub(super) fn key(&self) -> String {
        let Self { query, scope, author, submolt, .. } = self;
        format!("{:?} {:?} {scope:?} {author:?} {submolt:?}", query.all, query.none)
    }

    fn filters(&self, sql: &mut Sql) -> Vec<String> {
        let mut filters = Vec::new();
        let kind = match self.scope {
            SearchScope::All | SearchScope::Skills => None,
            SearchScope::Posts => Some(Kind::Post),
            SearchScope::Comments => Some(Kind::Comment),
            SearchScope::Agents => Some(Kind::Agent),
            SearchScope::Submolts => Some(Kind::Submolt),
        };
        // Written out, like the sizes of pages: there are few, and the planner may count on them.
        filters.extend(kind.map(|kind| format!("d.kind = {}", kind.number())));
        if let Some(author) = self.author {
            filters.push(format!("d.author_id = {} AND d.kind <> {}", sql.bind(author), Kind::Agent.number()));
        }
        if let Some(submolt) = self.submolt {
            filters.push(format!("d.submolt_id = {} AND d.kind <> {}", sql.bind(submolt), Kind::Submolt.number()));
        }
        // Who named a submolt was let into it.
        if self.submolt.is_none() {
            filters.push(access::found(sql, self.reader));
        }
        filters
    }
}

/// Everything that is shown of the documents of a query, read once the page is known.
pub(super) fn shown(documents: &str) -> String {
    format!(
        "SELECT found.id, found.kind, found.post_id, found.rank, found.value,
            p.title, p.content, p.url, p.upvotes, p.downvotes, p.created_at AS posted_at,
            c.content AS comment, c.upvotes AS comment_upvotes, c.downvotes AS comment_downvotes,
            c.created_at AS commented_at,
            a.id AS agent_id, a.name AS agent, a.description AS about_agent, a.created_at AS registered_at,
            s.id AS submolt_id, s.name AS submolt, s.display_name AS submolt_shown, s.description AS about_submolt,
            s.created_at AS founded_at
         FROM ({documents}) AS found
         LEFT JOIN posts AS p ON p.id = found.post_id AND p.verification = 0
         LEFT JOIN comments AS c ON c.id = found.id AND found.kind = 1
         LEFT JOIN agents AS a ON a.id = found.author_id
         LEFT JOIN submolts AS s ON s.id = found.submolt_id
         ORDER BY found.value DESC, found.id DESC"
    )
}

/// A row of [`shown`].
#[derive(FromQueryResult)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) kind: i16,
    pub(super) value: f64,
    rank: f64,
    post_id: Option<Uuid>,
    title: Option<String>,
    content: Option<String>,
    url: Option<String>,
    upvotes: Option<i64>,
    downvotes: Option<i64>,
    posted_at: Option<DateTime<Utc>>,
    comment: Option<String>,
    comment_upvotes: Option<i64>,
    comment_downvotes: Option<i64>,
    commented_at: Option<DateTime<Utc>>,
    agent_id: Option<Uuid>,
    agent: Option<String>,
    about_agent: Option<String>,
    registered_at: Option<DateTime<Utc>>,
    submolt_id: Option<Uuid>,
    submolt: Option<String>,
    submolt_shown: Option<String>,
    about_submolt: Option<String>,
    founded_at: Option<DateTime<Utc>>,
}

impl Row {
    /// The rows of a page.
    pub(super) async fn of(db: &impl ConnectionTrait, sql: Sql, documents: &str) -> Result<Vec<Self>> {
        Ok(Self::find_by_statement(sql.statement(&shown(documents))).all(db).await?)
    }

    /// The row as a result of a search for `phrases`. `None` if what it is of went away while it was read.
    pub(super) fn result(self, part: Part, phrases: &[Phrase]) -> Option<SearchResult> {
        let relevance = match part {
            Part::Exact => 1.0,
            Part::Collected if self.value > self.rank => 0.75,
            Part::Collected | Part::Walked => 0.5,
        };
        self.with_relevance(relevance, phrases)
    }

    pub(super) fn with_relevance(self, relevance: f64, phrases: &[Phrase]) -> Option<SearchResult> {
        let (kind, url) = (Kind::of(self.kind), self.url_on_site()?);
        let (title, text, votes, created_at) = match kind {
            ResultKind::Post => {
                (self.title.clone(), self.content.or(self.url), (self.upvotes, self.downvotes), self.posted_at?)
            }
            ResultKind::Comment => {
                (None, self.comment, (self.comment_upvotes, self.comment_downvotes), self.commented_at?)
            }
            ResultKind::Agent => (self.agent.clone(), self.about_agent, (None, None), self.registered_at?),
            ResultKind::Submolt => (self.submolt_shown.clone(), self.about_submolt, (None, None), self.founded_at?),
        };
        let post_id = self.post_id.map(PostId);
        let post = post_id.zip(self.title).map(|(id, title)| SearchPost { id, title });
        let author = match self.agent {
            Some(name) => SearchAuthor { id: self.agent_id.map(AgentId), name },
            None => SearchAuthor { id: None, name: INSTANCE.to_owned() },
        };
        let submolt = match (self.submolt_id, self.submolt, self.submolt_shown) {
            (Some(id), Some(name), Some(display_name)) => Some(SubmoltRef { id: SubmoltId(id), name, display_name }),
            _ => None,
        };
        Some(SearchResult {
            id: self.id,
            kind,
            title: title.map(|title| highlight::marked(&title, phrases)),
            content: text.filter(|text| !text.is_empty()).map(|text| highlight::excerpt(&text, phrases)),
            upvotes: votes.0.unwrap_or(0),
            downvotes: votes.1.unwrap_or(0),
            relevance,
            author,
            submolt,
            post: post.filter(|_| kind == ResultKind::Comment),
            post_id,
            url,
            created_at,
        })
    }

    /// What was completed or mistyped.
    pub(super) fn text(&self) -> Option<&str> {
        match Kind::of(self.kind) {
            ResultKind::Agent => self.agent.as_deref(),
            ResultKind::Submolt => self.submolt.as_deref(),
            ResultKind::Post | ResultKind::Comment => self.title.as_deref(),
        }
    }

    /// The folded [`text`](Self::text).
    pub(super) fn line(&self) -> String {
        self.text().map(fold::line).unwrap_or_default()
    }

    pub(super) fn url_on_site(&self) -> Option<String> {
        Some(match Kind::of(self.kind) {
            ResultKind::Post => format!("/post/{}", self.id),
            ResultKind::Comment => format!("/post/{}?thread={1}#c-{1}", self.post_id?, self.id),
            ResultKind::Agent => format!("/u/{}", self.agent.as_deref()?),
            ResultKind::Submolt => format!("/m/{}", self.submolt.as_deref()?),
        })
    }
}

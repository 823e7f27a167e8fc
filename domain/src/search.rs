//! Search: finding posts, comments, agents and submolts by their words.
//!
//! - `fold`: text to words, the same for texts and for queries
//! - `query`: what somebody types to what is looked for
//! - `index`: what can be found, kept in the transaction of each change; `fill` makes it anew
//! - `page`: two ways to find a page, and what is shown of it
//! - `highlight`: where in a text the words are
//! - `suggest`: completing names, and forgiving how they are typed

mod fill;
mod fold;
mod highlight;
mod index;
mod page;
mod query;
mod suggest;

pub(crate) use index::Document;
pub(crate) use query::Query;

use crate::Domain;
use crate::accounts::agents;
use crate::db::keyset::{Cursor, Key};
use crate::entity::submolt;
use crate::error::{Error, Result};
use crate::forum::access;
use crate::guard::audit::commit_unrecorded;
use moka::sync::Cache;
use page::{COMMON, Part, Row, Wanted};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use std::time::Duration;
use tokio::sync::OnceCell;
use types::actor::Actor;
use types::limits::{SEARCH_MAX, SEARCH_PAGE, SEARCH_PAGE_MAX};
use types::page::{Page, PageRequest};
use types::search::{SearchResult, SearchScope};
use types::text;

/// How long it is remembered how common words are.
const REMEMBERED: Duration = Duration::from_secs(300);
/// Of how many queries.
const REMEMBERED_QUERIES: u64 = 10_000;

/// What is remembered between searches.
pub(crate) struct State {
    /// How many documents have the words of a query, as far as that matters.
    hits: Cache<String, u64>,
    /// Whether the database can compare names.
    look_alikes: OnceCell<bool>,
}

impl Default for State {
    fn default() -> Self {
        let hits = Cache::builder().max_capacity(REMEMBERED_QUERIES).time_to_live(REMEMBERED).build();
        Self { hits, look_alikes: OnceCell::new() }
    }
}

#[derive(FromQueryResult)]
struct Counted {
    hits: i64,
}

impl Domain {
    /// What `text` finds. A name or title that is just that comes first; mistyped names are forgiven where nothing else
    /// is found.
    ///
    /// # Errors
    /// [`Error::Invalid`] for text that is empty, too long or not printable, [`Error::BadRequest`] for a cursor of
    /// another list.
    #[tracing::instrument(skip_all)]
    pub async fn search(
        &self,
        who: &Actor,
        text: &str,
        scope: SearchScope,
        page: &PageRequest,
    ) -> Result<Page<SearchResult>> {
        check(text)?;
        let cursor = Cursor::among(page, |list| Part::of(list).is_some())?;
        let nothing = Page { items: Vec::new(), next_cursor: None };
        let Some(wanted) = self.wanted(who, text, scope).await? else { return Ok(nothing) };
        let limit = page.limit_or(SEARCH_PAGE).min(SEARCH_PAGE_MAX);
        let found = self.found(&wanted, cursor.as_ref(), limit).await?;
        if found.items.is_empty() && cursor.is_none() && wanted.query.is_plain() {
            return self.mistyped(&wanted, limit).await;
        }
        let results = found.items.into_iter().filter_map(|(part, row)| row.result(part, &wanted.query.all));
        Ok(Page { items: results.collect(), next_cursor: found.next_cursor })
    }

    /// What is looked for; `None` if nothing can be found.
    async fn wanted(&self, who: &Actor, text: &str, scope: SearchScope) -> Result<Option<Wanted>> {
        let query = Query::parse(text);
        let scope = match (scope, query.scope) {
            (SearchScope::All, Some(typed)) => typed,
            (asked, None) => asked,
            (asked, Some(typed)) if typed == asked || typed == SearchScope::All => asked,
            _ => return Ok(None),
        };
        // There is no registry of skills to find any in.
        if query.is_empty() || scope == SearchScope::Skills {
            return Ok(None);
        }
        let author = match &query.author {
            Some(name) => match agents::by_name(self.db(), name).await {
                Ok(agent) => Some(agent.id),
                Err(Error::NotFound(_)) => return Ok(None),
                Err(e) => return Err(e),
            },
            None => None,
        };
        let submolt = match &query.submolt {
            Some(name) => {
                let named = submolt::Entity::find().filter(submolt::Column::Name.eq(name.as_str()));
                let db = self.db().read();
                let Some(submolt) = named.one(db).await? else { return Ok(None) };
                if submolt.is_private && !access::belongs(db, who, submolt.id).await? {
                    return Ok(None);
                }
                Some(submolt.id)
            }
            None => None,
        };
        let exact = index::exact(&query.line);
        Ok(Some(Wanted { query, scope, author, submolt, exact, reader: who.agent_id() }))
    }

    async fn found(&self, wanted: &Wanted, cursor: Option<&Cursor>, limit: u64) -> Result<Page<(Part, Row)>> {
        let part = cursor.and_then(|cursor| Part::of(cursor.list));
        let mut rows = Vec::new();
        if wanted.exact.is_some() && part.is_none_or(|part| part == Part::Exact) {
            rows = self.part(wanted, Part::Exact, 0, cursor, limit).await?;
        }
        let left = limit.saturating_sub(rows.len() as u64);
        if rows.len() as u64 <= limit {
            let hits = self.hits(wanted).await?;
            let (rest, after) = match part {
                Some(part @ (Part::Collected | Part::Walked)) => (part, cursor),
                Some(Part::Exact) | None if wanted.query.all.is_empty() || hits > COMMON => (Part::Walked, None),
                Some(Part::Exact) | None => (Part::Collected, None),
            };
            rows.extend(self.part(wanted, rest, hits, after, left).await?);
        }
        let has_more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next_cursor = rows
            .last()
            .filter(|_| has_more)
            .map(|(part, row)| Cursor { list: part.list(), as_of: 0, key: Key::Float(row.value), id: row.id }.encode());
        Ok(Page { items: rows, next_cursor })
    }

    async fn part(
        &self,
        wanted: &Wanted,
        part: Part,
        hits: u64,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Vec<(Part, Row)>> {
        let mut sql = self.db().dialect().sql();
        let documents = wanted.page(&mut sql, part, hits, after, limit);
        let rows = Row::of(self.db().read(), sql, &documents).await?;
        Ok(rows.into_iter().map(|row| (part, row)).collect())
    }

    /// How many documents have the wanted words, as far as that matters; 0 if no words are wanted.
    async fn hits(&self, wanted: &Wanted) -> Result<u64> {
        if wanted.query.all.is_empty() {
            return Ok(0);
        }
        let key = wanted.key();
        if let Some(known) = self.0.search.hits.get(&key) {
            return Ok(known);
        }
        let hits = self.count(wanted).await?;
        self.0.search.hits.insert(key, hits);
        Ok(hits)
    }

    async fn count(&self, wanted: &Wanted) -> Result<u64> {
        let mut sql = self.db().dialect().sql();
        let probe = wanted.probe(&mut sql);
        let probe = Counted::find_by_statement(sql.statement(&probe));
        let counted = match self.db().dialect().prefer_index() {
            None => probe.one(self.db().read()).await?,
            Some(preference) => {
                let tx = self.db().begin().await?;
                tx.execute_raw(preference).await?;
                let counted = probe.one(&tx).await?;
                commit_unrecorded(tx).await?;
                counted
            }
        };
        Ok(counted.and_then(|counted| u64::try_from(counted.hits).ok()).unwrap_or(0))
    }

    /// Agents and submolts with a name like what was typed.
    async fn mistyped(&self, wanted: &Wanted, limit: u64) -> Result<Page<SearchResult>> {
        let named = matches!(wanted.scope, SearchScope::All | SearchScope::Agents | SearchScope::Submolts);
        let alike = match named {
            true => self.look_alikes(&wanted.query.line, wanted.reader, wanted.scope).await?,
            false => Vec::new(),
        };
        let results = alike.into_iter().filter_map(|(likeness, row)| row.with_relevance(likeness / 2.0, &[]));
        Ok(Page { items: results.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect(), next_cursor: None })
    }
}

/// Refuses what cannot be searched for.
fn check(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::field("q", "must not be empty"));
    }
    if text.chars().count() > SEARCH_MAX {
        return Err(Error::field("q", format!("must have at most {SEARCH_MAX} characters")));
    }
    text::printable(&text, &()).map_err(|e| Error::field("q", e.to_string()))
}

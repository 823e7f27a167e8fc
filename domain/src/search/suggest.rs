//! Completing what somebody types, and finding the name that somebody mistyped.

use super::page::Row;
use super::{fold, index::Kind};
use crate::Domain;
use crate::error::Result;
use crate::forum::access;
use sea_orm::ConnectionTrait;
use std::collections::HashSet;
use types::actor::Actor;
use types::id::AgentId;
use types::limits::SUGGESTIONS;
use types::search::{SearchScope, Suggestion};

/// How alike two names are at least that may be mistaken for each other: what PostgreSQL's `pg_trgm` thinks, too.
const ALIKE: f64 = 0.3;
/// Names that are compared at most.
const CANDIDATES: u64 = 100;

impl Domain {
    /// Agents, submolts and posts whose name or title begins with `text`, the shortest first; then agents and submolts
    /// whose name looks like it.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for text that is empty, too long or not printable.
    #[tracing::instrument(skip_all)]
    pub async fn suggest(&self, who: &Actor, text: &str) -> Result<Vec<Suggestion>> {
        super::check(text)?;
        let typed = fold::line(text);
        if typed.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = self.db().dialect().sql();
        let (from, to) = (sql.bind(typed.clone()), sql.bind(format!("{typed}{}", char::MAX)));
        let visible = access::found(&mut sql, who.agent_id());
        let completions = [Kind::Agent, Kind::Submolt, Kind::Post].map(|kind| {
            let kind = kind.number();
            format!(
                "SELECT * FROM (SELECT d.id, d.kind, d.author_id, d.submolt_id, d.post_id, d.rank, d.rank AS value
                 FROM search_documents AS d
                 WHERE d.kind = {kind} AND d.name >= {from} AND d.name < {to} AND {visible}
                 ORDER BY d.name LIMIT {SUGGESTIONS}) AS completed_{kind}"
            )
        });
        let mut rows = Row::of(self.db().read(), sql, &completions.join(" UNION ALL ")).await?;
        rows.sort_by_cached_key(|row| (row.line().chars().count(), std::cmp::Reverse(row.kind)));
        rows.truncate(SUGGESTIONS);
        if rows.len() < SUGGESTIONS {
            let known: HashSet<_> = rows.iter().map(|row| row.id).collect();
            let alike = self.look_alikes(&typed, who.agent_id(), SearchScope::All).await?;
            rows.extend(alike.into_iter().map(|(_, row)| row).filter(|row| !known.contains(&row.id)));
            rows.truncate(SUGGESTIONS);
        }
        let suggestions = rows.into_iter().filter_map(|row| {
            let (text, url) = (row.text()?.to_owned(), row.url_on_site()?);
            Some(Suggestion { id: row.id, kind: Kind::of(row.kind), text, url })
        });
        Ok(suggestions.collect())
    }

    /// Agents and submolts whose name looks like the folded `name`, and how much, the likest first.
    pub(super) async fn look_alikes(
        &self,
        name: &str,
        reader: Option<AgentId>,
        scope: SearchScope,
    ) -> Result<Vec<(f64, Row)>> {
        let is_long_enough = name.chars().count() >= 3;
        if !is_long_enough || !self.finds_look_alikes().await? {
            return Ok(Vec::new());
        }
        let mut sql = self.db().dialect().sql();
        let (tables, condition, likeness) = sql.dialect.look_alikes(&mut sql, name);
        let visible = access::found(&mut sql, reader);
        let kind = match scope {
            SearchScope::Agents => "AND d.kind = 2",
            SearchScope::Submolts => "AND d.kind = 3",
            _ => "",
        };
        let candidates = format!(
            "SELECT d.id, d.kind, d.author_id, d.submolt_id, d.post_id, d.rank, d.rank AS value
             FROM {tables} WHERE {condition} AND {visible} {kind} ORDER BY {likeness} DESC, d.id LIMIT {CANDIDATES}"
        );
        let rows = Row::of(self.db().read(), sql, &candidates).await?;
        let mut alike: Vec<(f64, Row)> = rows.into_iter().map(|row| (likeness_of(name, &row.line()), row)).collect();
        alike.retain(|(likeness, _)| *likeness >= ALIKE);
        alike.sort_by(|(a, row), (b, other)| b.total_cmp(a).then_with(|| row.id.cmp(&other.id)));
        Ok(alike)
    }

    /// Whether the database has what it takes to compare names; asked once.
    async fn finds_look_alikes(&self) -> Result<bool> {
        let Some(question) = self.db().dialect().has_trigrams() else { return Ok(true) };
        let ask = async || self.db().read().query_one_raw(question).await.map(|found| found.is_some());
        Ok(*self.0.search.look_alikes.get_or_try_init(ask).await?)
    }
}

/// The share of groups of three letters that two names have in common.
fn likeness_of(one: &str, other: &str) -> f64 {
    let (one, other) = (triples(one), triples(other));
    let common = one.intersection(&other).count();
    let all = one.len() + other.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// Each word counts with two spaces before and one behind it.
fn triples(name: &str) -> HashSet<[char; 3]> {
    let padded = name.split(' ').map(|word| format!("  {word} ").chars().collect::<Vec<char>>());
    padded.flat_map(|word| word.windows(3).filter_map(|three| three.try_into().ok()).collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_looks_like_the_right_one() {
        assert_eq!(likeness_of("nautilus", "nautilus"), 1.0);
        assert!(likeness_of("nautlius", "nautilus") >= ALIKE);
        assert!(likeness_of("anemonee", "anemone") >= ALIKE);
        assert!(likeness_of("storm", "anemone") < ALIKE);
    }
}

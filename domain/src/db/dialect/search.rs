//! Full-text search: a `tsvector` under a GIN index on PostgreSQL, a table of FTS5 on SQLite.
//!
//! Both are given words that the domain has folded, and parts of queries made of such words alone: letters and digits,
//! each in quotes. What a caller typed is never syntax here.

use super::Dialect;
use crate::search::{Document, Query};
use sea_orm::{Statement, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Words of a document that are indexed; PostgreSQL numbers no more.
const MOST_WORDS: usize = 16_000;
/// Between the words of the title and those of the text, so that no phrase reaches from one into the other.
const GAP: usize = 10;
/// Documents that SQLite collects to walk among them.
const LARGEST_SET: u64 = 100_000;

/// A statement in the making.
pub(crate) struct Sql {
    pub(crate) dialect: Dialect,
    values: Vec<Value>,
}

impl Sql {
    /// Binds a value, and returns its place in the text.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The finished statement.
    pub(crate) fn statement(self, text: &str) -> Statement {
        Statement::from_sql_and_values(self.dialect.backend(), text, self.values)
    }
}

impl Dialect {
    /// A statement to bind values in.
    pub(crate) fn sql(self) -> Sql {
        Sql { dialect: self, values: Vec::new() }
    }

    /// Writes documents that are not there yet.
    pub(crate) fn insert_documents(self, documents: &[Document]) -> Vec<Statement> {
        let mut sql = self.sql();
        let rows: Vec<String> = documents
            .iter()
            .map(|d| {
                let mut row = vec![
                    sql.bind(d.id),
                    sql.bind(d.kind.number()),
                    sql.bind(d.author),
                    sql.bind(d.submolt),
                    sql.bind(d.post),
                    sql.bind(d.exact),
                    sql.bind(d.name.clone()),
                    sql.bind(d.rank),
                ];
                if self == Self::Postgres {
                    row.push(format!("{}::tsvector", sql.bind(tsvector(&d.title, &d.body))));
                }
                format!("({})", row.join(", "))
            })
            .collect();
        let words = if self == Self::Postgres { ", words" } else { "" };
        let insert = format!(
            "INSERT INTO search_documents (id, kind, author_id, submolt_id, post_id, exact, name, rank{words}) VALUES {}",
            rows.join(", ")
        );
        let mut statements = vec![sql.statement(&insert)];
        if self == Self::Sqlite {
            statements.push(insert_words(documents));
            statements.extend(insert_names(documents));
        }
        statements
    }

    /// Removes a document.
    pub(crate) fn forget_document(self, id: Uuid) -> Vec<Statement> {
        let delete = |text: &str| Statement::from_sql_and_values(self.backend(), text, [id.into()]);
        let document = delete("DELETE FROM search_documents WHERE id = $1");
        match self {
            Self::Postgres => vec![document],
            Self::Sqlite => vec![
                delete("DELETE FROM search_words WHERE rowid = (SELECT seq FROM search_documents WHERE id = $1)"),
                delete(
                    "DELETE FROM search_names
                     WHERE rowid = (SELECT seq FROM search_documents WHERE id = $1 AND kind >= 2)",
                ),
                document,
            ],
        }
    }

    /// Removes all documents.
    pub(crate) fn forget_documents(self) -> Vec<Statement> {
        let texts: &[&str] = match self {
            Self::Postgres => &["TRUNCATE search_documents"],
            Self::Sqlite => &[
                "INSERT INTO search_words (search_words) VALUES ('delete-all')",
                "INSERT INTO search_names (search_names) VALUES ('delete-all')",
                "DELETE FROM search_documents",
            ],
        };
        texts.iter().map(|text| Statement::from_string(self.backend(), *text)).collect()
    }

    /// Where to look for documents `d` with the words of a query: the tables, and the condition. All of them are
    /// collected, so this is for words that are rare.
    pub(crate) fn collect(self, sql: &mut Sql, query: &Query) -> (&'static str, String) {
        match self {
            Self::Sqlite if !query.all.is_empty() => {
                let words = sql.bind(fts5(query));
                let tables = "search_words JOIN search_documents AS d ON d.seq = search_words.rowid";
                (tables, format!("search_words MATCH {words}"))
            }
            _ => ("search_documents AS d", self.holds(sql, query)),
        }
    }

    /// How many documents with the words of a query are collected for a walk at most.
    pub(crate) fn largest_set(self) -> u64 {
        match self {
            Self::Postgres => 0,
            Self::Sqlite => LARGEST_SET,
        }
    }

    /// Whether a document `d` on a walk over many holds the words of a query, which `hits` documents do.
    ///
    /// To look a document up in a table of FTS5 takes long, and most on a walk are looked up in vain. So SQLite collects
    /// the numbers of those that have the words first, unless these are so many that a short walk meets a page of them.
    pub(crate) fn walk(self, sql: &mut Sql, query: &Query, hits: u64) -> String {
        if !query.all.is_empty() && hits <= self.largest_set() {
            let words = sql.bind(fts5(query));
            return format!("d.seq IN (SELECT rowid FROM search_words WHERE search_words MATCH {words})");
        }
        self.holds(sql, query)
    }

    /// Whether a document `d` at hand holds the words of a query.
    pub(crate) fn holds(self, sql: &mut Sql, query: &Query) -> String {
        match self {
            _ if query.all.is_empty() && query.none.is_empty() => "TRUE".to_owned(),
            Self::Postgres => format!("d.words @@ {}::tsquery", sql.bind(tsquery(query))),
            Self::Sqlite => {
                let (not, words) = if query.all.is_empty() {
                    ("NOT ", quoted_phrases(&query.none).join(" OR "))
                } else {
                    ("", fts5(query))
                };
                let words = sql.bind(words);
                format!(
                    "{not}EXISTS (SELECT 1 FROM search_words
                     WHERE search_words MATCH {words} AND search_words.rowid = d.seq)"
                )
            }
        }
    }

    /// Whether a document `d` holds all wanted words in its title or name.
    pub(crate) fn holds_in_title(self, sql: &mut Sql, query: &Query) -> String {
        match self {
            Self::Postgres => {
                let phrases = query.all.iter().map(|phrase| {
                    let words: Vec<String> = phrase.iter().map(|word| format!("'{word}':A")).collect();
                    format!("({})", words.join(" <-> "))
                });
                let words = sql.bind(phrases.collect::<Vec<_>>().join(" & "));
                format!("d.words @@ {words}::tsquery")
            }
            Self::Sqlite => {
                let words = sql.bind(format!("{{title}} : ({})", quoted_phrases(&query.all).join(" AND ")));
                format!("d.seq IN (SELECT rowid FROM search_words WHERE search_words MATCH {words})")
            }
        }
    }

    /// Makes the rest of a transaction use the index of words, however common the planner thinks they are.
    ///
    /// Forbidding scans makes the planner believe in enormous costs, and compile a query that takes a millisecond.
    pub(crate) fn prefer_index(self) -> Option<Statement> {
        let settings = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";
        (self == Self::Postgres).then(|| Statement::from_string(self.backend(), settings))
    }

    /// Asks whether mistyped names can be found.
    pub(crate) fn has_trigrams(self) -> Option<Statement> {
        let text = "SELECT 1 AS found FROM pg_class WHERE relname = 'search_documents_trigrams'";
        (self == Self::Postgres).then(|| Statement::from_string(self.backend(), text))
    }

    /// Where to look for agents and submolts `d` whose name looks like another: the tables, the condition, and the
    /// likeness that the candidates are ordered by, falling.
    pub(crate) fn look_alikes(self, sql: &mut Sql, name: &str) -> (&'static str, String, String) {
        match self {
            Self::Postgres => {
                let name = sql.bind(name);
                let condition = format!("d.kind >= 2 AND d.name % {name}");
                ("search_documents AS d", condition, format!("similarity(d.name, {name})"))
            }
            Self::Sqlite => {
                let letters: Vec<char> = name.chars().collect();
                let triples = letters.windows(3).map(|three| format!("\"{}\"", three.iter().collect::<String>()));
                let triples = sql.bind(triples.collect::<Vec<_>>().join(" OR "));
                let tables = "search_names JOIN search_documents AS d ON d.seq = search_names.rowid";
                (tables, format!("search_names MATCH {triples}"), "-bm25(search_names)".to_owned())
            }
        }
    }
}

fn insert_words(documents: &[Document]) -> Statement {
    let mut sql = Dialect::Sqlite.sql();
    let rows: Vec<String> = documents
        .iter()
        .map(|d| {
            let title = d.title.len().min(MOST_WORDS);
            let body = d.body.len().min(MOST_WORDS - title);
            let (id, title, body) =
                (sql.bind(d.id), sql.bind(d.title[..title].join(" ")), sql.bind(d.body[..body].join(" ")));
            format!("((SELECT seq FROM search_documents WHERE id = {id}), {title}, {body})")
        })
        .collect();
    sql.statement(&format!("INSERT INTO search_words (rowid, title, body) VALUES {}", rows.join(", ")))
}

fn insert_names(documents: &[Document]) -> Option<Statement> {
    let mut sql = Dialect::Sqlite.sql();
    let named = documents.iter().filter(|d| d.kind.number() >= 2).filter_map(|d| Some((d.id, d.name.clone()?)));
    let rows: Vec<String> = named
        .map(|(id, name)| {
            let (id, name) = (sql.bind(id), sql.bind(name));
            format!("((SELECT seq FROM search_documents WHERE id = {id}), {name})")
        })
        .collect();
    let insert = format!("INSERT INTO search_names (rowid, name) VALUES {}", rows.join(", "));
    (!rows.is_empty()).then(|| sql.statement(&insert))
}

/// The words with their places, those of the title marked `A`.
fn tsvector(title: &[String], body: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let body = body.iter().zip(title.len() + GAP..).map(|(word, at)| (word, at.to_string()));
    let title = title.iter().zip(1..).map(|(word, at)| (word, format!("{at}A")));
    for (word, place) in title.chain(body).take(MOST_WORDS) {
        places.entry(word).or_default().push(place);
    }
    let entries = places.into_iter().map(|(word, places)| format!("'{word}':{}", places.join(",")));
    entries.collect::<Vec<_>>().join(" ")
}

fn tsquery(query: &Query) -> String {
    let phrase = |words: &Vec<String>| {
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        format!("({})", words.join(" <-> "))
    };
    let all = query.all.iter().map(phrase);
    let none = query.none.iter().map(|words| format!("!{}", phrase(words)));
    all.chain(none).collect::<Vec<_>>().join(" & ")
}

fn fts5(query: &Query) -> String {
    let all = format!("({})", quoted_phrases(&query.all).join(" AND "));
    quoted_phrases(&query.none).into_iter().fold(all, |wanted, unwanted| format!("({wanted} NOT {unwanted})"))
}

fn quoted_phrases(phrases: &[Vec<String>]) -> Vec<String> {
    phrases.iter().map(|words| format!("\"{}\"", words.join(" "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_the_syntax_of_each_database() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let query =
            Query { all: vec![words("tide"), words("low water")], none: vec![words("storm")], ..Query::default() };
        assert_eq!(tsquery(&query), "('tide') & ('low' <-> 'water') & !('storm')");
        assert_eq!(fts5(&query), r#"(("tide" AND "low water") NOT "storm")"#);
        assert_eq!(tsvector(&words("the tide"), &words("tide rise")), "'rise':13 'the':1A 'tide':2A,12");
    }
}

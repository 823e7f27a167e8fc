//! What can be found: a row for each post, comment, agent and submolt, its words, and the names that can be mistyped.
//!
//! The tables start empty. The domain fills them, because the words are made there, and notes in `search_index` which
//! making of words they are from.

use crate::columns::*;
use crate::dialect;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("search_index")
                .col(ColumnDef::new("version").integer().not_null().primary_key())
                .to_owned(),
        )
        .await?;
        dialect::run(m, &SQLITE, &POSTGRES).await?;
        for columns in
            [&["rank", "id"][..], &["kind", "rank", "id"], &["submolt_id", "rank", "id"], &["author_id", "rank", "id"]]
        {
            m.create_index(index("search_documents", columns)).await?;
        }
        m.create_index(index("search_documents", &["exact"]).cond_where(Expr::col("exact").is_not_null()).take())
            .await?;
        m.create_index(index("search_documents", &["kind", "name"]).cond_where(Expr::col("name").is_not_null()).take())
            .await
    }
}

/// A full-text table of SQLite names its rows by numbers, so the documents have one. What it indexes is not kept a
/// second time. The words come folded; the tokenizer only has to part them at spaces.
const SQLITE: [&str; 3] = [
    "CREATE TABLE search_documents (
        seq INTEGER PRIMARY KEY,
        id uuid_text NOT NULL UNIQUE,
        kind smallint NOT NULL,
        author_id uuid_text,
        submolt_id uuid_text,
        post_id uuid_text,
        exact uuid_text,
        name text,
        rank double NOT NULL
    )",
    "CREATE VIRTUAL TABLE search_words USING fts5(
        title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
    )",
    "CREATE VIRTUAL TABLE search_names USING fts5(
        name, content = '', contentless_delete = 1, tokenize = 'trigram'
    )",
];

/// Who may not create `pg_trgm` goes without: mistyped names are then not found, and all else works.
const POSTGRES: [&str; 3] = [
    r#"CREATE TABLE search_documents (
        id uuid PRIMARY KEY,
        kind smallint NOT NULL,
        author_id uuid,
        submolt_id uuid,
        post_id uuid,
        exact uuid,
        name text COLLATE "C",
        rank double precision NOT NULL,
        words tsvector NOT NULL
    )"#,
    "CREATE INDEX search_documents_words ON search_documents USING gin (words)",
    "DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX search_documents_trigrams ON search_documents USING gin (name gin_trgm_ops) WHERE kind >= 2;
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'pg_trgm is not available, so mistyped names will not be found: %', SQLERRM;
    END $$",
];

//! Indexing what is there already: after an upgrade that brought the index or changed how words are made, and after
//! a benchmark's data were written in bulk.

use super::index::Document;
use crate::Domain;
use crate::entity::{agent, comment, post, submolt};
use crate::error::Result;
use crate::guard::audit::commit_unrecorded;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// How words are made. Another number makes the index anew at the next start.
const VERSION: i32 = 2;
/// Documents in one transaction.
const ROWS: u64 = 2_000;

#[derive(FromQueryResult)]
struct Made {
    version: i32,
}

impl Domain {
    /// Makes the index unless it is there. Of several replicas that start at once, one does and the others wait.
    pub(crate) async fn ensure_search_index(&self) -> Result<()> {
        if self.has_search_index(self.db().read()).await? {
            return Ok(());
        }
        let alone = self.db().alone().await?;
        if !self.has_search_index(self.db().read()).await? {
            self.fill_search_index(|_, _| ()).await?;
        }
        alone.end().await
    }

    async fn has_search_index(&self, db: &DatabaseConnection) -> Result<bool> {
        let made = Made::find_by_statement(self.db().dialect().sql().statement("SELECT version FROM search_index"));
        Ok(made.one(db).await?.is_some_and(|made| made.version == VERSION))
    }

    /// Makes the index of everything. `progress` hears how many documents there are so far.
    pub(crate) async fn fill_search_index(&self, mut progress: impl FnMut(&'static str, u64)) -> Result<()> {
        let tx = self.db().begin().await?;
        for statement in self.db().dialect().forget_documents() {
            tx.execute_raw(statement).await?;
        }
        tx.execute_raw(self.db().dialect().sql().statement("DELETE FROM search_index")).await?;
        commit_unrecorded(tx).await?;

        let mut written = 0;
        let mut last = Uuid::nil();
        loop {
            let rows = agent::Entity::find()
                .filter(agent::Column::DeletedAt.is_null())
                .filter(agent::Column::Id.gt(last))
                .order_by_asc(agent::Column::Id)
                .limit(ROWS);
            let rows = rows.all(self.db().read()).await?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            written += self.fill(rows.iter().map(Document::agent)).await?;
            progress("search", written);
        }
        last = Uuid::nil();
        loop {
            let rows = submolt::Entity::find()
                .filter(submolt::Column::Verification.eq(post::Verification::Verified))
                .filter(submolt::Column::Id.gt(last));
            let rows = rows.order_by_asc(submolt::Column::Id).limit(ROWS).all(self.db().read()).await?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            written += self.fill(rows.iter().map(Document::submolt)).await?;
            progress("search", written);
        }
        last = Uuid::nil();
        loop {
            let rows = post::Entity::find()
                .filter(post::Column::DeletedAt.is_null())
                .filter(post::Column::Verification.eq(post::Verification::Verified))
                .filter(post::Column::Id.gt(last))
                .order_by_asc(post::Column::Id)
                .limit(ROWS);
            let rows = rows.all(self.db().read()).await?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            written += self.fill(rows.iter().map(Document::post)).await?;
            progress("search", written);
        }
        last = Uuid::nil();
        loop {
            let rows = comment::Entity::find()
                .filter(comment::Column::DeletedAt.is_null())
                .filter(comment::Column::Verification.eq(post::Verification::Verified))
                .filter(comment::Column::Id.gt(last))
                .order_by_asc(comment::Column::Id)
                .limit(ROWS);
            let rows = rows.all(self.db().read()).await?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            let places = self.places(&rows).await?;
            let placed = rows.iter().filter_map(|row| Some(Document::comment(row, *places.get(&row.post_id)?)));
            written += self.fill(placed).await?;
            progress("search", written);
        }
        let mut sql = self.db().dialect().sql();
        let version = sql.bind(VERSION);
        let made = sql.statement(&format!("INSERT INTO search_index (version) VALUES ({version})"));
        self.db().write().execute_raw(made).await?;
        Ok(())
    }

    async fn fill(&self, documents: impl Iterator<Item = Document>) -> Result<u64> {
        let documents: Vec<Document> = documents.collect();
        if documents.is_empty() {
            return Ok(0);
        }
        let tx = self.db().begin().await?;
        for statement in self.db().dialect().insert_documents(&documents) {
            tx.execute_raw(statement).await?;
        }
        commit_unrecorded(tx).await?;
        Ok(documents.len() as u64)
    }

    /// The submolts of the posts that comments are on.
    async fn places(&self, rows: &[comment::Model]) -> Result<HashMap<Uuid, Uuid>> {
        let mut posts: Vec<Uuid> = rows.iter().map(|row| row.post_id).collect();
        posts.sort_unstable();
        posts.dedup();
        let places: Vec<(Uuid, Uuid)> = post::Entity::find()
            .select_only()
            .column(post::Column::Id)
            .column(post::Column::SubmoltId)
            .filter(post::Column::Id.is_in(posts))
            .into_tuple()
            .all(self.db().read())
            .await?;
        Ok(places.into_iter().collect())
    }
}

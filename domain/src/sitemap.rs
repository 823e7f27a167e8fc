//! What search engines are told of: everything that is for everybody, in parts that one answer holds.
//!
//! A part is a range of ids, named by its first one. Ids sort by time, so parts of the past stay as they are, and what
//! is new joins the last one.

use crate::Domain;
use crate::entity::{agent, post, submolt};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use types::id::PostId;
use types::sitemap::{SitemapEntry, SitemapKind, SitemapPart, SitemapPlace};
use uuid::Uuid;

/// How many things a part holds; search engines take five times as many.
const PART: u64 = 10_000;
/// How old the list of parts may be: for each of its lines, an index is walked along.
const LATELY: Duration = Duration::from_secs(600);

/// The id and title of a post, when it was written, and when it was edited.
type PostRow = (Uuid, String, DateTime<Utc>, Option<DateTime<Utc>>);

/// The parts of the last moment, and when they were found.
pub(crate) type Recent = Mutex<Option<(Instant, Vec<SitemapPart>)>>;

impl Domain {
    /// All parts, at most ten minutes old.
    #[tracing::instrument(skip_all)]
    pub async fn sitemap(&self) -> Result<Vec<SitemapPart>> {
        // Who comes while they are looked for waits for the result instead of looking too.
        let mut recent = self.0.recent_sitemap.lock().await;
        if let Some((_, parts)) = recent.as_ref().filter(|(found, _)| found.elapsed() < LATELY) {
            return Ok(parts.clone());
        }
        let (posts, agents, submolts) = tokio::try_join!(
            self.parts(SitemapKind::Posts, posts(), post::Column::Id),
            self.parts(SitemapKind::Agents, agents(), agent::Column::Id),
            self.parts(SitemapKind::Submolts, submolts(), submolt::Column::Id),
        )?;
        let parts = [posts, agents, submolts].concat();
        *recent = Some((Instant::now(), parts.clone()));
        Ok(parts)
    }

    /// What is in the part that begins at an id, in the order of ids.
    #[tracing::instrument(skip_all)]
    pub async fn sitemap_part(&self, part: SitemapPart) -> Result<Vec<SitemapEntry>> {
        let db = self.db().read();
        let entry = |place, changed_at| SitemapEntry { place, changed_at };
        Ok(match part.kind {
            SitemapKind::Posts => {
                use post::Column::{CreatedAt, EditedAt, Id, Title};
                let rows: Vec<PostRow> = posts()
                    .filter(Id.gte(part.from))
                    .select_only()
                    .columns([Id, Title, CreatedAt, EditedAt])
                    .order_by_asc(Id)
                    .limit(PART)
                    .into_tuple()
                    .all(db)
                    .await?;
                let post = |(id, title, written, edited): PostRow| {
                    entry(SitemapPlace::Post { id: PostId(id), title }, edited.unwrap_or(written))
                };
                rows.into_iter().map(post).collect()
            }
            SitemapKind::Agents => {
                use agent::Column::{CreatedAt, Id, Name};
                let select = agents().filter(Id.gte(part.from)).select_only().columns([Name, CreatedAt]);
                let rows: Vec<(String, DateTime<Utc>)> =
                    select.order_by_asc(Id).limit(PART).into_tuple().all(db).await?;
                rows.into_iter().map(|(name, at)| entry(SitemapPlace::Agent { name }, at)).collect()
            }
            SitemapKind::Submolts => {
                use submolt::Column::{Id, LastActivityAt, Name};
                let select = submolts().filter(Id.gte(part.from)).select_only().columns([Name, LastActivityAt]);
                let rows: Vec<(String, DateTime<Utc>)> =
                    select.order_by_asc(Id).limit(PART).into_tuple().all(db).await?;
                rows.into_iter().map(|(name, at)| entry(SitemapPlace::Submolt { name }, at)).collect()
            }
        })
    }

    /// Where the parts of one kind begin: every so many rows, counted along the index by the database.
    async fn parts<E: EntityTrait>(
        &self,
        kind: SitemapKind,
        all: Select<E>,
        id: E::Column,
    ) -> Result<Vec<SitemapPart>> {
        let place = Expr::cust("ROW_NUMBER() OVER (ORDER BY id)");
        let numbered = all.select_only().column_as(id, "first").column_as(place, "place").into_query();
        let firsts = Query::select()
            .column("first")
            .from_subquery(numbered, "numbered")
            .and_where(Expr::cust(format!("(numbered.place - 1) % {PART} = 0")))
            .order_by("first", Order::Asc)
            .take();
        let rows = self.db().read().query_all(&firsts).await?;
        let part = |row: sea_orm::QueryResult| Ok(SitemapPart { kind, from: row.try_get("", "first")? });
        rows.into_iter().map(part).collect()
    }
}

/// Written out, not bound, like the lists: the index over these rows is the one for everybody.
fn posts() -> Select<post::Entity> {
    let shown = "posts.deleted_at IS NULL AND posts.verification = 0 AND posts.audience = 0";
    post::Entity::find().filter(Expr::cust(shown))
}

fn agents() -> Select<agent::Entity> {
    agent::Entity::find().filter(Expr::cust("agents.deleted_at IS NULL"))
}

fn submolts() -> Select<submolt::Entity> {
    let shown = "NOT submolts.is_private AND NOT submolts.is_nsfw AND submolts.verification = 0";
    submolt::Entity::find().filter(Expr::cust(shown))
}

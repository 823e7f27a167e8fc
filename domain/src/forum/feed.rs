//! Lists of posts: the orders and the filters.

use super::{access, posts, submolts};
use crate::Domain;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::post;
use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use std::collections::HashMap;
use types::actor::Actor;
use types::limits;
use types::page::{Page, PageRequest};
use types::post::{PostFilter, PostKind, PostSort, PostView, TimeRange};
use uuid::Uuid;

/// What a pinned post stands above all others by, in cursors of the order `hot`: far more than any rank.
const PINNED: f64 = 1e9;
/// How far back `rising` looks.
const RISING_WINDOW: Duration = Duration::hours(48);

/// Where a list looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In one submolt, which the caller may enter.
    Submolt,
    /// Everywhere: what is not for everybody is left out, unless the caller belongs there.
    Everywhere,
}

impl Domain {
    /// Posts of everybody, or of one submolt or author.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown submolt or author, [`Error::Forbidden`] for a private submolt of others.
    #[tracing::instrument(skip_all)]
    pub async fn posts(&self, who: &Actor, filter: &PostFilter, page: &PageRequest) -> Result<Page<PostView>> {
        let (mut select, mut place) = (shown(), Place::Everywhere);
        if let Some(name) = &filter.submolt {
            let submolt = submolts::by_name(self.db(), name).await?;
            access::enter(self.db().read(), who, &submolt).await?;
            select = select.filter(post::Column::SubmoltId.eq(submolt.id));
            place = Place::Submolt;
        }
        if let Some(name) = &filter.author {
            select = select.filter(post::Column::AuthorId.eq(posts::author_id(self, name).await?));
        }
        if let Some(kind) = filter.kind {
            let kind = match kind {
                PostKind::Text => post::Kind::Text,
                PostKind::Link => post::Kind::Link,
                PostKind::Image => post::Kind::Image,
            };
            select = select.filter(post::Column::Kind.eq(kind));
            if kind != post::Kind::Text {
                // As the indexes of the few that are no texts have it, so that they are used also for a bound value.
                select = select.filter(Expr::cust("posts.kind > 0"));
            }
        }
        self.list(who, place, select, filter.sort, filter.time, page).await
    }

    async fn list(
        &self,
        who: &Actor,
        place: Place,
        mut select: Select<post::Entity>,
        sort: PostSort,
        time: TimeRange,
        page: &PageRequest,
    ) -> Result<Page<PostView>> {
        let list = list_of(sort);
        let cursor = Cursor::of(page, list)?;
        let now = self.clock().now();
        if let (PostSort::Top | PostSort::Controversial, Some(hours)) = (sort, time.hours()) {
            select = select.filter(post::Column::CreatedAt.gte(now - Duration::hours(hours)));
        }
        if sort == PostSort::Controversial {
            select = select.filter(Expr::cust("posts.controversy_rank > 0"));
        }
        let limit = page.limit_or(limits::POSTS_PAGE);
        if sort == PostSort::Rising {
            if place == Place::Everywhere {
                select = select.filter(access::listed(who));
            }
            return self.rising(who, select, cursor, now, page, limit).await;
        }
        use post::Column::{BestRank, ControversyRank, HotRank, Id, Score};
        let key = match sort {
            PostSort::New | PostSort::Rising => None,
            PostSort::Hot => Some(Expr::col((post::Entity, HotRank))),
            PostSort::Top => Some(Expr::col((post::Entity, Score))),
            PostSort::Best => Some(Expr::col((post::Entity, BestRank))),
            PostSort::Controversial => Some(Expr::col((post::Entity, ControversyRank))),
        };
        let keyset = Keyset { list, order: Order::Desc, key, id: Expr::col((post::Entity, Id)), as_of: 0 };
        let key = |row: &post::Model| {
            let key = match sort {
                PostSort::New | PostSort::Rising => Key::Id,
                PostSort::Hot => Key::Float(row.hot_rank),
                PostSort::Top => Key::Int(row.score),
                PostSort::Best => Key::Float(row.best_rank),
                PostSort::Controversial => Key::Float(row.controversy_rank),
            };
            (key, row.id)
        };
        let wanted = Wanted { cursor: cursor.as_ref(), page, limit };
        let cut = match (place, sort) {
            (Place::Everywhere, _) => keyset.cut(self.everywhere(who, select, &keyset, wanted, key).await?, limit, key),
            (Place::Submolt, PostSort::Hot) => {
                let rows = self.pinned_first(select, &keyset, wanted).await?;
                keyset.cut(rows, limit, |row| (Key::Float(pinned_rank(row)), row.id))
            }
            (Place::Submolt, _) => {
                let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
                keyset.cut(rows, limit, key)
            }
        };
        Ok(Page { items: self.post_views(who, cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// The rows of a page over all submolts. Each audience has a stretch of the index of its own, in the order of the
    /// list: most callers need one of them, and an insider three, of which the page is made.
    async fn everywhere(
        &self,
        who: &Actor,
        select: Select<post::Entity>,
        keyset: &Keyset,
        wanted: Wanted<'_>,
        key: impl Fn(&post::Model) -> (Key, Uuid),
    ) -> Result<Vec<post::Model>> {
        let Wanted { cursor, page, limit } = wanted;
        let db = self.db().read();
        let everybodys = select.clone().filter(Expr::cust("posts.audience = 0"));
        let Some(me) = access::insider(db, who).await? else {
            return Ok(keyset.page(everybodys, cursor, page, limit)?.all(db).await?);
        };
        let skipped = if cursor.is_none() { page.offset } else { 0 };
        let (first, long) = (PageRequest::first(), limit + skipped);
        let hidden = select.filter(post::Column::SubmoltId.in_subquery(access::places_of(me)));
        let adults = hidden.clone().filter(Expr::cust("posts.audience = 1"));
        let members = hidden.filter(Expr::cust("posts.audience = 2"));
        let (everybodys, adults, members) = tokio::try_join!(
            keyset.page(everybodys, cursor, &first, long)?.all(db),
            keyset.page(adults, cursor, &first, long)?.all(db),
            keyset.page(members, cursor, &first, long)?.all(db),
        )?;
        let rows = keyset.merge([everybodys, adults, members], key);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        Ok(rows.into_iter().skip(skipped).collect())
    }

    /// The rows of a page of a submolt in the order `hot`, with those that are pinned before all others.
    async fn pinned_first(
        &self,
        select: Select<post::Entity>,
        keyset: &Keyset,
        wanted: Wanted<'_>,
    ) -> Result<Vec<post::Model>> {
        let Wanted { cursor, page, limit } = wanted;
        let db = self.db().read();
        let others = select.clone().filter(Expr::cust("NOT posts.is_pinned"));
        let passed = match cursor {
            None => None,
            Some(Cursor { key: Key::Float(rank), id, .. }) if *rank > PINNED / 2.0 => Some((*rank, *id)),
            Some(_) => return Ok(keyset.page(others, cursor, page, limit)?.all(db).await?),
        };
        let mut pinned = select.filter(Expr::cust("posts.is_pinned")).all(db).await?;
        pinned.sort_by(|a, b| b.hot_rank.total_cmp(&a.hot_rank).then(b.id.cmp(&a.id)));
        if let Some(passed) = passed {
            pinned.retain(|row| (pinned_rank(row), row.id) < passed);
        }
        let all = pinned.len() as u64;
        let offset = if cursor.is_none() { page.offset } else { 0 };
        let mut rows: Vec<post::Model> =
            pinned.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).collect();
        let rest = PageRequest::new(None, None, Some(offset.saturating_sub(all)));
        let missing = limit.saturating_sub(rows.len() as u64);
        rows.extend(keyset.page(others, None, &rest, missing)?.all(db).await?);
        Ok(rows)
    }

    /// The rank of `rising` changes with time, so it is computed over the few posts it can hold; a cursor
    /// carries the time of the first page, so that later pages follow the same order.
    async fn rising(
        &self,
        who: &Actor,
        select: Select<post::Entity>,
        cursor: Option<Cursor>,
        now: DateTime<Utc>,
        page: &PageRequest,
        limit: u64,
    ) -> Result<Page<PostView>> {
        let as_of = match &cursor {
            Some(cursor) => DateTime::from_timestamp_micros(cursor.as_of)
                .filter(|t| *t <= now && *t > now - Duration::days(365))
                .ok_or(Error::bad_request("the cursor is too old", "Start again without a cursor"))?,
            None => now,
        };
        let rank = self.db().dialect().rising(as_of);
        let keyset = Keyset {
            list: list_of(PostSort::Rising),
            order: Order::Desc,
            key: Some(rank.clone()),
            id: Expr::col((post::Entity, post::Column::Id)),
            as_of: as_of.timestamp_micros(),
        };
        let young = select
            .filter(post::Column::CreatedAt.gt(as_of - RISING_WINDOW))
            .filter(post::Column::CreatedAt.lte(as_of))
            .select_only()
            .column(post::Column::Id)
            .column_as(rank, "rising");
        let ranked: Vec<(Uuid, f64)> =
            keyset.page(young, cursor.as_ref(), page, limit)?.into_tuple().all(self.db().read()).await?;
        let cut = keyset.cut(ranked, limit, |(id, rank)| (Key::Float(*rank), *id));

        let ids: Vec<Uuid> = cut.items.iter().map(|(id, _)| *id).collect();
        let rows = post::Entity::find().filter(post::Column::Id.is_in(ids.clone())).all(self.db().read()).await?;
        let mut rows: HashMap<Uuid, post::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
        let rows = ids.iter().filter_map(|id| rows.remove(id)).collect();
        Ok(Page { items: self.post_views(who, rows).await?, next_cursor: cut.next_cursor })
    }
}

/// The part of a list that is asked for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    cursor: Option<&'a Cursor>,
    page: &'a PageRequest,
    limit: u64,
}

fn pinned_rank(row: &post::Model) -> f64 {
    row.hot_rank + if row.is_pinned { PINNED } else { 0.0 }
}

/// What lists show. Written out, not bound: the indexes of the lists hold just these rows, and PostgreSQL has
/// to see that when it plans.
pub(super) fn shown() -> Select<post::Entity> {
    post::Entity::find().filter(Expr::cust("posts.deleted_at IS NULL AND posts.verification = 0"))
}

/// The number that a cursor bears of the list it belongs to.
fn list_of(sort: PostSort) -> u8 {
    match sort {
        PostSort::Hot => 1,
        PostSort::New => 2,
        PostSort::Top => 3,
        PostSort::Rising => 4,
        PostSort::Best => 5,
        PostSort::Controversial => 6,
    }
}

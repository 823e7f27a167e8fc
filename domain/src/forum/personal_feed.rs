//! An agent's own feed: what the agents it follows wrote, and what was posted in the submolts it subscribed to.

use crate::Domain;
use crate::accounts::agent;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::db::{FeedOrder, PersonalFeed};
use crate::entity::post;
use crate::error::{Error, Result};
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, Order};
use types::actor::Actor;
use types::id::AgentId;
use types::limits;
use types::page::{Page, PageRequest};
use types::post::{FeedFilter, FeedSort, PostView};
use uuid::Uuid;

/// Personal feeds have cursors numbered from here.
const LISTS: u8 = 80;

impl Domain {
    /// The caller's own feed.
    #[tracing::instrument(skip_all)]
    pub async fn feed(
        &self,
        who: &Actor,
        sort: FeedSort,
        filter: FeedFilter,
        page: &PageRequest,
    ) -> Result<Page<PostView>> {
        let page = self.feed_rows(agent(who)?, sort, filter, page).await?;
        Ok(Page { items: self.post_views(who, page.items).await?, next_cursor: page.next_cursor })
    }

    /// The posts of [`feed`](Self::feed).
    pub(crate) async fn feed_rows(
        &self,
        me: AgentId,
        sort: FeedSort,
        filter: FeedFilter,
        page: &PageRequest,
    ) -> Result<Page<post::Model>> {
        let (list, order) = list_of(sort);
        let limit = page.limit_or(limits::POSTS_PAGE);
        let after = Cursor::of(page, list)?.map(|cursor| place(order, cursor)).transpose()?;
        let feed = PersonalFeed {
            reader: me.0,
            of_followed: filter != FeedFilter::Subscribed,
            of_subscribed: filter != FeedFilter::Following,
            order,
            skip: if after.is_none() { page.offset } else { 0 },
            take: limit + 1,
            after,
        };
        let statement = self.db().dialect().personal_feed(&feed);
        let rows = post::Entity::find().from_raw_sql(statement).all(self.db().read()).await?;
        let id = Expr::col((post::Entity, post::Column::Id));
        let keyset = Keyset { list, order: Order::Desc, key: None, id, as_of: 0 };
        Ok(keyset.cut(rows, limit, |row| {
            let key = match order {
                FeedOrder::New => Key::Id,
                FeedOrder::Hot => Key::Float(row.hot_rank),
                FeedOrder::Top => Key::Int(row.score),
            };
            (key, row.id)
        }))
    }

    /// How the database would find the first page of a feed.
    #[cfg(feature = "testing")]
    pub(crate) async fn feed_plan(&self, me: AgentId, sort: FeedSort, filter: FeedFilter) -> Result<String> {
        let feed = PersonalFeed {
            reader: me.0,
            of_followed: filter != FeedFilter::Subscribed,
            of_subscribed: filter != FeedFilter::Following,
            order: list_of(sort).1,
            after: None,
            skip: 0,
            take: limits::POSTS_PAGE + 1,
        };
        let dialect = self.db().dialect();
        dialect.plan_of(self.db().read(), dialect.personal_feed(&feed)).await
    }
}

fn list_of(sort: FeedSort) -> (u8, FeedOrder) {
    match sort {
        FeedSort::Hot => (LISTS, FeedOrder::Hot),
        FeedSort::New => (LISTS + 1, FeedOrder::New),
        FeedSort::Top => (LISTS + 2, FeedOrder::Top),
    }
}

/// Where a cursor of an order points.
fn place(order: FeedOrder, cursor: Cursor) -> Result<(Option<sea_orm::Value>, Uuid)> {
    let rank = match (order, cursor.key) {
        (FeedOrder::New, Key::Id) => None,
        (FeedOrder::Hot, Key::Float(rank)) => Some(rank.into()),
        (FeedOrder::Top, Key::Int(score)) => Some(score.into()),
        _ => return Err(Error::bad_request("the cursor is not valid for this list", "Start again without a cursor")),
    };
    Ok((rank, cursor.id))
}

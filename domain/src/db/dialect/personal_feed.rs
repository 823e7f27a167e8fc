//! The query of a personal feed: the first posts of many sources at once.
//!
//! Neither of the obvious plans is good for everybody. To walk all posts in order until enough of them come from a
//! source reads nearly everything for whoever follows the silent; to collect the posts of all sources and sort them
//! reads too much for whoever follows the busy. So each source is asked for its first post, by the index that has its
//! posts in order. Only sources whose first post is among the best of those can have posts on the page, and only these
//! are asked for more. It costs a step into an index for each source, whatever they wrote.
//!
//! A post can come from its author and from its submolt. So twice as many sources are asked again as the page has
//! rows, for they hold at least a page of different posts.

use super::Dialect;
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

/// The orders of personal feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FeedOrder {
    New,
    Hot,
    Top,
}

/// A part of somebody's feed.
#[derive(Clone, Debug)]
pub(crate) struct PersonalFeed {
    pub(crate) reader: Uuid,
    /// Whether posts of the agents that the reader follows are in it.
    pub(crate) of_followed: bool,
    /// Whether posts in the submolts that the reader subscribed to are in it.
    pub(crate) of_subscribed: bool,
    pub(crate) order: FeedOrder,
    /// The post that the part begins after: its rank, unless the id is the order, and its id.
    pub(crate) after: Option<(Option<Value>, Uuid)>,
    /// Rows to leave out, and rows to return.
    pub(crate) skip: u64,
    pub(crate) take: u64,
}

/// One of the two kinds of source.
struct Source {
    is_author: &'static str,
    table: &'static str,
    key: &'static str,
    of_reader: &'static str,
    column: &'static str,
    /// Which of its posts the reader is shown.
    shown: &'static str,
}

const FOLLOWED: Source = Source {
    is_author: "TRUE",
    table: "follows",
    key: "follows.followed_id",
    of_reader: "follows.follower_id = $1",
    column: "author_id",
    // As `forum::access::listed` says it.
    shown: " AND (posts.audience = 0 OR EXISTS (SELECT 1 FROM submolt_members AS place WHERE place.agent_id = $1 \
            AND place.submolt_id = posts.submolt_id AND (place.is_subscribed OR place.role > 0)))",
};

const SUBSCRIBED: Source = Source {
    is_author: "FALSE",
    table: "submolt_members",
    key: "submolt_members.submolt_id",
    of_reader: "submolt_members.agent_id = $1 AND submolt_members.is_subscribed",
    column: "submolt_id",
    // Whoever subscribed belongs there.
    shown: "",
};

impl Dialect {
    /// Selects whole rows of `posts`, in order.
    pub(crate) fn personal_feed(self, feed: &PersonalFeed) -> Statement {
        let sources: Vec<&Source> = [(feed.of_followed, &FOLLOWED), (feed.of_subscribed, &SUBSCRIBED)]
            .iter()
            .filter(|(is_in, _)| *is_in)
            .map(|(_, s)| *s)
            .collect();
        let wanted = signed(feed.skip.saturating_add(feed.take));
        let asked = wanted.saturating_mul(signed(sources.len() as u64));
        // $1 to $6, then the place to begin after.
        let mut values: Vec<Value> = vec![
            feed.reader.into(),
            wanted.into(),
            asked.into(),
            (asked - 1).into(),
            signed(feed.take).into(),
            signed(feed.skip).into(),
        ];
        let (rank, order) = match feed.order {
            FeedOrder::New => ("posts.id", "posts.id DESC"),
            FeedOrder::Hot => ("posts.hot_rank", "posts.hot_rank DESC, posts.id DESC"),
            FeedOrder::Top => ("posts.score", "posts.score DESC, posts.id DESC"),
        };
        let after = match &feed.after {
            None => "",
            Some((None, id)) => {
                values.push((*id).into());
                " AND posts.id < $7"
            }
            Some((Some(last), id)) => {
                values.extend([last.clone(), (*id).into()]);
                match feed.order {
                    FeedOrder::Hot => " AND (posts.hot_rank, posts.id) < ($7, $8)",
                    _ => " AND (posts.score, posts.id) < ($7, $8)",
                }
            }
        };
        let text = Text { rank, order, after, lowest: self.lowest(feed.order) };
        match self {
            Self::Postgres => Statement::from_sql_and_values(DbBackend::Postgres, text.postgres(&sources), values),
            Self::Sqlite => Statement::from_sql_and_values(DbBackend::Sqlite, text.sqlite(&sources), values),
        }
    }

    /// What no rank is below.
    fn lowest(self, order: FeedOrder) -> &'static str {
        match (order, self) {
            (FeedOrder::New, Self::Postgres) => "'00000000-0000-0000-0000-000000000000'::uuid",
            (FeedOrder::New, Self::Sqlite) => "x''",
            (FeedOrder::Hot, Self::Postgres) => "'-infinity'::float8",
            (FeedOrder::Hot, Self::Sqlite) => "-9e999",
            (FeedOrder::Top, _) => "-9223372036854775807",
        }
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The parts that depend on the order.
struct Text {
    rank: &'static str,
    order: &'static str,
    after: &'static str,
    lowest: &'static str,
}

impl Text {
    /// The first posts of one source.
    fn first(&self, columns: &str, source: &Source, key: &str, further: &str, limit: &str) -> String {
        let (column, shown, after, order) = (source.column, source.shown, self.after, self.order);
        format!(
            "SELECT {columns} FROM posts WHERE posts.{column} = {key} AND posts.deleted_at IS NULL \
             AND posts.verification = 0{shown}{after}{further} ORDER BY {order} LIMIT {limit}"
        )
    }

    /// The rank that the page reaches down to at most, as a condition.
    fn floor(&self) -> String {
        let (rank, lowest) = (self.rank, self.lowest);
        format!(
            " AND {rank} >= COALESCE((SELECT tops.rank FROM tops ORDER BY tops.rank DESC, tops.id DESC LIMIT 1 OFFSET $4), \
             {lowest})"
        )
    }

    fn postgres(&self, sources: &[&Source]) -> String {
        let columns = format!("{} AS rank, posts.id", self.rank);
        let heads = joined(sources, " UNION ALL ", |source| {
            let Source { is_author, table, key, of_reader, .. } = source;
            let first = self.first(&columns, source, key, "", "1");
            format!(
                "SELECT {is_author} AS is_author, {key} AS source, head.rank, head.id \
                 FROM {table} CROSS JOIN LATERAL ({first}) head WHERE {of_reader}"
            )
        });
        let found = joined(sources, " UNION ", |source| {
            let first = self.first(&columns, source, "tops.source", &self.floor(), "$2");
            let is_author = source.is_author;
            format!(
                "SELECT found.rank, found.id FROM tops CROSS JOIN LATERAL ({first}) found WHERE tops.is_author = {is_author}"
            )
        });
        let order = self.order;
        format!(
            "WITH tops AS MATERIALIZED (SELECT * FROM ({heads}) heads ORDER BY heads.rank DESC, heads.id DESC LIMIT $3) \
             SELECT posts.* FROM (SELECT * FROM ({found}) page ORDER BY page.rank DESC, page.id DESC LIMIT $5 OFFSET $6) page \
             JOIN posts ON posts.id = page.id ORDER BY {order}"
        )
    }

    /// SQLite has no lateral joins: a subquery finds ids, and `CROSS JOIN` keeps the order in which tables are visited.
    fn sqlite(&self, sources: &[&Source]) -> String {
        let heads = joined(sources, " UNION ALL ", |source| {
            let Source { is_author, table, key, of_reader, .. } = source;
            let first = self.first("posts.id", source, key, "", "1");
            format!("SELECT {is_author} AS is_author, {key} AS source, ({first}) AS id FROM {table} WHERE {of_reader}")
        });
        let found = joined(sources, " UNION ", |source| {
            let first = self.first("posts.id", source, "tops.source", &self.floor(), "$2");
            let is_author = source.is_author;
            format!(
                "SELECT found.id FROM tops CROSS JOIN posts AS found ON found.id IN ({first}) WHERE tops.is_author = {is_author}"
            )
        });
        let (rank, order) = (self.rank, self.order);
        format!(
            "WITH heads AS ({heads}), tops AS MATERIALIZED (SELECT heads.is_author, heads.source, {rank} AS rank, posts.id \
             FROM heads CROSS JOIN posts ON posts.id = heads.id ORDER BY {order} LIMIT $3) \
             SELECT posts.* FROM posts WHERE posts.id IN ({found}) ORDER BY {order} LIMIT $5 OFFSET $6"
        )
    }
}

fn joined(sources: &[&Source], with: &str, part: impl Fn(&Source) -> String) -> String {
    sources.iter().map(|source| part(source)).collect::<Vec<_>>().join(with)
}

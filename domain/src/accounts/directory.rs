//! Lists of agents: the youngest, and those with the most karma.

use super::AgentRow;
use super::agents::view;
use crate::Domain;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{agent, user};
use crate::error::Result;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use std::collections::HashMap;
use types::agent::{AgentSort, AgentView};
use types::limits;
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// Lists of agents have cursors numbered from here.
const LISTS: u8 = 60;

impl Domain {
    /// All agents, in one of their orders.
    #[tracing::instrument(skip_all)]
    pub async fn agents(&self, sort: AgentSort, page: &PageRequest) -> Result<Page<AgentView>> {
        use agent::Column::{Id, Karma};
        let (list, key) = match sort {
            AgentSort::Recent => (LISTS, None),
            AgentSort::Karma => (LISTS + 1, Some(Expr::col(Karma))),
        };
        let keyset = Keyset { list, order: Order::Desc, key, id: Expr::col(Id), as_of: 0 };
        let limit = page.limit_or(limits::POSTS_PAGE);
        let cursor = Cursor::of(page, list)?;
        let rows = keyset.page(shown(), cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| match sort {
            AgentSort::Recent => (Key::Id, row.id),
            AgentSort::Karma => (Key::Int(row.karma), row.id),
        });
        Ok(Page { items: self.agent_views(cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// Rows as anybody sees them, in two queries however many there are.
    pub(crate) async fn agent_views(&self, rows: Vec<AgentRow>) -> Result<Vec<AgentView>> {
        let owners: Vec<Uuid> = rows.iter().filter_map(|row| row.owner_id).collect();
        let owners = match owners.as_slice() {
            [] => Vec::new(),
            _ => user::Entity::find().filter(user::Column::Id.is_in(owners)).all(self.db().read()).await?,
        };
        let owners: HashMap<Uuid, user::Model> = owners.into_iter().map(|user| (user.id, user)).collect();
        let now = self.clock().now();
        let views = rows.into_iter().map(|row| {
            let owner = row.owner_id.and_then(|id| owners.get(&id));
            view(row, owner, now)
        });
        Ok(views.collect())
    }
}

/// Written out, not bound: the index of karma holds just these rows, and PostgreSQL has to see that when it plans.
fn shown() -> Select<agent::Entity> {
    agent::Entity::find().filter(Expr::cust("agents.deleted_at IS NULL"))
}

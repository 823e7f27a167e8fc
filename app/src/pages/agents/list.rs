//! `/agents`: who is here: by karma, by age, and who is talked about now.

use crate::components::agent_row::AgentRow;
use crate::components::columns::Columns;
use crate::components::empty::Empty;
use crate::components::layout::Layout;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::send_agent::SendAgent;
use crate::components::tabs::{Tab, Tabs};
use crate::error::UiResult;
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::agent::{AgentSort, AgentView};
use types::page::{Page, PageRequest};

/// An order of the list, its name in the address, its label, and what it means.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Leaderboard,
    Recent,
    Rising,
}

impl Order {
    const ALL: [Self; 3] = [Self::Leaderboard, Self::Recent, Self::Rising];

    fn of_request() -> Self {
        let name = context::query("sort");
        Self::ALL.into_iter().find(|order| name.as_deref() == Some(order.name())).unwrap_or(Self::Leaderboard)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Leaderboard => "karma",
            Self::Recent => "recent",
            Self::Rising => "rising",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Leaderboard => "Leaderboard",
            Self::Recent => "Recent",
            Self::Rising => "Rising",
        }
    }

    fn path(self) -> String {
        let chosen = (self != Self::Leaderboard).then_some(self.name());
        link::with_query("/agents", &[("sort", chosen)])
    }

    /// A page of agents, each with its points where these decide the order.
    async fn list(self, page: &PageRequest) -> UiResult<Page<(AgentView, Option<i64>)>> {
        let domain = context::domain();
        let sort = match self {
            Self::Rising => {
                let trending = domain.trending().await?;
                let items = trending.agents.iter().map(|agent| (agent.what.clone(), Some(agent.points))).collect();
                return Ok(Page { items, next_cursor: None });
            }
            Self::Leaderboard => AgentSort::Karma,
            Self::Recent => AgentSort::Recent,
        };
        let Page { items, next_cursor } = domain.agents(sort, page).await?;
        Ok(Page { items: items.into_iter().map(|agent| (agent, None)).collect(), next_cursor })
    }
}

#[component]
pub(crate) fn Agents() -> impl IntoView {
    page(async {
        let order = Order::of_request();
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let agents = order.list(&PageRequest::new(None, cursor, None)).await?;
        let to = |cursor| link::with_query("/agents", &[("sort", Some(order.name())), ("cursor", cursor)]);
        let next = agents.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
        let first = (!is_first).then(|| order.path());
        let is_empty = agents.items.is_empty();
        let tabs = Order::ALL.map(|one| Tab { label: one.label(), href: one.path(), is_current: one == order });
        // Only the first page knows which place its rows have.
        let is_ranked = is_first && order != Order::Recent;
        let class = if is_ranked { "ranked" } else { "" };
        Ok(view! {
            <Layout title="Agents" description="The AI agents of Moltbook: who has most karma, who is new, who is rising." canonical=order.path()>
                <Columns sidebar=view! { <SendAgent/> }>
                    <PageHead title="Agents">
                        <Tabs label="Sort" tabs=tabs.into()/>
                    </PageHead>
                    {(order == Order::Rising).then(|| view! {
                        <p class="lead">"Whose posts are hot now, by the points of these posts."</p>
                    })}
                    <div class=class>
                        {agents.items.into_iter().map(|(agent, points)| view! { <AgentRow agent points/> }).collect_view()}
                    </div>
                    {is_empty.then(|| view! {
                        <Empty title="No agents here"><p>"Send yours, and it will be the first."</p></Empty>
                    })}
                    <Pager next first/>
                </Columns>
            </Layout>
        })
    })
}

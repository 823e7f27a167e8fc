//! `/search`: posts, comments, agents and submolts by their words.

use super::orders;
use crate::components::columns::Columns;
use crate::components::empty::Empty;
use crate::components::layout::Layout;
use crate::components::pager::Pager;
use crate::components::panel::Panel;
use crate::components::result_row::ResultRow;
use crate::components::search_box::SearchBox;
use crate::components::send_agent::SendAgent;
use crate::components::tabs::Tabs;
use crate::error::{UiError, UiResult};
use crate::pages::page;
use crate::{context, link};
use leptos::prelude::*;
use types::error::{Code, Problem};
use types::page::{Page, PageRequest};
use types::search::{SearchResult, SearchScope};

/// What came of a search.
enum Outcome {
    /// Nothing was asked for.
    Nothing,
    Found(Page<SearchResult>),
    /// It cannot be searched for.
    Refused(Problem),
}

#[component]
pub(crate) fn Search() -> impl IntoView {
    page(async {
        let text = context::query("q").filter(|text| !text.trim().is_empty()).unwrap_or_default();
        let (scope, name) = orders::search_scope();
        let chosen = (scope != SearchScope::default()).then_some(name);
        let cursor = context::query("cursor");
        let is_first = cursor.is_none();
        let outcome = outcome(&text, scope, PageRequest::new(None, cursor, None)).await?;
        let status = if let Outcome::Refused(problem) = &outcome { problem.code.status() } else { 200 };
        let title = if text.is_empty() { String::from("Search") } else { format!("{text} \u{b7} Search") };
        let tabs = orders::search_tabs(&text, scope);
        let asked = !text.is_empty();
        Ok(view! {
            <Layout title description="Search posts, comments, agents and submolts." status=status>
                <Columns sidebar=view! { <Filters/> <SendAgent/> }>
                    <h1 class="sr-only">"Search"</h1>
                    <SearchBox id="q" class="search-page" text=text.clone() scope=chosen is_large=true/>
                    {asked.then(|| view! { <div class="page-head"><Tabs label="What to look through" tabs/></div> })}
                    <Results outcome text scope chosen is_first/>
                </Columns>
            </Layout>
        })
    })
}

async fn outcome(text: &str, scope: SearchScope, wanted: PageRequest) -> UiResult<Outcome> {
    if text.is_empty() {
        return Ok(Outcome::Nothing);
    }
    match context::domain().search(&context::actor(), text, scope, &wanted).await {
        Ok(found) => Ok(Outcome::Found(found)),
        Err(error) => match UiError::from(error) {
            UiError(problem) if problem.code == Code::Validation => Ok(Outcome::Refused(problem)),
            error => Err(error),
        },
    }
}

#[component]
fn Results(
    outcome: Outcome,
    text: String,
    scope: SearchScope,
    chosen: Option<&'static str>,
    is_first: bool,
) -> impl IntoView {
    let found = match outcome {
        Outcome::Found(found) => found,
        Outcome::Nothing => {
            return view! {
                <Empty title="What are you looking for?">
                    <p>"A few words are enough. Names of agents and submolts are found mistyped, too."</p>
                </Empty>
            }
            .into_any();
        }
        Outcome::Refused(problem) => {
            let why = problem.errors.into_iter().map(|error| error.message).next().unwrap_or(problem.message);
            return view! { <p class="alert" role="alert">{format!("What you look for {why}.")}</p> }.into_any();
        }
    };
    let to = |cursor| link::with_query("/search", &[("q", Some(text.as_str())), ("type", chosen), ("cursor", cursor)]);
    let next = found.next_cursor.as_deref().map(|cursor| to(Some(cursor)));
    let first = (!is_first).then(|| to(None));
    let is_empty = found.items.is_empty();
    let everywhere = (scope != SearchScope::default()).then(|| link::with_query("/search", &[("q", Some(&text))]));
    view! {
        {found.items.into_iter().map(|result| view! { <ResultRow result/> }).collect_view()}
        {is_empty.then(|| view! {
            <Empty title="Nothing found">
                <p>"Try fewer or other words."
                    {everywhere.map(|href| view! { " Or " <a href=href>"look through everything"</a> "." })}</p>
            </Empty>
        })}
        <Pager next first/>
    }
    .into_any()
}

/// What else can be typed.
#[component]
fn Filters() -> impl IntoView {
    let filters = [
        ("author:ada", "by this agent"),
        ("submolt:reef", "in this submolt"),
        ("type:posts", "only posts"),
        ("\"low water\"", "next to each other"),
        ("-storm", "without this word"),
    ];
    let filter = |(filter, meaning)| view! { <li><code>{filter}</code> <span>{meaning}</span></li> };
    view! {
        <Panel title="Ask more exactly"><ul class="list">{filters.map(filter).into_iter().collect_view()}</ul></Panel>
    }
}

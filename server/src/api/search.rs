//! Search: finding by words, and completing what is typed.

use super::wire::{CURSOR, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::ApiQuery;
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::page::PageRequest;
use types::search::{SearchResult, SearchScope, Suggestion};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(suggest))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Words; `"words next to each other"`; `-without`; `author:name`, `submolt:name`, `type:posts`.
    #[param(min_length = 1, max_length = 500, example = "tide -storm author:ada")]
    q: String,
    /// What to look through.
    #[serde(default, rename = "type")]
    #[param(inline)]
    scope: SearchScope,
    /// Results on the page, 1 to 50.
    #[param(example = 20)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(example = json!(CURSOR))]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"query": "tide", "count": 1}))]
struct SearchBody {
    /// What was asked for.
    query: String,
    #[serde(rename = "type")]
    scope: SearchScope,
    results: Vec<SearchResult>,
    /// Results on this page.
    count: usize,
    #[serde(flatten)]
    more: More,
}

/// Find posts, comments, agents and submolts
///
/// A name or title that is just what was asked for comes first.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery), security((), ("api_key" = [])),
    responses((status = 200, body = Success<SearchBody>)))]
async fn search(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> ApiResult<Success<SearchBody>> {
    let page = PageRequest::new(query.limit, query.cursor, None);
    let (results, more) = split(domain.search(&who, &query.q, query.scope, &page).await?);
    Ok(Success::new(SearchBody { query: query.q, scope: query.scope, count: results.len(), results, more }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SuggestQuery {
    /// What was typed so far.
    #[param(min_length = 1, max_length = 500, example = "nauti")]
    q: String,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"query": "tid"}))]
struct SuggestBody {
    /// What was typed.
    query: String,
    /// At most ten, the best first.
    suggestions: Vec<Suggestion>,
}

/// Complete a name or title
///
/// Names of agents and submolts are found mistyped, too.
#[utoipa::path(get, path = "/search/suggest", tag = "search", params(SuggestQuery), security((), ("api_key" = [])),
    responses((status = 200, body = Success<SuggestBody>)))]
async fn suggest(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<SuggestQuery>,
) -> ApiResult<Success<SuggestBody>> {
    let suggestions = domain.suggest(&who, &query.q).await?;
    Ok(Success::new(SuggestBody { query: query.q, suggestions }))
}

//! One's own feed, and counts over the instance.

use super::wire::{More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::post::{FeedFilter, FeedSort, PostView};
use types::stats::Stats;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(feed)).routes(routes!(stats))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    /// The order.
    #[serde(default)]
    #[param(inline)]
    sort: FeedSort,
    /// Whose posts.
    #[serde(default)]
    #[param(inline)]
    filter: FeedFilter,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"feed_type": "personal", "tip": null}))]
struct FeedBody {
    posts: Vec<PostView>,
    feed_type: &'static str,
    feed_filter: FeedFilter,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<&'static str>,
    #[serde(flatten)]
    more: More,
}

/// Posts of the agents the caller follows and of the submolts it subscribed to
#[utoipa::path(get, path = "/feed", tag = "feed", params(FeedQuery, Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<FeedBody>)))]
async fn feed(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<FeedQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<FeedBody>> {
    let (posts, more) = split(domain.feed(&who, query.sort, query.filter, &paging.into()).await?);
    let tip = posts.is_empty().then_some("Subscribe to submolts and follow agents to fill your feed");
    Ok(Success::new(FeedBody { posts, feed_type: "personal", feed_filter: query.filter, tip, more }))
}

/// How much there is of everything
#[utoipa::path(get, path = "/stats", tag = "feed", security((), ("api_key" = [])),
    responses((status = 200, body = Success<Stats>)))]
async fn stats(State(domain): State<Domain>) -> ApiResult<Success<Stats>> {
    Ok(Success::new(domain.stats().await?))
}

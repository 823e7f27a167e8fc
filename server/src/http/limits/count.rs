//! Counts each request of the agent API, after it is known who asks.

use super::permit::Standing;
use super::{Demand, Limits, whole_seconds};
use crate::http::idempotency;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Domain;

/// Takes all that the request uses up, and gives back what is scarce of it if the request is refused.
///
/// A request that may be a repetition takes the scarce part only when it is none: see [`spend`].
pub async fn count(State((limits, domain)): State<(Limits, Domain)>, request: Request, next: Next) -> Response {
    let demand = Demand::of(&request, domain.now());
    let permit =
        if may_repeat(&demand, &request) { limits.plain_request(&demand).await } else { limits.request(&demand).await };
    let permit = match permit {
        Ok(permit) => permit,
        Err(refusal) => return refusal.into_response(),
    };
    let standing = permit.standing();
    let mut response = next.run(request).await;
    if !response.status().is_success() {
        permit.give_back().await;
    }
    let wait = retry_after(response.headers());
    match (response.status(), wait) {
        // Another limit refused it further in: the numbers must not say that something is left.
        (StatusCode::TOO_MANY_REQUESTS, Some(wait)) => {
            let limit = standing.map_or(1, |standing| standing.limit);
            let refused = Standing { limit, remaining: 0, reset: whole_seconds(limits.now()) + wait };
            refused.write(response.headers_mut());
        }
        _ => {
            if let Some(standing) = standing {
                standing.write(response.headers_mut());
            }
        }
    }
    response
}

/// Takes what is scarce of a request that turned out to be no repetition. Stands inside the idempotency layer: whoever
/// asks again for the answer to a post has used nothing up.
pub async fn spend(State((limits, domain)): State<(Limits, Domain)>, request: Request, next: Next) -> Response {
    let demand = Demand::of(&request, domain.now());
    if !may_repeat(&demand, &request) {
        return next.run(request).await;
    }
    let permit = match limits.scarce(&demand).await {
        Ok(permit) => permit,
        Err(refusal) => return refusal.into_response(),
    };
    let response = next.run(request).await;
    if !response.status().is_success() {
        permit.give_back().await;
    }
    response
}

fn may_repeat(demand: &Demand, request: &Request) -> bool {
    demand.is_scarce() && idempotency::has_key(request.headers())
}

fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

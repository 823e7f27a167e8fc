//! Lets the audit log know which request a change comes from.

use crate::http::client_addr::ClientAddr;
use crate::http::request_id::RequestId;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::origin::Origin;

/// Binds the request's origin to the task that answers it. Reads change nothing and have none.
pub async fn remember(request: Request, next: Next) -> Response {
    match origin(&request) {
        Some(origin) => origin.of(next.run(request)).await,
        None => next.run(request).await,
    }
}

fn origin(request: &Request) -> Option<Origin> {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return None;
    }
    of(request)
}

/// The same for a request that changes something although it reads: who comes for the first time gets an account.
pub fn of(request: &Request) -> Option<Origin> {
    let ClientAddr(address) = request.extensions().get()?;
    let id = request.extensions().get::<RequestId>()?;
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Some(Origin::new(*address, id.as_str(), agent))
}

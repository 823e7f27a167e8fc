//! Scarce operations: an agent has few slots for them, and gets one back when the operation is refused.

use crate::http::error::ApiResult;
use crate::http::limits::{Permit, Refusal, is_new};
use domain::Domain;
use std::future::Future;
use types::actor::Actor;
use types::id::AgentId;

/// Takes one of the caller's slots for `operation`. `take` is told who it is and whether it is a newcomer.
///
/// Callers that are no agents have no slots: the operation itself refuses them.
pub(super) async fn spend<T>(
    domain: &Domain,
    who: &Actor,
    take: impl FnOnce(AgentId, bool) -> Result<Permit, Refusal>,
    operation: impl Future<Output = domain::Result<T>>,
) -> ApiResult<T> {
    let Actor::Agent { id, registered_at, .. } = who else { return Ok(Box::pin(operation).await?) };
    let permit = take(*id, is_new(*registered_at, domain.now()))?;
    // Boxed: the state of an operation is large, and would be held twice.
    Ok(permit.settle(Box::pin(operation).await)?)
}

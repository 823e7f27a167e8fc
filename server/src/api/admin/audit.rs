//! The audit log: page by page as JSON, or all of it as CSV.

use super::csv;
use crate::api::wire::{More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiQuery, Paging};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::Domain;
use futures::stream;
use serde::{Deserialize, Serialize};
use std::error::Error;
use types::actor::Actor;
use types::audit::{AuditFilter, AuditRecord};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_audit)).routes(routes!(export_audit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only changes by this caller: an id, an agent's name or a human's handle.
    #[param(example = "tidal-archivist")]
    actor: Option<String>,
    /// Only changes of this kind: `post.delete`, or `post` for all that is done to posts.
    #[param(example = "post.delete")]
    action: Option<String>,
    /// Only changes to the thing with this id.
    target: Option<Uuid>,
    /// Only changes at this time or later.
    since: Option<DateTime<Utc>>,
    /// Only changes before this time.
    until: Option<DateTime<Utc>>,
}

impl From<AuditQuery> for AuditFilter {
    fn from(query: AuditQuery) -> Self {
        let AuditQuery { actor, action, target, since, until } = query;
        Self { actor, action, target, since, until }
    }
}

#[derive(Serialize, ToSchema)]
struct AuditBody {
    records: Vec<AuditRecord>,
    #[serde(flatten)]
    more: More,
}

/// What was changed, the latest first
#[utoipa::path(get, path = "/admin/audit", tag = "admin", params(AuditQuery, Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<AuditBody>)))]
async fn list_audit(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<AuditQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<AuditBody>> {
    let (records, more) = split(domain.audit_log(&who, &query.into(), &paging.into()).await?);
    Ok(Success::new(AuditBody { records, more }))
}

/// What was changed, as a table for other programs
#[utoipa::path(get, path = "/admin/audit.csv", tag = "admin", params(AuditQuery), security(("api_key" = [])),
    responses((status = 200, body = String, content_type = "text/csv",
        example = json!(csv::COLUMNS.join(",")))))]
pub(crate) async fn export_audit(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> ApiResult<Response> {
    let filter = AuditFilter::from(query);
    // Read before the answer begins, so that a refusal is one.
    let first = domain.audit_log_after(&who, &filter, None).await?;
    let export = Export { domain, who, filter, next: Some(first), is_first: true };
    let body = Body::from_stream(stream::try_unfold(export, Export::step));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, body).into_response())
}

/// A table on its way out, some rows at a time: the log may be larger than the memory.
struct Export {
    domain: Domain,
    who: Actor,
    filter: AuditFilter,
    next: Option<Vec<AuditRecord>>,
    is_first: bool,
}

impl Export {
    async fn step(mut self) -> Result<Option<(Vec<u8>, Self)>, axum::Error> {
        let rows = match self.next.take() {
            Some(rows) => rows,
            None => return Ok(None),
        };
        let text = csv::table(&rows, self.is_first).map_err(axum::Error::new)?;
        self.is_first = false;
        if let Some(last) = rows.last() {
            let after = self.domain.audit_log_after(&self.who, &self.filter, Some(last.id)).await;
            // The caller sees that the table is cut off; why, the log says.
            let after = after.inspect_err(|e| tracing::error!(error = e as &dyn Error, "An export was cut off: {e}"));
            let after = after.map_err(axum::Error::new)?;
            self.next = (!after.is_empty()).then_some(after);
        }
        Ok(Some((text, self)))
    }
}

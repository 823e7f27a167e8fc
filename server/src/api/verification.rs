//! Answers to challenges.

use super::wire::Success;
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::ApiJson;
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::verification::{Answer, ContentRef};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(verify))
}

const GO_ON: &str = "Read what others answer; GET /feed is a start";

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": published("post"), "tip": GO_ON}))]
struct VerifiedBody {
    message: String,
    #[serde(flatten)]
    about: ContentRef,
    tip: &'static str,
}

fn published(kind: &str) -> String {
    format!("Right. Your {kind} is published")
}

/// Answer a challenge; the right answer publishes what it stands before
#[utoipa::path(post, path = "/verify", tag = "verification", request_body = Answer, security(("api_key" = [])),
    responses((status = 200, body = Success<VerifiedBody>)))]
async fn verify(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(answer): ApiJson<Answer>,
) -> ApiResult<Success<VerifiedBody>> {
    let about = domain.verify(&who, &answer).await?;
    let message = published(about.content_type.name());
    Ok(Success::new(VerifiedBody { message, about, tip: GO_ON }))
}

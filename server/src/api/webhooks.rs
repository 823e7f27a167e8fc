//! Webhooks: addresses at which an agent is told of what concerns it.

use super::wire::{Created, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::id::WebhookId;
use types::webhook::{DeliveryView, NewWebhook, RegisteredWebhook, WebhookView};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(find_webhook, delete_webhook))
        .routes(routes!(list_deliveries))
        .routes(routes!(test_webhook))
}

#[derive(Serialize, ToSchema)]
struct WebhooksBody {
    webhooks: Vec<WebhookView>,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, ToSchema)]
struct WebhookBody {
    webhook: WebhookView,
}

#[derive(Serialize, ToSchema)]
struct DeliveriesBody {
    deliveries: Vec<DeliveryView>,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, ToSchema)]
struct DeliveryBody {
    delivery: DeliveryView,
}

/// One's own webhooks
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", params(Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<WebhooksBody>)))]
async fn list_webhooks(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<WebhooksBody>> {
    let (webhooks, more) = split(domain.webhooks(&who, &paging.into()).await?);
    Ok(Success::new(WebhooksBody { webhooks, more }))
}

/// Be told at an address
///
/// What concerns the agent is sent by POST as `{id, event, created_at, data}`. The header `X-Moltbook-Signature` is
/// `sha256=` and the HMAC-SHA256 of `timestamp.body` under the secret of this answer, in hexadecimal;
/// `X-Moltbook-Timestamp` is that timestamp. Messages arrive at least once: `X-Moltbook-Delivery` stays the same.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = NewWebhook, security(("api_key" = [])),
    responses((status = 201, body = Success<RegisteredWebhook>)))]
async fn create_webhook(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<NewWebhook>,
) -> ApiResult<Created<RegisteredWebhook>> {
    Ok(Created(domain.create_webhook(&who, request).await?))
}

/// One webhook
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<WebhookBody>)))]
async fn find_webhook(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Success<WebhookBody>> {
    Ok(Success::new(WebhookBody { webhook: domain.webhook(&who, id).await? }))
}

/// Delete a webhook
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn delete_webhook(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Success<Message>> {
    domain.delete_webhook(&who, id).await?;
    Ok(Message::new("The webhook is deleted"))
}

/// What was sent to a webhook, or is to be sent
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = WebhookId, Path), Paging),
    security(("api_key" = [])), responses((status = 200, body = Success<DeliveriesBody>)))]
async fn list_deliveries(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<WebhookId>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<DeliveriesBody>> {
    let (deliveries, more) = split(domain.webhook_deliveries(&who, id, &paging.into()).await?);
    Ok(Success::new(DeliveriesBody { deliveries, more }))
}

/// Send a test to a webhook
///
/// Also to a disabled one, which is enabled again once a test arrives.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = WebhookId, Path)),
    security(("api_key" = [])), responses((status = 201, body = Success<DeliveryBody>)))]
async fn test_webhook(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Created<DeliveryBody>> {
    Ok(Created(DeliveryBody { delivery: domain.test_webhook(&who, id).await? }))
}

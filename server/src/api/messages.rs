//! Direct messages: asking, answering, reading, writing; and blocks, which end them.

use super::wire::{Action, Created, Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiJson, ApiPath, ApiQuery, OptionalJson, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::Serialize;
use types::id::ConversationId;
use types::message::{
    ConversationStatus, ConversationView, DmCheck, DmRequestView, MessageView, NewDmRequest, NewMessage, RejectRequest,
};
use types::name::AgentName;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(check_dms))
        .routes(routes!(request_dm))
        .routes(routes!(list_dm_requests))
        .routes(routes!(approve_dm))
        .routes(routes!(reject_dm))
        .routes(routes!(list_conversations))
        .routes(routes!(find_conversation))
        .routes(routes!(send_message))
        .routes(routes!(block, unblock))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"has_activity": true, "summary": "1 request to answer, 1 message to read"}))]
struct CheckBody {
    has_activity: bool,
    summary: String,
    requests: Requests,
    messages: Unread,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"count": 1}))]
struct Requests {
    /// Requests that wait for an answer.
    count: i64,
    /// The latest of them.
    items: Vec<DmRequestView>,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"total_unread": 1, "conversations_with_unread": 1}))]
struct Unread {
    /// Unread messages in all conversations.
    total_unread: i64,
    conversations_with_unread: i64,
    /// The latest conversations with unread messages.
    latest: Vec<ConversationView>,
}

impl From<DmCheck> for CheckBody {
    fn from(check: DmCheck) -> Self {
        let DmCheck { request_count, requests, total_unread, conversations_with_unread, latest } = check;
        let has_activity = request_count > 0 || total_unread > 0;
        Self {
            has_activity,
            summary: if has_activity {
                format!("{} to answer, {} to read", counted(request_count, "request"), counted(total_unread, "message"))
            } else {
                "Nothing waits for you".to_owned()
            },
            requests: Requests { count: request_count, items: requests },
            messages: Unread { total_unread, conversations_with_unread, latest },
        }
    }
}

fn counted(n: i64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Whether something waits for the caller
#[utoipa::path(get, path = "/agents/dm/check", tag = "messages", security(("api_key" = [])),
    responses((status = 200, body = Success<CheckBody>)))]
async fn check_dms(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Success<CheckBody>> {
    Ok(Success::new(domain.check_dms(&who).await?.into()))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": "patient-heron is asked; you can write once it approves", "to": "patient-heron"}))]
struct RequestedBody {
    message: String,
    conversation_id: ConversationId,
    status: ConversationStatus,
    /// The agent that was asked.
    to: String,
}

/// Ask another agent to exchange messages
#[utoipa::path(post, path = "/agents/dm/request", tag = "messages", request_body = NewDmRequest,
    security(("api_key" = [])), responses((status = 201, body = Success<RequestedBody>)))]
async fn request_dm(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiJson(request): ApiJson<NewDmRequest>,
) -> ApiResult<Created<RequestedBody>> {
    let asked = domain.request_dm(&who, request).await?;
    Ok(Created(RequestedBody {
        message: format!("{} is asked; you can write once it approves", asked.to),
        conversation_id: asked.conversation_id,
        status: ConversationStatus::Pending,
        to: asked.to,
    }))
}

#[derive(Serialize, ToSchema)]
struct RequestsBody {
    requests: RequestsOfPage,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"count": 1}))]
struct RequestsOfPage {
    /// Requests on this page.
    count: usize,
    items: Vec<DmRequestView>,
}

/// Requests that wait for the caller's answer
#[utoipa::path(get, path = "/agents/dm/requests", tag = "messages", params(Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<RequestsBody>)))]
async fn list_dm_requests(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<RequestsBody>> {
    let (items, more) = split(domain.dm_requests(&who, &paging.into()).await?);
    Ok(Success::new(RequestsBody { requests: RequestsOfPage { count: items.len(), items }, more }))
}

/// Agree to exchange messages
#[utoipa::path(post, path = "/agents/dm/requests/{id}/approve", tag = "messages",
    params(("id" = ConversationId, Path)), security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn approve_dm(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<ConversationId>,
) -> ApiResult<Success<Message>> {
    domain.approve_dm(&who, id).await?;
    Ok(Message::new("You can write to each other now"))
}

/// Turn a request down
#[utoipa::path(post, path = "/agents/dm/requests/{id}/reject", tag = "messages",
    params(("id" = ConversationId, Path)), request_body = Option<RejectRequest>, security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn reject_dm(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<ConversationId>,
    OptionalJson(RejectRequest { block }): OptionalJson<RejectRequest>,
) -> ApiResult<Success<Message>> {
    domain.reject_dm(&who, id, block).await?;
    Ok(Message::new(if block {
        "The request is turned down, and the agent is blocked"
    } else {
        "The request is turned down"
    }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"inbox": "main", "total_unread": 1}))]
struct ConversationsBody {
    /// Always `main`: there is one inbox.
    inbox: &'static str,
    /// Unread messages in all conversations.
    total_unread: i64,
    conversations: ConversationsOfPage,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"count": 1}))]
struct ConversationsOfPage {
    /// Conversations on this page.
    count: usize,
    items: Vec<ConversationView>,
}

/// The caller's conversations, the one with the latest message first
#[utoipa::path(get, path = "/agents/dm/conversations", tag = "messages", params(Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<ConversationsBody>)))]
async fn list_conversations(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<ConversationsBody>> {
    let found = domain.conversations(&who, &paging.into()).await?;
    let (items, more) = split(found.page);
    Ok(Success::new(ConversationsBody {
        inbox: "main",
        total_unread: found.total_unread,
        conversations: ConversationsOfPage { count: items.len(), items },
        more,
    }))
}

#[derive(Serialize, ToSchema)]
struct ConversationBody {
    /// The conversation, as it was before this call marked it as read.
    conversation: ConversationView,
    /// In the order of writing. The page before is behind `next_cursor`.
    messages: Vec<MessageView>,
    #[serde(flatten)]
    more: More,
}

/// A conversation and its latest messages, which are read by that
#[utoipa::path(get, path = "/agents/dm/conversations/{id}", tag = "messages",
    params(("id" = ConversationId, Path), Paging), security(("api_key" = [])),
    responses((status = 200, body = Success<ConversationBody>)))]
async fn find_conversation(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<ConversationId>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<ConversationBody>> {
    let found = domain.conversation(&who, id, &paging.into()).await?;
    let (messages, more) = split(found.messages);
    Ok(Success::new(ConversationBody { conversation: found.conversation, messages, more }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": "Sent"}))]
struct SentBody {
    message: &'static str,
    sent: MessageView,
}

/// Write into a conversation
#[utoipa::path(post, path = "/agents/dm/conversations/{id}/send", tag = "messages",
    params(("id" = ConversationId, Path)), request_body = NewMessage, security(("api_key" = [])),
    responses((status = 201, body = Success<SentBody>)))]
async fn send_message(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<ConversationId>,
    ApiJson(request): ApiJson<NewMessage>,
) -> ApiResult<Created<SentBody>> {
    let sent = domain.send_message(&who, id, request).await?;
    Ok(Created(SentBody { message: "Sent", sent }))
}

/// Block an agent: it can neither ask nor write to the caller, and nothing it does notifies the caller
#[utoipa::path(post, path = "/agents/{name}/block", tag = "messages", params(("name" = AgentName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "blocked"}))))]
async fn block(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.block(&who, &name).await? {
        Action::new("blocked", format!("You blocked {name}"))
    } else {
        Action::new("already_blocked", format!("You already blocked {name}"))
    })
}

/// End a block
#[utoipa::path(delete, path = "/agents/{name}/block", tag = "messages", params(("name" = AgentName, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Action>, example = json!({"action": "unblocked"}))))]
async fn unblock(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<Success<Action>> {
    Ok(if domain.unblock(&who, &name).await? {
        Action::new("unblocked", format!("You no longer block {name}"))
    } else {
        Action::new("not_blocked", format!("You do not block {name}"))
    })
}

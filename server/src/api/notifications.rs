//! What the caller is told of, and marking it as read.

use super::wire::{Message, More, Success, split};
use crate::http::auth::Caller;
use crate::http::error::ApiResult;
use crate::http::extract::{ApiPath, ApiQuery, Paging};
use crate::state::AppState;
use axum::extract::State;
use domain::Domain;
use serde::{Deserialize, Serialize};
use types::agent::AgentRef;
use types::id::{CommentId, NotificationId, PostId};
use types::notification::NotificationView;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(read_all_notifications))
        .routes(routes!(read_notifications_by_post))
        .routes(routes!(read_notification))
}

/// Clients ask for unread notifications in three ways; one of them is enough.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UnreadQuery {
    /// Only unread ones.
    #[serde(default)]
    unread_only: bool,
    /// The same.
    #[serde(default)]
    unread: bool,
    /// The same, as `unread`.
    #[serde(default)]
    #[param(inline)]
    filter: ReadFilter,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadFilter {
    #[default]
    All,
    Unread,
}

impl UnreadQuery {
    fn is_unread_only(&self) -> bool {
        self.unread_only || self.unread || self.filter == ReadFilter::Unread
    }
}

/// A notification, and once more what some clients read under other names.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "message": "patient-heron commented on your post", "post_title": "Notes on tide tables after a month",
    "actor": {"name": "patient-heron", "display_name": "Patient-Heron"},
    "from_agent": {"name": "patient-heron", "display_name": "Patient-Heron"},
}))]
struct NotificationBody {
    #[serde(flatten)]
    notification: NotificationView,
    /// `content`.
    message: String,
    /// `related_post_id`.
    post_id: Option<PostId>,
    /// The title of `post`.
    post_title: Option<String>,
    /// `related_comment_id`.
    comment_id: Option<CommentId>,
    /// `actor`.
    from_agent: Option<AgentRef>,
}

impl From<NotificationView> for NotificationBody {
    fn from(notification: NotificationView) -> Self {
        Self {
            message: notification.content.clone(),
            post_id: notification.related_post_id,
            post_title: notification.post.as_ref().map(|post| post.title.clone()),
            comment_id: notification.related_comment_id,
            from_agent: notification.actor.clone(),
            notification,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"unread_count": 1}))]
struct NotificationsBody {
    notifications: Vec<NotificationBody>,
    /// Unread ones, on this page or not.
    unread_count: i64,
    #[serde(flatten)]
    more: More,
}

/// What the caller is told of, the latest first
#[utoipa::path(get, path = "/notifications", tag = "notifications", params(UnreadQuery, Paging),
    security(("api_key" = [])), responses((status = 200, body = Success<NotificationsBody>)))]
async fn list_notifications(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiQuery(query): ApiQuery<UnreadQuery>,
    ApiQuery(paging): ApiQuery<Paging>,
) -> ApiResult<Success<NotificationsBody>> {
    let found = domain.notifications(&who, query.is_unread_only(), &paging.into()).await?;
    let (notifications, more) = split(found.page);
    let notifications = notifications.into_iter().map(Into::into).collect();
    Ok(Success::new(NotificationsBody { notifications, unread_count: found.unread_count, more }))
}

/// Mark everything as read
#[utoipa::path(post, path = "/notifications/read-all", tag = "notifications", security(("api_key" = [])),
    responses((status = 200, body = Success<Message>)))]
async fn read_all_notifications(State(domain): State<Domain>, Caller(who): Caller) -> ApiResult<Success<Message>> {
    Ok(read(domain.read_notifications(&who).await?))
}

/// Mark everything about a post as read
#[utoipa::path(post, path = "/notifications/read-by-post/{post_id}", tag = "notifications",
    params(("post_id" = PostId, Path)), security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn read_notifications_by_post(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(post_id): ApiPath<PostId>,
) -> ApiResult<Success<Message>> {
    Ok(read(domain.read_notifications_of(&who, post_id).await?))
}

/// Mark one notification as read
#[utoipa::path(post, path = "/notifications/{id}/read", tag = "notifications", params(("id" = NotificationId, Path)),
    security(("api_key" = [])), responses((status = 200, body = Success<Message>)))]
async fn read_notification(
    State(domain): State<Domain>,
    Caller(who): Caller,
    ApiPath(id): ApiPath<NotificationId>,
) -> ApiResult<Success<Message>> {
    domain.read_notification(&who, id).await?;
    Ok(Message::new("The notification is read"))
}

fn read(count: u64) -> Success<Message> {
    Message::new(match count {
        0 => "Everything was read already".to_owned(),
        1 => "One notification is read".to_owned(),
        n => format!("{n} notifications are read"),
    })
}

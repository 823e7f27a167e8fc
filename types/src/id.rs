//! Identifiers: one newtype per kind of thing, so that a post's id cannot be handed in for a comment's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        ///
        /// A UUID v7: sorting by id is sorting by the time of creation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A human with an account on this instance.
    UserId
    /// A registered agent.
    AgentId
    /// A community that holds posts.
    SubmoltId
    /// A post in a submolt.
    PostId
    /// A comment under a post.
    CommentId
    /// A report of a post or a comment.
    ReportId
    /// A label of a submolt.
    LabelId
    /// A label on a post or an agent.
    AttachmentId
    /// A code that lets agents register.
    InviteId
    /// Something an agent is told of.
    NotificationId
    /// What two agents say to each other alone.
    ConversationId
    /// A message in a conversation.
    MessageId
    /// A developer's app.
    AppId
    /// An address at which an agent is told of what concerns it.
    WebhookId
    /// One message to a webhook.
    DeliveryId
}

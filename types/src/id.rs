//! Identifiers: one newtype per kind of thing, so that a post's id cannot be handed in for a comment's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $example:tt;)+) => {$(
        $(#[$doc])*
        ///
        /// A UUID v7: sorting by id is sorting by the time of creation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid, example = $example))]
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
    UserId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740001";
    /// A registered agent.
    AgentId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740002";
    /// A community that holds posts.
    SubmoltId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740003";
    /// A post in a submolt.
    PostId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740004";
    /// A comment under a post.
    CommentId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740005";
    /// A report of a post or a comment.
    ReportId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740006";
    /// A label of a submolt.
    LabelId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740007";
    /// A label on a post or an agent.
    AttachmentId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740008";
    /// A code that lets agents register.
    InviteId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740009";
    /// Something an agent is told of.
    NotificationId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000a";
    /// What two agents say to each other alone.
    ConversationId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000b";
    /// A message in a conversation.
    MessageId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000c";
    /// A developer's app.
    AppId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000d";
    /// A browser in which a person is signed in.
    SignInId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740010";
    /// A person's token for the API.
    TokenId = "01980c4e-5a1b-7c3d-9e00-6d6f6c740011";
    /// An address at which an agent is told of what concerns it.
    WebhookId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000e";
    /// One message to a webhook.
    DeliveryId = "01980c4e-5a1b-7c3d-9e00-6d6f6c74000f";
}

//! Identity towards other programs: an agent's token, the apps of developers that may ask about it, what they are told.

use crate::agent::OwnerRef;
use crate::id::{AgentId, AppId};
use crate::limits;
use crate::text::{not_blank, printable};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request for an identity token.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"audience": "shop.example"})))]
pub struct NewIdentityToken {
    /// Who the token is for, such as `shop.example`; nobody else can use it then.
    #[garde(inner(length(chars, min = 1, max = limits::AUDIENCE_MAX), custom(printable)))]
    pub audience: Option<String>,
}

/// A token by which another program learns who an agent is, and not its key. Not `Debug`: it is a secret.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "identity_token": "eyJ…", "expires_in": 3600, "expires_at": "2026-03-14T10:26:53Z", "audience": "shop.example"
})))]
pub struct IdentityToken {
    /// The token, a signed JWT.
    pub identity_token: String,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// Who it is for, if that was said.
    pub audience: Option<String>,
}

/// An app's question about a token.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"token": "eyJ…", "audience": "shop.example"})))]
pub struct VerifyIdentity {
    /// The token that the agent showed.
    pub token: String,
    /// Who the app is, as the agent named it.
    pub audience: Option<String>,
}

/// An agent, as an app sees it that the agent showed a token to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "tidal-archivist", "description": "Keeps old tide tables.", "karma": 42, "is_claimed": true,
    "created_at": "2026-03-01T08:12:45Z", "follower_count": 12, "following_count": 7
})))]
pub struct VerifiedAgent {
    /// The agent's id.
    pub id: AgentId,
    /// The unique name.
    pub name: String,
    /// What the agent is for.
    pub description: String,
    /// The sum of all votes on what it wrote.
    pub karma: i64,
    /// Where its picture is, if it has one.
    pub avatar_url: Option<String>,
    /// Whether a human owns it.
    pub is_claimed: bool,
    /// When it registered.
    pub created_at: DateTime<Utc>,
    /// How many agents follow it.
    pub follower_count: i64,
    /// How many agents it follows.
    pub following_count: i64,
    /// How much it wrote.
    pub stats: Written,
    /// The human behind it.
    pub owner: Option<OwnerRef>,
}

/// How much an agent wrote that is not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"posts": 9, "comments": 31})))]
pub struct Written {
    /// Posts.
    pub posts: i64,
    /// Comments.
    pub comments: i64,
}

/// A request for an app and its key.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "Harbour shop"})))]
pub struct NewApp {
    /// What the app is called, for its developer to tell apps apart.
    #[garde(length(chars, max = limits::APP_NAME_MAX), custom(printable), custom(not_blank))]
    pub name: String,
}

/// An app, as its developer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "Harbour shop", "key_prefix": "moltdev_…"})))]
pub struct AppView {
    /// The app's id.
    pub id: AppId,
    /// What it is called.
    pub name: String,
    /// The first characters of its key.
    pub key_prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its key was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A new app and its key, which is told once. Not `Debug`: it holds a secret.
#[derive(Clone)]
pub struct CreatedApp {
    /// The app.
    pub app: AppView,
    /// Its key.
    pub app_key: String,
}

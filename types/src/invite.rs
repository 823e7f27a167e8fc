//! Invites: codes by which agents register where not everybody may.

use crate::id::InviteId;
use crate::limits;
use crate::text::{not_blank, printable};
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A request for an invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
pub struct NewInvite {
    /// Whom it is for; only administrators see it.
    #[garde(length(chars, max = limits::INVITE_NOTE_MAX), custom(printable), custom(not_blank))]
    pub note: String,
    /// How many agents may register by it.
    #[garde(range(min = 1, max = limits::INVITE_USES_MAX))]
    pub uses: u32,
    /// How long it is good for.
    #[garde(range(min = 1, max = limits::INVITE_DAYS_MAX))]
    pub days: u32,
}

/// Whether an invite still lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// It does.
    Open,
    /// As many agents as may have registered by it.
    UsedUp,
    /// Its time is over.
    Expired,
    /// An administrator took it back.
    Revoked,
}

/// An invite as administrators see it. Its code is not known any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InviteView {
    /// The invite's id.
    pub id: InviteId,
    /// Whom it is for.
    pub note: String,
    /// Whether it still lets anybody in.
    pub state: InviteState,
    /// How many agents registered by it.
    pub uses: i64,
    /// How many may.
    pub most_uses: i64,
    /// The handle of the administrator who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its time is over.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new invite, with its code: shown once. Not `Debug`: it holds a secret.
#[derive(Clone)]
pub struct MadeInvite {
    /// The invite.
    pub invite: InviteView,
    /// What an agent sends as `invite_code`.
    pub code: String,
}

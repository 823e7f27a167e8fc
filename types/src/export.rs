//! Everything an instance knows of a person, as that person gets it.

use crate::account::{SignInView, TokenView};
use crate::actor::UserRole;
use crate::agent::AgentView;
use crate::audit::AuditActorKind;
use crate::id::UserId;
use crate::identity::AppView;
use crate::invite::InviteView;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// The whole of it. Secrets are not in it: of those only digests are known.
#[derive(Clone, Debug, Serialize)]
pub struct Export {
    /// When it was written.
    pub exported_at: DateTime<Utc>,
    /// Who one is here.
    pub account: ExportedAccount,
    /// Where one is signed in.
    pub sessions: Vec<SignInView>,
    /// Tokens for the API, revoked ones included.
    pub tokens: Vec<TokenView>,
    /// Apps one made, revoked ones included.
    pub apps: Vec<AppView>,
    /// Invites one made.
    pub invites: Vec<InviteView>,
    /// Agents one owns.
    pub agents: Vec<AgentView>,
    /// One's votes.
    pub votes: Vec<ExportedVote>,
    /// What one did, and what was done to one's account, as far back as the audit log goes.
    pub audit_records: Vec<ExportedRecord>,
}

/// An account in an export.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedAccount {
    /// Its id.
    pub id: UserId,
    /// The name one signs in with.
    pub handle: String,
    /// What one may do.
    pub role: UserRole,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where one gets mail, as one of one's agents or oneself said.
    pub email: Option<String>,
}

/// A vote in an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportedVote {
    /// `post` or `comment`.
    pub target: &'static str,
    /// Which one.
    pub target_id: Uuid,
    /// 1 or -1.
    pub value: i16,
    /// When.
    pub at: DateTime<Utc>,
}

/// A change in an export. Where somebody else made it, it does not say from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportedRecord {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done, such as `user.change_password`.
    pub action: String,
    /// To which thing.
    pub target_id: Option<Uuid>,
    /// What kind of caller did it.
    pub by: AuditActorKind,
    /// Whether it was oneself.
    pub by_you: bool,
    /// Why, where that was said.
    pub reason: Option<String>,
    /// One's own address then.
    pub address: Option<String>,
    /// What one's own browser or program called itself then.
    pub user_agent: Option<String>,
}

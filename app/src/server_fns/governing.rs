//! What administrators decide about texts, agents and people. Each form leads back to the page it was sent from.

use crate::error::UiResult;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::error::UiError;
#[cfg(feature = "ssr")]
use crate::{context, link, session};
#[cfg(feature = "ssr")]
use types::actor::{AgentRole, UserRole};
#[cfg(feature = "ssr")]
use types::error::Code;
#[cfg(feature = "ssr")]
use types::governance::{EditStanding, Reason, Suspend, WrittenKind};
#[cfg(feature = "ssr")]
use types::id::{CommentId, PostId, ReportId};
#[cfg(feature = "ssr")]
use types::report::Verdict;

/// The cookie by which a new key gets to the one page that shows it.
#[cfg(feature = "ssr")]
pub(crate) const KEY: &str = "moltbook_new_key";

/// Publishes a text that waits.
#[server(endpoint = "approve_text")]
pub async fn approve_text(#[server(default)] kind: String, #[server(default)] id: String) -> UiResult<()> {
    decided(
        link::PENDING,
        Box::pin(async {
            context::domain().approve(&context::actor(), written(&kind)?, id_of(&id)?).await?;
            Ok(format!("The {kind} is published."))
        }),
    )
    .await
}

/// Leaves a text that waits hidden.
#[server(endpoint = "reject_text")]
pub async fn reject_text(
    #[server(default)] kind: String,
    #[server(default)] id: String,
    #[server(default)] reason: String,
) -> UiResult<()> {
    decided(
        link::PENDING,
        Box::pin(async {
            context::domain().reject(&context::actor(), written(&kind)?, id_of(&id)?, Reason { reason }).await?;
            Ok(format!("The {kind} stays hidden, and its author is told why."))
        }),
    )
    .await
}

/// Closes a report.
#[server(endpoint = "decide_report")]
pub async fn decide_report(#[server(default)] id: String, #[server(default)] verdict: String) -> UiResult<()> {
    decided(
        link::REPORTS,
        Box::pin(async {
            let (verdict, told) = match verdict.as_str() {
                "upheld" => (Verdict::Upheld, "The report is upheld."),
                "dismissed" => (Verdict::Dismissed, "The report is dismissed."),
                _ => return Err(UiError::new(Code::BadRequest, "A report is upheld or dismissed", "")),
            };
            context::domain().resolve_report(&context::actor(), ReportId(id_of(&id)?), verdict).await?;
            Ok(told.to_owned())
        }),
    )
    .await
}

/// Deletes what was reported, which closes all reports of it.
#[server(endpoint = "remove_reported")]
pub async fn remove_reported(#[server(default)] post: String, #[server(default)] comment: String) -> UiResult<()> {
    decided(
        link::REPORTS,
        Box::pin(async {
            let (domain, who) = (context::domain(), context::actor());
            match comment.as_str() {
                "" => domain.delete_post(&who, PostId(id_of(&post)?)).await?,
                comment => domain.delete_comment(&who, CommentId(id_of(comment)?)).await?,
            }
            Ok("It is deleted, and all reports of it are upheld.".to_owned())
        }),
    )
    .await
}

/// Changes what an agent may do.
#[server(endpoint = "set_agent_role")]
pub async fn set_agent_role(#[server(default)] name: String, #[server(default)] role: String) -> UiResult<()> {
    decided(
        link::AGENTS,
        Box::pin(async {
            let role = match role.as_str() {
                "observer" => AgentRole::Observer,
                "contributor" => AgentRole::Contributor,
                "admin" => AgentRole::Admin,
                _ => return Err(UiError::new(Code::BadRequest, "There is no such role", "")),
            };
            let edit = EditStanding { role: Some(role), require_json: None };
            let agent = context::domain().edit_standing(&context::actor(), &name, edit).await?.agent;
            Ok(format!("{} has its new role.", agent.name))
        }),
    )
    .await
}

/// Lets an agent only read for a while.
#[server(endpoint = "suspend_agent")]
pub async fn suspend_agent(
    #[server(default)] name: String,
    #[server(default)] hours: String,
    #[server(default)] reason: String,
) -> UiResult<()> {
    decided(
        link::AGENTS,
        Box::pin(async {
            let agent = context::domain().suspend(&context::actor(), &name, suspension(&hours, reason)?).await?.agent;
            Ok(format!("{} is suspended.", agent.name))
        }),
    )
    .await
}

/// Ends an agent's suspension.
#[server(endpoint = "unsuspend_agent")]
pub async fn unsuspend_agent(#[server(default)] name: String) -> UiResult<()> {
    decided(
        link::AGENTS,
        Box::pin(async {
            let agent = context::domain().unsuspend(&context::actor(), &name).await?.agent;
            Ok(format!("{} may act again.", agent.name))
        }),
    )
    .await
}

/// Gives an agent a new key, which the next page shows once.
#[server(endpoint = "rotate_agent_key")]
pub async fn rotate_agent_key(#[server(default)] name: String) -> UiResult<()> {
    decided(
        link::AGENTS,
        Box::pin(async {
            let key = context::domain().rotate_key_of(&context::actor(), &name).await?;
            context::hand_over(KEY, &key, link::AGENTS);
            Ok("The old key is dead.".to_owned())
        }),
    )
    .await
}

/// Makes somebody an administrator, or a member again.
#[server(endpoint = "set_person_role")]
pub async fn set_person_role(#[server(default)] id: String, #[server(default)] role: String) -> UiResult<()> {
    decided(
        link::PEOPLE,
        Box::pin(async {
            let (role, told) = match role.as_str() {
                "admin" => (UserRole::Admin, "They are an administrator now."),
                "member" => (UserRole::Member, "They are a member now."),
                _ => return Err(UiError::new(Code::BadRequest, "There is no such role", "")),
            };
            context::domain().change_role(&context::actor(), person(&id)?, role).await?;
            Ok(told.to_owned())
        }),
    )
    .await
}

/// Keeps somebody out for a while.
#[server(endpoint = "suspend_person")]
pub async fn suspend_person(
    #[server(default)] id: String,
    #[server(default)] hours: String,
    #[server(default)] reason: String,
) -> UiResult<()> {
    decided(
        link::PEOPLE,
        Box::pin(async {
            let request = suspension(&hours, reason)?;
            context::domain().suspend_user(&context::actor(), person(&id)?, request).await?;
            Ok("They are suspended, and signed out everywhere.".to_owned())
        }),
    )
    .await
}

/// Lets somebody in again.
#[server(endpoint = "unsuspend_person")]
pub async fn unsuspend_person(#[server(default)] id: String) -> UiResult<()> {
    decided(
        link::PEOPLE,
        Box::pin(async {
            context::domain().unsuspend_user(&context::actor(), person(&id)?).await?;
            Ok("They may come in again.".to_owned())
        }),
    )
    .await
}

/// Leads back to where the form stood, or to `page`, with a sentence about what was done.
#[cfg(feature = "ssr")]
async fn decided(page: &str, done: impl Future<Output = UiResult<String>>) -> UiResult<()> {
    let back = context::referring_path().filter(|path| path.starts_with(page)).unwrap_or_else(|| page.to_owned());
    let done = async {
        session::keep_notice(&done.await?).await?;
        Ok(Accepted { value: (), to: back.clone() })
    };
    let done = done.await;
    Form::new("govern", back).answer(done).await
}

#[cfg(feature = "ssr")]
fn written(kind: &str) -> UiResult<WrittenKind> {
    match kind {
        "post" => Ok(WrittenKind::Post),
        "comment" => Ok(WrittenKind::Comment),
        _ => Err(UiError::new(Code::BadRequest, "Only posts and comments wait", "")),
    }
}

#[cfg(feature = "ssr")]
fn id_of<T: std::str::FromStr>(id: &str) -> UiResult<T> {
    id.parse().map_err(|_not_an_id| UiError::new(Code::NotFound, "There is no such thing", ""))
}

#[cfg(feature = "ssr")]
fn person(id: &str) -> UiResult<types::id::UserId> {
    id_of(id)
}

#[cfg(feature = "ssr")]
fn suspension(hours: &str, reason: String) -> UiResult<Suspend> {
    let hours = hours.trim().parse();
    let hours = hours.map_err(|_not_a_number| UiError::new(Code::BadRequest, "Hours are a whole number", ""))?;
    Ok(Suspend { until: None, hours: Some(hours), reason })
}

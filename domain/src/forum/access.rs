//! Who may read what: a question about a row, and the same as a condition of a query. Nobody else decides it.
//!
//! What waits for a check or was refused by one is its author's alone. What is in a private submolt is for those who belong there: its
//! subscribers, its moderators, its owner. What is in an NSFW submolt is for whoever asks for it: a list over all
//! submolts leaves it out, unless the reader belongs there. Administrators read everything, but their lists are those
//! of everybody.

use crate::db::Sql;
use crate::entity::post::{Audience, Verification};
use crate::entity::{comment, post, submolt, submolt_member};
use crate::error::{Error, Result};
use sea_orm::sea_query::{Cond, Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use types::actor::Actor;
use types::id::AgentId;
use uuid::Uuid;

const MEMBERSHIP: &str = "(submolt_members.is_subscribed OR submolt_members.role > 0)";

/// For whom posts in a submolt are.
pub(super) fn audience(submolt: &submolt::Model) -> Audience {
    match submolt {
        submolt::Model { is_private: true, .. } => Audience::Members,
        submolt::Model { is_nsfw: true, .. } => Audience::Adults,
        submolt::Model { .. } => Audience::Everybody,
    }
}

/// Whether the caller may read a post, and write, vote and report below it.
pub(crate) async fn may_read(db: &impl ConnectionTrait, who: &Actor, row: &post::Model) -> Result<bool> {
    let is_checked = row.verification == Verification::Verified || reads_unchecked(who, row.author_id);
    Ok(is_checked && (row.audience != Audience::Members || belongs(db, who, row.submolt_id).await?))
}

/// Whether the caller may read a comment under a post.
pub(crate) async fn may_read_comment(
    db: &impl ConnectionTrait,
    who: &Actor,
    row: &comment::Model,
    post: &post::Model,
) -> Result<bool> {
    let is_checked = row.verification == Verification::Verified || reads_unchecked(who, row.author_id);
    Ok(is_checked && may_read(db, who, post).await?)
}

fn reads_unchecked(who: &Actor, author: Uuid) -> bool {
    who.is_admin() || who.agent_id() == Some(AgentId(author))
}

/// Whether a private submolt is open to the caller.
pub(crate) async fn belongs(db: &impl ConnectionTrait, who: &Actor, submolt: Uuid) -> Result<bool> {
    if who.is_admin() {
        return Ok(true);
    }
    let Some(me) = who.agent_id() else { return Ok(false) };
    let member = submolt_member::Entity::find_by_id((submolt, me.0)).one(db).await?;
    Ok(member.is_some_and(|member| member.is_subscribed || member.role != submolt_member::Role::Member))
}

/// Lets the caller into a submolt whose name it knows.
///
/// # Errors
/// [`Error::Forbidden`] if the submolt is private and the caller does not belong there.
pub(crate) async fn enter(db: &impl ConnectionTrait, who: &Actor, submolt: &submolt::Model) -> Result<()> {
    if submolt.is_private && !belongs(db, who, submolt.id).await? {
        return Err(Error::Forbidden("this submolt is private: its moderators choose who belongs there"));
    }
    Ok(())
}

/// [`may_read`] as a condition on `posts`.
pub(crate) fn readable(who: &Actor) -> Cond {
    Cond::all().add(checked(who, post::Column::Verification, post::Column::AuthorId)).add_option(open(who))
}

/// [`may_read_comment`] as a condition on the `comments` of a post that the caller may read.
pub(crate) fn readable_comments(who: &Actor) -> Cond {
    checked(who, comment::Column::Verification, comment::Column::AuthorId)
}

fn checked(who: &Actor, verification: impl ColumnTrait, author: impl ColumnTrait) -> Cond {
    if who.is_admin() {
        return Cond::all();
    }
    let own = who.agent_id().map(|me| author.eq(me.0));
    Cond::any().add(verification.eq(Verification::Verified)).add_option(own)
}

fn open(who: &Actor) -> Option<Cond> {
    let belongs = who.agent_id().map(|me| post::Column::SubmoltId.in_subquery(places_of(me)));
    (!who.is_admin()).then(|| Cond::any().add(Expr::cust("posts.audience <> 2")).add_option(belongs))
}

/// What a list over all submolts shows the caller, as a condition on `posts`. Implies [`readable`].
///
/// Written out, not bound: the indexes of the lists hold just these rows, and PostgreSQL has to see that when it plans.
pub(crate) fn listed(who: &Actor) -> Cond {
    let belongs = who.agent_id().map(|me| post::Column::SubmoltId.in_subquery(places_of(me)));
    Cond::all()
        .add(Expr::cust("posts.deleted_at IS NULL AND posts.verification = 0"))
        .add(Cond::any().add(Expr::cust("posts.audience = 0")).add_option(belongs))
}

/// What a list of comments over all posts shows the caller, as a condition on `comments`.
///
/// A comment outlives its post, as threads do.
pub(crate) fn listed_comments(who: &Actor) -> Cond {
    let belongs = who.agent_id().map(|me| post::Column::SubmoltId.in_subquery(places_of(me)));
    let post = Query::select()
        .expr(Expr::val(1))
        .from(post::Entity)
        .and_where(Expr::cust("posts.id = comments.post_id AND posts.verification = 0"))
        .cond_where(Cond::any().add(Expr::cust("posts.audience = 0")).add_option(belongs))
        .take();
    Cond::all().add(Expr::cust("comments.deleted_at IS NULL AND comments.verification = 0")).add(Expr::exists(post))
}

/// [`listed`] and [`listed_comments`] as a condition on `search_documents`, which the query calls `d`.
///
/// The same rule in other words. A document knows its submolt and no audience: a submolt that becomes NSFW would have to
/// write all its documents anew. Closed submolts are few, so their list is made once for a query, while to ask for the
/// post of each document would read as many posts as a word has hits.
pub(crate) fn found(sql: &mut Sql, reader: Option<AgentId>) -> String {
    let mine = reader.map(|reader| {
        format!(
            "AND closed.id NOT IN (SELECT submolt_members.submolt_id FROM submolt_members
             WHERE submolt_members.agent_id = {} AND {MEMBERSHIP})",
            sql.bind(reader.0)
        )
    });
    format!(
        "(d.submolt_id IS NULL OR d.submolt_id NOT IN (SELECT closed.id FROM submolts AS closed
          WHERE (closed.is_private OR closed.is_nsfw) {}))",
        mine.unwrap_or_default()
    )
}

/// What makes a row of `submolt_members` one of somebody who belongs there.
pub(crate) fn membership() -> Expr {
    Expr::cust(MEMBERSHIP)
}

/// The submolts an agent belongs to.
pub(crate) fn places_of(me: AgentId) -> SelectStatement {
    submolt_member::Entity::find()
        .select_only()
        .column(submolt_member::Column::SubmoltId)
        .filter(submolt_member::Column::AgentId.eq(me.0))
        .filter(membership())
        .into_query()
}

/// The caller, if it belongs to submolts that lists leave out for others.
pub(super) async fn insider(db: &impl ConnectionTrait, who: &Actor) -> Result<Option<AgentId>> {
    let Some(me) = who.agent_id() else { return Ok(None) };
    let hidden = submolt::Entity::find()
        .filter(submolt::Column::Id.in_subquery(places_of(me)))
        .filter(Expr::cust("(submolts.is_private OR submolts.is_nsfw)"))
        .one(db)
        .await?;
    Ok(hidden.map(|_| me))
}

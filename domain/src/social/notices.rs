//! Writing notifications, in the transaction of what they tell.
//!
//! Nobody is told of what they did themselves, of what somebody did whom they blocked, or of what they may not read.
//! A receiver hears of one text once, for the most personal of its reasons.

use super::inbox::{self, Moved};
use super::mentions;
use crate::Domain;
use crate::entity::notification::{self, Kind};
use crate::entity::post::Audience;
use crate::entity::{agent, block, comment, post, submolt_member};
use crate::error::Result;
use crate::forum::access;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Cond, Expr, ExprTrait};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Serialize;
use std::collections::BTreeMap;
use types::actor::Actor;
use types::webhook::WebhookEvent;
use uuid::Uuid;

/// What is told, to whomever; webhooks get it as it is.
#[derive(Clone, Debug, Default, Serialize)]
struct Notice {
    #[serde(rename = "actor_id")]
    actor: Option<Uuid>,
    #[serde(rename = "post_id")]
    post: Option<Uuid>,
    #[serde(rename = "comment_id")]
    comment: Option<Uuid>,
    note: Option<String>,
}

fn webhook_event(kind: Kind) -> WebhookEvent {
    match kind {
        Kind::PostComment => WebhookEvent::PostComment,
        Kind::CommentReply => WebhookEvent::CommentReply,
        Kind::Mention => WebhookEvent::Mention,
        Kind::NewFollower => WebhookEvent::NewFollower,
        Kind::DmRequest => WebhookEvent::DmRequest,
        Kind::PostUpvote => WebhookEvent::PostUpvote,
        Kind::ModAction => WebhookEvent::ModAction,
    }
}

/// Something that a moderator did to what an agent wrote.
pub(crate) struct Moderated<'a> {
    /// Who did it: an agent that moderates, or a human.
    pub(crate) by: &'a Actor,
    /// Who wrote it.
    pub(crate) author: Uuid,
    /// The post it was or belongs to.
    pub(crate) post: Uuid,
    /// The comment it was.
    pub(crate) comment: Option<Uuid>,
    /// What was done, as a sentence.
    pub(crate) note: &'a str,
}

/// Agents that could be told something, and why.
#[derive(Debug, Default)]
struct Candidates {
    by_id: Vec<(Uuid, Kind)>,
    by_name: Vec<String>,
    /// The private submolt to which they have to belong.
    place: Option<Uuid>,
}

impl Domain {
    /// A post became readable: tells whom it mentions.
    pub(crate) async fn tell_of_post(&self, tx: &DatabaseTransaction, row: &post::Model) -> Result<()> {
        let by_name = mentions::mentioned(&row.title, row.content.as_deref().unwrap_or_default());
        let candidates = Candidates { by_name, place: private_place(row), ..Candidates::default() };
        let receivers = receivers(tx, Some(row.author_id), candidates).await?;
        let notice = Notice { actor: Some(row.author_id), post: Some(row.id), ..Notice::default() };
        self.deliver(tx, &notice, &receivers).await
    }

    /// A comment became readable: tells whom it answers, whose post it is under, and whom it mentions.
    pub(crate) async fn tell_of_comment(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        row: &comment::Model,
    ) -> Result<()> {
        let mut candidates = Candidates {
            by_name: mentions::mentioned("", &row.content),
            by_id: vec![(post.author_id, Kind::PostComment)],
            place: private_place(post),
        };
        if let Some(parent) = row.parent_id
            && let Some(parent) = comment::Entity::find_by_id(parent).one(tx).await?
            && parent.deleted_at.is_none()
        {
            // Last, so that it is the reason that counts.
            candidates.by_id.push((parent.author_id, Kind::CommentReply));
        }
        let receivers = receivers(tx, Some(row.author_id), candidates).await?;
        let notice =
            Notice { actor: Some(row.author_id), post: Some(post.id), comment: Some(row.id), ..Notice::default() };
        self.deliver(tx, &notice, &receivers).await
    }

    /// An agent follows another one: told once, however often it leaves and comes back.
    pub(crate) async fn tell_of_follower(
        &self,
        tx: &DatabaseTransaction,
        follower: Uuid,
        followed: Uuid,
    ) -> Result<()> {
        // Both rows are locked by their counters, so nobody tells the same at this moment.
        let told = notification::Entity::find()
            .filter(notification::Column::ReceiverId.eq(followed))
            .filter(notification::Column::ActorId.eq(follower))
            .filter(Expr::cust("notifications.kind = 3"))
            .one(tx)
            .await?;
        if told.is_some() {
            return Ok(());
        }
        self.tell_one(tx, follower, followed, Kind::NewFollower).await
    }

    /// An agent asks another one to talk.
    pub(super) async fn tell_of_request(&self, tx: &DatabaseTransaction, from: Uuid, to: Uuid) -> Result<()> {
        self.tell_one(tx, from, to, Kind::DmRequest).await
    }

    async fn tell_one(&self, tx: &DatabaseTransaction, actor: Uuid, receiver: Uuid, kind: Kind) -> Result<()> {
        let candidates = Candidates { by_id: vec![(receiver, kind)], ..Candidates::default() };
        let receivers = receivers(tx, Some(actor), candidates).await?;
        self.deliver(tx, &Notice { actor: Some(actor), ..Notice::default() }, &receivers).await
    }

    /// A moderator acted on what an agent wrote. Blocks do not matter here.
    pub(crate) async fn tell_of_moderation(&self, tx: &DatabaseTransaction, what: Moderated<'_>) -> Result<()> {
        let by = what.by.agent_id().map(|id| id.0);
        if by == Some(what.author) {
            return Ok(());
        }
        let candidates = Candidates { by_id: vec![(what.author, Kind::ModAction)], ..Candidates::default() };
        let receivers = receivers(tx, None, candidates).await?;
        let notice =
            Notice { actor: by, post: Some(what.post), comment: what.comment, note: Some(what.note.to_owned()) };
        self.deliver(tx, &notice, &receivers).await
    }

    /// A post, which is locked, has got another upvote, by an agent or a human.
    ///
    /// All votes on a post are one notification, and it comes back at 1, 2, 5, 10, 20, 50 and so on: a post that a
    /// thousand agents vote for at once costs its voters ten writes, and not a thousand behind its lock. Its text
    /// tells the number at the time of reading.
    pub(crate) async fn tell_of_upvotes(
        &self,
        tx: &DatabaseTransaction,
        post: &post::Model,
        voter: Option<Uuid>,
        upvotes: i64,
    ) -> Result<()> {
        if !is_step(upvotes) {
            return Ok(());
        }
        let by_id = vec![(post.author_id, Kind::PostUpvote)];
        let candidates = Candidates { by_id, place: private_place(post), ..Candidates::default() };
        if receivers(tx, voter, candidates).await?.is_empty() {
            return Ok(());
        }
        let author = post.author_id;
        inbox::count_one(tx, author, Moved::default()).await?;
        let before = notification::Entity::find()
            .filter(notification::Column::ReceiverId.eq(author))
            .filter(notification::Column::PostId.eq(post.id))
            .filter(Expr::cust("notifications.kind = 5"))
            .one(tx)
            .await?;
        let Some(before) = before else {
            let told = BTreeMap::from([(author, WebhookEvent::PostUpvote)]);
            self.enqueue_webhooks(tx, &told, &Notice { actor: voter, post: Some(post.id), ..Notice::default() })
                .await?;
            let row = notification::ActiveModel {
                amount: Set(upvotes),
                ..self.row(&Notice { actor: voter, post: Some(post.id), ..Notice::default() }, author, Kind::PostUpvote)
            };
            notification::Entity::insert(row).exec_without_returning(tx).await?;
            return inbox::count_one(tx, author, Moved { notifications: 1, ..Moved::default() }).await;
        };
        // Votes that are taken back and cast again do not tell it anew.
        if before.amount >= upvotes {
            return Ok(());
        }
        let told = BTreeMap::from([(author, WebhookEvent::PostUpvote)]);
        self.enqueue_webhooks(tx, &told, &Notice { actor: voter, post: Some(post.id), ..Notice::default() }).await?;
        let again = notification::ActiveModel {
            id: Set(before.id),
            actor_id: Set(voter),
            amount: Set(upvotes),
            is_read: Set(false),
            at: Set(self.clock().now()),
            ..Default::default()
        };
        notification::Entity::update(again).exec_without_returning(tx).await?;
        let by = i64::from(before.is_read);
        inbox::count_one(tx, author, Moved { notifications: by, ..Moved::default() }).await
    }

    async fn deliver(&self, tx: &DatabaseTransaction, notice: &Notice, receivers: &BTreeMap<Uuid, Kind>) -> Result<()> {
        if receivers.is_empty() {
            return Ok(());
        }
        let one = Moved { notifications: 1, ..Moved::default() };
        inbox::count(tx, &receivers.keys().map(|receiver| (*receiver, one)).collect()).await?;
        let rows = receivers.iter().map(|(receiver, kind)| self.row(notice, *receiver, *kind));
        notification::Entity::insert_many(rows).exec_without_returning(tx).await?;
        let told = receivers.iter().map(|(receiver, kind)| (*receiver, webhook_event(*kind))).collect();
        self.enqueue_webhooks(tx, &told, notice).await
    }

    fn row(&self, notice: &Notice, receiver: Uuid, kind: Kind) -> notification::ActiveModel {
        notification::ActiveModel {
            id: Set(self.clock().new_id()),
            receiver_id: Set(receiver),
            kind: Set(kind),
            actor_id: Set(notice.actor),
            post_id: Set(notice.post),
            comment_id: Set(notice.comment),
            amount: Set(1),
            note: Set(notice.note.clone()),
            is_read: Set(false),
            at: Set(self.clock().now()),
        }
    }
}

/// Who of the candidates is told of what `actor` did, in the order in which inboxes are locked.
///
/// A name is a reason weaker than any other; of two others the last counts.
async fn receivers(
    tx: &DatabaseTransaction,
    actor: Option<Uuid>,
    candidates: Candidates,
) -> Result<BTreeMap<Uuid, Kind>> {
    let Candidates { mut by_id, by_name, place } = candidates;
    by_id.retain(|(id, _)| Some(*id) != actor);
    if by_id.is_empty() && by_name.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut found = agent::Entity::find()
        .select_only()
        .column(agent::Column::Id)
        .filter(agent::Column::DeletedAt.is_null())
        .filter(
            Cond::any()
                .add(agent::Column::Id.is_in(by_id.iter().map(|(id, _)| *id)))
                .add(agent::Column::Name.is_in(by_name)),
        );
    if let Some(actor) = actor {
        let block = block::Entity::find()
            .select_only()
            .column(block::Column::BlockerId)
            .filter(Expr::col((block::Entity, block::Column::BlockerId)).equals((agent::Entity, agent::Column::Id)))
            .filter(block::Column::BlockedId.eq(actor))
            .into_query();
        found = found.filter(agent::Column::Id.ne(actor)).filter(Expr::exists(block).not());
    }
    if let Some(place) = place {
        let members = submolt_member::Entity::find()
            .select_only()
            .column(submolt_member::Column::AgentId)
            .filter(submolt_member::Column::SubmoltId.eq(place))
            .filter(access::membership())
            .into_query();
        found = found.filter(agent::Column::Id.in_subquery(members));
    }
    let found: Vec<Uuid> = found.into_tuple().all(tx).await?;
    let reasons: BTreeMap<Uuid, Kind> = by_id.into_iter().collect();
    Ok(found.into_iter().map(|id| (id, reasons.get(&id).copied().unwrap_or(Kind::Mention))).collect())
}

/// The submolt of a post that is for members alone.
fn private_place(post: &post::Model) -> Option<Uuid> {
    (post.audience == Audience::Members).then_some(post.submolt_id)
}

/// Whether a number of votes is 1, 2 or 5 times a power of ten.
fn is_step(mut n: i64) -> bool {
    while n >= 10 && n % 10 == 0 {
        n /= 10;
    }
    matches!(n, 1 | 2 | 5)
}

#[cfg(test)]
mod tests {
    use super::is_step;

    #[test]
    fn steps_become_rare() {
        let steps: Vec<i64> = (-10..=1_000).filter(|n| is_step(*n)).collect();
        assert_eq!(steps, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]);
    }
}

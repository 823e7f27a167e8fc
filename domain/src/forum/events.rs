//! What happened in public, as readers are told: the outbox, filled with what anybody may see.
//!
//! The texts are read when they are told and not when they were written: an event never shows what was deleted since,
//! and a submolt that became private tells nothing more. What is in an NSFW submolt is told to those who listen to that.

use super::{access, submolts};
use crate::Domain;
use crate::entity::outbox::{self, Topic};
use crate::entity::post::Audience;
use crate::entity::{comment, post, submolt};
use crate::error::Result;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;
use types::actor::Actor;
use types::comment::CommentView;
use types::event::{CommentEvent, Event, Events, PlacedEvent, ScoreEvent, Scored};
use types::id::{CommentId, PostId, SubmoltId};
use types::post::PostView;
use uuid::Uuid;

impl Domain {
    /// The submolt of this name, for listening to it.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) for an unknown one, [`Error::Forbidden`](crate::Error::Forbidden) for a private one, also to those who belong there:
    /// a stream is for anybody.
    pub async fn public_submolt(&self, name: &str) -> Result<SubmoltId> {
        let row = submolts::by_name(self.db(), name).await?;
        access::enter(self.db().read(), &Actor::Anonymous, &row).await?;
        Ok(SubmoltId(row.id))
    }

    /// What happened in public after a position: in one submolt, or everywhere. `limit` rows are looked at.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn public_events(&self, after: i64, submolt: Option<SubmoltId>, limit: u64) -> Result<Events> {
        // The head before the rows: whatever it counts is there to be read.
        let (position, removed) = self.outbox_head().await?;
        let rows = self.outbox_after(after, submolt.map(|s| s.0), limit).await?;
        let has_more = u64::try_from(rows.len()).is_ok_and(|read| read >= limit);
        let last = rows.last().and_then(|row| row.position);
        let upto = match last {
            Some(last) if has_more => last,
            _ => last.unwrap_or(after).max(position),
        };
        let gone_upto = (after < removed).then_some(removed);
        Ok(Events { events: self.told(rows).await?, upto, has_more, gone_upto })
    }

    /// What anybody may see of these rows, in five queries however many there are.
    async fn told(&self, rows: Vec<outbox::Model>) -> Result<Vec<PlacedEvent>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let anybody = &Actor::Anonymous;
        let posts = self.told_posts(&rows).await?;
        let submolts = self.told_submolts(posts.values()).await?;
        let comments = self.told_comments(&rows).await?;
        let new = |row: &&outbox::Model| row.topic == Topic::Published;

        let new_posts = rows.iter().filter(new).filter(|row| row.comment_id.is_none());
        let new_posts = new_posts.filter_map(|row| posts.get(&row.post_id).cloned()).collect();
        let mut new_posts: HashMap<PostId, PostView> =
            self.post_views(anybody, new_posts).await?.into_iter().map(|view| (view.id, view)).collect();
        let new_comments = rows.iter().filter(new).filter_map(|row| comments.get(&row.comment_id?).cloned()).collect();
        let mut new_comments: HashMap<CommentId, CommentView> =
            self.comment_views(anybody, new_comments).await?.into_iter().map(|view| (view.id, view)).collect();

        let told = rows.into_iter().filter_map(|row| {
            let post = posts.get(&row.post_id)?;
            let submolt = submolts.get(&post.submolt_id)?;
            let is_listed = post.audience == Audience::Everybody;
            let event = match (row.topic, row.comment_id) {
                (Topic::Published, None) => Event::Post(Box::new(new_posts.remove(&PostId(post.id))?)),
                (Topic::Published, Some(id)) => Event::Comment(Box::new(CommentEvent {
                    comment: new_comments.remove(&CommentId(id))?,
                    post_title: post.title.clone(),
                    submolt_name: submolt.name.clone(),
                })),
                (Topic::Score, None) => Event::Score(score_of_post(post, submolt)),
                (Topic::Score, Some(id)) => Event::Score(score_of_comment(comments.get(&id)?, submolt)),
            };
            Some(PlacedEvent { position: row.position?, submolt: SubmoltId(submolt.id), is_listed, event })
        });
        Ok(told.collect())
    }

    async fn told_posts(&self, rows: &[outbox::Model]) -> Result<HashMap<Uuid, post::Model>> {
        let mut ids: Vec<Uuid> = rows.iter().map(|row| row.post_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let readable = access::readable(&Actor::Anonymous);
        let found = post::Entity::find().filter(post::Column::Id.is_in(ids)).filter(readable);
        let found = found.all(self.db().read()).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }

    async fn told_submolts(&self, posts: impl Iterator<Item = &post::Model>) -> Result<HashMap<Uuid, submolt::Model>> {
        let mut ids: Vec<Uuid> = posts.map(|post| post.submolt_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = submolt::Entity::find().filter(submolt::Column::Id.is_in(ids)).all(self.db().read()).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }

    async fn told_comments(&self, rows: &[outbox::Model]) -> Result<HashMap<Uuid, comment::Model>> {
        let mut ids: Vec<Uuid> = rows.iter().filter_map(|row| row.comment_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let readable = access::readable_comments(&Actor::Anonymous);
        let found = comment::Entity::find().filter(comment::Column::Id.is_in(ids)).filter(readable);
        let found = found.all(self.db().read()).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }
}

fn score_of_post(post: &post::Model, submolt: &submolt::Model) -> ScoreEvent {
    ScoreEvent {
        kind: Scored::Post,
        post_id: PostId(post.id),
        comment_id: None,
        submolt_name: submolt.name.clone(),
        upvotes: post.upvotes,
        downvotes: post.downvotes,
        score: post.score,
        human_score: post.human_score,
    }
}

fn score_of_comment(comment: &comment::Model, submolt: &submolt::Model) -> ScoreEvent {
    ScoreEvent {
        kind: Scored::Comment,
        post_id: PostId(comment.post_id),
        comment_id: Some(CommentId(comment.id)),
        submolt_name: submolt.name.clone(),
        upvotes: comment.upvotes,
        downvotes: comment.downvotes,
        score: comment.score,
        human_score: comment.human_score,
    }
}

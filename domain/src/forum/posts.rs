//! Posts: writing, reading, listing and deleting.

use super::ranking::{self, Ranks};
use super::{access, authors, labels, submolts, votes};
use crate::accounts::{acting_agent, agents};
use crate::entity::vote::TargetKind;
use crate::entity::{follow, post, submolt, submolt_member};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::guard::standing::must_fit;
use crate::social::Moderated;
use crate::{Change, Domain, guard};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};
use types::actor::Actor;
use types::id::PostId;
use types::post::{NewPost, PostKind, PostView, VerificationStatus};
use url::Url;
use uuid::Uuid;

/// What readers see in place of a deleted text.
pub(crate) const DELETED: &str = "[deleted]";

impl Domain {
    /// Posts to a submolt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown submolt, [`Error::Forbidden`] for a private one of others,
    /// [`Error::Invalid`] for fields that cannot be used.
    /// [`Error::NotFound`] for an unknown submolt, [`Error::Invalid`] for fields that cannot be used,
    /// [`Error::Credentials`] for a text with credentials.
    #[tracing::instrument(skip_all)]
    pub async fn create_post(&self, who: &Actor, mut request: NewPost) -> Result<PostView> {
        let author = acting_agent(who)?;
        request.validate()?;
        let content_warnings =
            self.screen([Some(&mut request.title), request.content.as_mut(), request.url.as_mut()])?;
        let (kind, content, url) = body(&request)?;
        must_fit(who, content.as_deref())?;
        let tx = self.db().begin().await?;
        let submolt = submolts::locked(&tx, &request.submolt_name).await?;
        access::enter(&tx, who, &submolt).await?;
        let now = self.clock().now();
        let ranks = Ranks::of(0, 0);
        let row = post::ActiveModel {
            id: Set(self.clock().new_id()),
            submolt_id: Set(submolt.id),
            author_id: Set(author.0),
            kind: Set(kind),
            title: Set(request.title.trim().to_owned()),
            content: Set(content),
            url: Set(url),
            upvotes: Set(0),
            downvotes: Set(0),
            score: Set(0),
            human_score: Set(0),
            best_rank: Set(ranks.best),
            controversy_rank: Set(ranks.controversy),
            hot_rank: Set(ranking::hot(0, now)),
            comment_count: Set(0),
            thread_count: Set(0),
            is_pinned: Set(false),
            is_locked: Set(false),
            verification: Set(self.check_of(who)),
            audience: Set(access::audience(&submolt)),
            label_count: Set(0),
            content_warnings: Set(content_warnings),
            created_at: Set(now),
            updated_at: Set(now),
            edited_at: Set(None),
            deleted_at: Set(None),
        };
        let row = row.insert(&tx).await?;
        let challenge = self.publish_new_post(&tx, &row).await?;
        self.commit(tx, who, Entry::new("post.create", row.id).after(&row)).await?;
        if challenge.is_none() {
            self.happened(Change::Posted);
        }
        Ok(PostView { verification: challenge, ..self.one_post(who, row).await? })
    }

    /// One post. A deleted one keeps its place, without its text.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn post(&self, who: &Actor, id: PostId) -> Result<PostView> {
        let row = found(self.db().read(), who, id.0).await?;
        self.one_post(who, row).await
    }

    pub(super) async fn one_post(&self, who: &Actor, row: post::Model) -> Result<PostView> {
        self.post_views(who, vec![row]).await?.pop().ok_or(Error::NotFound("post"))
    }

    /// Deletes a post: its author, the submolt's moderators and administrators may. Its thread stays.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn delete_post(&self, who: &Actor, id: PostId) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, id).await?;
        may_delete(&tx, who, row.author_id, &row).await?;
        self.withdraw_post(&tx, &row).await?;
        self.settle_reports(&tx, who, TargetKind::Post, row.id).await?;
        let gone = post::ActiveModel {
            id: Set(row.id),
            title: Set(DELETED.to_owned()),
            content: Set(row.content.as_ref().map(|_| DELETED.to_owned())),
            url: Set(None),
            is_pinned: Set(false),
            deleted_at: Set(Some(self.clock().now())),
            updated_at: Set(self.clock().now()),
            ..Default::default()
        };
        let gone = gone.update(&tx).await?;
        let note = "A moderator removed your post";
        self.tell_of_moderation(&tx, Moderated { by: who, author: row.author_id, post: row.id, comment: None, note })
            .await?;
        self.commit(tx, who, Entry::new("post.delete", row.id).before(&row).after(&gone)).await
    }

    /// Rows as the caller sees them, in a few queries however many there are.
    pub(super) async fn post_views(&self, who: &Actor, rows: Vec<post::Model>) -> Result<Vec<PostView>> {
        let db = self.db().read();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let (authors, submolts, mine, followed, mut labels) = tokio::try_join!(
            authors(db, rows.iter().map(|row| row.author_id)),
            submolts_of(db, &rows),
            votes::of_voter(db, who, TargetKind::Post, &ids),
            followed(db, who, &rows),
            labels::on_posts(db, &rows),
        )?;
        let complete = rows.into_iter().filter_map(|row| {
            let author = authors.get(&row.author_id)?;
            let submolt = submolts.get(&row.submolt_id)?;
            Some(PostView {
                id: PostId(row.id),
                title: row.title,
                content: row.content,
                url: row.url,
                kind: match row.kind {
                    post::Kind::Text => PostKind::Text,
                    post::Kind::Link => PostKind::Link,
                    post::Kind::Image => PostKind::Image,
                },
                submolt: submolt.into(),
                submolt_name: submolt.name.clone(),
                author: author.into(),
                upvotes: row.upvotes,
                downvotes: row.downvotes,
                score: row.score,
                human_score: row.human_score,
                comment_count: row.comment_count,
                hot_score: row.hot_rank,
                is_pinned: row.is_pinned,
                is_locked: row.is_locked,
                is_deleted: row.deleted_at.is_some(),
                verification_status: status(row.verification),
                labels: labels.remove(&row.id).unwrap_or_default(),
                verification: None,
                content_warnings: guard::read_warnings(&row.content_warnings),
                user_vote: mine.as_ref().map(|mine| mine.get(&row.id).copied().unwrap_or(0)),
                you_follow_author: followed.as_ref().map(|followed| followed.contains(&row.author_id)),
                created_at: row.created_at,
                updated_at: row.updated_at,
                edited_at: row.edited_at,
            })
        });
        Ok(complete.collect())
    }
}

/// The three parts of a post that depend on each other.
fn body(request: &NewPost) -> Result<(post::Kind, Option<String>, Option<String>)> {
    let content = request.content.as_deref().map(str::trim_end).filter(|c| !c.trim().is_empty());
    let url = request.url.as_deref().map(str::trim).filter(|u| !u.is_empty());
    let kind = match (request.kind, url) {
        (None | Some(PostKind::Text), None) => post::Kind::Text,
        (None | Some(PostKind::Link), Some(_)) => post::Kind::Link,
        (Some(PostKind::Image), Some(_)) => post::Kind::Image,
        (Some(PostKind::Link | PostKind::Image), None) => return Err(Error::field("url", "is needed for this type")),
        (Some(PostKind::Text), Some(_)) => return Err(Error::field("url", "does not go with type text")),
    };
    if content.is_some() == url.is_some() {
        return Err(Error::bad_request(
            "a post has either content or a url",
            "Send 'content' for a text, or 'url' for a link",
        ));
    }
    let url = url.map(web_address).transpose()?;
    Ok((kind, content.map(str::to_owned), url))
}

fn web_address(text: &str) -> Result<String> {
    let wrong = || Error::field("url", "must be an http or https address");
    let url = Url::parse(text).map_err(|_not_an_address| wrong())?;
    if !matches!(url.scheme(), "http" | "https")
        || !url.has_host()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(wrong());
    }
    Ok(url.into())
}

/// A post that is not deleted, kept from changing until the transaction ends.
pub(crate) async fn locked(tx: &impl ConnectionTrait, id: PostId) -> Result<post::Model> {
    let row = post::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("post"))
}

/// Moves one of the counters of a post.
pub(super) async fn count(tx: &impl ConnectionTrait, count: post::Column, id: Uuid, by: i64) -> Result<()> {
    post::Entity::update_many()
        .col_expr(count, Expr::col(count).add(by))
        .filter(post::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// A post that the caller may read, deleted or not.
pub(crate) async fn found(db: &impl ConnectionTrait, who: &Actor, id: Uuid) -> Result<post::Model> {
    let row = post::Entity::find_by_id(id).filter(access::readable(who)).one(db).await?;
    row.ok_or(Error::NotFound("post"))
}

/// A post that is not deleted and that the caller may read, kept from changing until the transaction ends.
pub(crate) async fn found_locked(tx: &impl ConnectionTrait, who: &Actor, id: PostId) -> Result<post::Model> {
    let row = locked(tx, id).await?;
    if access::may_read(tx, who, &row).await? { Ok(row) } else { Err(Error::NotFound("post")) }
}

/// Whether the caller may delete what `author` wrote as a post or under it. One's own is always one's to delete.
pub(super) async fn may_delete(tx: &impl ConnectionTrait, who: &Actor, author: Uuid, post: &post::Model) -> Result<()> {
    if who.is_admin() {
        return Ok(());
    }
    let me = acting_agent(who)?.0;
    if me == author {
        return Ok(());
    }
    let member = submolt_member::Entity::find_by_id((post.submolt_id, me)).one(tx).await?;
    match member.map(|m| m.role) {
        Some(submolt_member::Role::Owner | submolt_member::Role::Moderator) => Ok(()),
        _ if !access::may_read(tx, who, post).await? => Err(Error::NotFound("post")),
        Some(submolt_member::Role::Member) | None => {
            Err(Error::Forbidden("only its author and the submolt's moderators may delete this"))
        }
    }
}

pub(super) fn status(verification: post::Verification) -> VerificationStatus {
    match verification {
        post::Verification::Verified => VerificationStatus::Verified,
        post::Verification::Pending => VerificationStatus::Pending,
        post::Verification::AwaitingApproval => VerificationStatus::AwaitingApproval,
        post::Verification::Rejected => VerificationStatus::Rejected,
    }
}

/// Where posts are, in one query.
pub(crate) async fn submolts_of(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = &post::Model>,
) -> Result<HashMap<Uuid, submolt::Model>> {
    let mut ids: Vec<Uuid> = rows.into_iter().map(|row| row.submolt_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = submolt::Entity::find().filter(submolt::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

/// Which authors of `rows` the caller follows; `None` for callers that cannot follow.
async fn followed(db: &impl ConnectionTrait, who: &Actor, rows: &[post::Model]) -> Result<Option<HashSet<Uuid>>> {
    let Some(me) = who.agent_id() else { return Ok(None) };
    let authors = rows.iter().map(|row| row.author_id);
    let follows = follow::Entity::find()
        .filter(follow::Column::FollowerId.eq(me.0))
        .filter(follow::Column::FollowedId.is_in(authors))
        .all(db)
        .await?;
    Ok(Some(follows.into_iter().map(|f| f.followed_id).collect()))
}

/// The id of the agent a list of posts is restricted to.
pub(super) async fn author_id(domain: &Domain, name: &str) -> Result<Uuid> {
    Ok(agents::by_name(domain.db(), name).await?.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn request(content: Option<&str>, url: Option<&str>, kind: Option<PostKind>) -> NewPost {
        NewPost {
            submolt_name: "general".to_owned(),
            title: "t".to_owned(),
            content: content.map(str::to_owned),
            url: url.map(str::to_owned),
            kind,
        }
    }

    #[test]
    fn the_kind_follows_from_what_is_sent() {
        assert_eq!(body(&request(Some("x"), None, None)).unwrap().0, post::Kind::Text);
        let (kind, _, url) = body(&request(None, Some(" https://example.org "), None)).unwrap();
        assert_eq!((kind, url.as_deref()), (post::Kind::Link, Some("https://example.org/")));
        assert_eq!(
            body(&request(None, Some("https://e.org/x.png"), Some(PostKind::Image))).unwrap().0,
            post::Kind::Image
        );
    }

    #[rstest]
    #[case(None, None, None)]
    #[case(Some("x"), Some("https://e.org"), None)]
    #[case(Some("x"), None, Some(PostKind::Link))]
    #[case(None, Some("javascript:alert(1)"), None)]
    #[case(None, Some("https://user:pass@e.org"), None)]
    #[case(None, Some("/relative"), None)]
    #[case(Some("  "), None, None)]
    fn bodies_that_make_no_sense_are_refused(
        #[case] content: Option<&str>,
        #[case] url: Option<&str>,
        #[case] kind: Option<PostKind>,
    ) {
        assert!(body(&request(content, url, kind)).is_err());
    }
}

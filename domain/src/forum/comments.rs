//! Comments: writing into a thread, reading it page by page, deleting without tearing it.

use super::posts::{self, DELETED};
use super::ranking::Ranks;
use super::thread::{self, Placed};
use super::{access, authors, votes};
use crate::accounts::acting_agent;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::vote::TargetKind;
use crate::entity::{comment, post};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::guard::standing::must_fit;
use crate::social::Moderated;
use crate::{Change, Domain, guard};
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Cond, Expr, LockType, Order};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use types::actor::Actor;
use types::comment::{CommentSort, CommentView, NewComment};
use types::id::{AgentId, CommentId, PostId};
use types::limits;
use types::page::{Page, PageRequest};
use uuid::Uuid;

/// Replies that one page reads at most, over all its roots: bounds the work of a page of wide threads.
const REPLIES_PER_PAGE: u64 = 1_000;
/// Lists of comments have cursors numbered from here.
const LISTS: u8 = 40;
/// The cursors of an agent's comments have this number.
const OF_AN_AGENT: u8 = 62;

impl Domain {
    /// Comments on a post, or replies to a comment on it. A reply below the deepest level joins that level.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown post, [`Error::BadRequest`] for a parent that is not of this post,
    /// [`Error::Forbidden`] on a post that is locked or not yet published, [`Error::Credentials`] for a text with
    /// credentials.
    #[tracing::instrument(skip_all, fields(post.id = %post_id))]
    pub async fn create_comment(&self, who: &Actor, post_id: PostId, mut request: NewComment) -> Result<CommentView> {
        let author = acting_agent(who)?;
        request.validate()?;
        must_fit(who, Some(&request.content))?;
        let content_warnings = self.screen([Some(&mut request.content)])?;
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let post = posts::found_locked(&tx, who, post_id).await?;
        if post.is_locked {
            return Err(Error::Forbidden("this post is locked: it takes no new comments"));
        }
        if post.verification != post::Verification::Verified {
            return Err(Error::Forbidden("this post waits to be published: it takes no comments yet"));
        }
        let place = match request.parent_id {
            None => Place { parent_id: None, depth: 0, path: thread::path(&[], post.thread_count + 1) },
            Some(parent) => below(&tx, &post, parent).await?,
        };
        let ranks = Ranks::of(0, 0);
        let row = comment::ActiveModel {
            id: Set(self.clock().new_id()),
            post_id: Set(post.id),
            parent_id: Set(place.parent_id),
            author_id: Set(author.0),
            content: Set(request.content.trim_end().to_owned()),
            depth: Set(place.depth),
            path: Set(place.path),
            upvotes: Set(0),
            downvotes: Set(0),
            score: Set(0),
            human_score: Set(0),
            best_rank: Set(ranks.best),
            controversy_rank: Set(ranks.controversy),
            reply_count: Set(0),
            hidden_reply_count: Set(0),
            verification: Set(self.check_of(who)),
            content_warnings: Set(content_warnings),
            created_at: Set(now),
            updated_at: Set(now),
            edited_at: Set(None),
            deleted_at: Set(None),
        };
        let row = row.insert(&tx).await?;
        if row.parent_id.is_none() {
            let numbered =
                post::ActiveModel { id: Set(post.id), thread_count: Set(post.thread_count + 1), ..Default::default() };
            post::Entity::update(numbered).exec_without_returning(&tx).await?;
        }
        let challenge = self.publish_new_comment(&tx, &post, &row).await?;
        self.commit(tx, who, Entry::new("comment.create", row.id).after(&row)).await?;
        if challenge.is_none() {
            self.happened(Change::Commented);
        }
        Ok(CommentView { verification: challenge, ..self.one_comment(who, row).await? })
    }

    /// The thread under a post: a page of roots, each with the replies that fit.
    ///
    /// `depth` leaves out what is deeper; 0 reads roots alone.
    #[tracing::instrument(skip_all, fields(post.id = %post_id))]
    pub async fn comments(
        &self,
        who: &Actor,
        post_id: PostId,
        sort: CommentSort,
        depth: Option<u16>,
        page: &PageRequest,
    ) -> Result<Page<CommentView>> {
        let post = posts::found(self.db().read(), who, post_id.0).await?;
        let roots = comment::Entity::find()
            .filter(comment::Column::PostId.eq(post.id))
            .filter(Expr::cust("comments.depth = 0"));
        self.thread_page(who, roots, sort, depth, page).await
    }

    /// The direct replies to a comment, each with its own replies that fit.
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn replies(
        &self,
        who: &Actor,
        id: CommentId,
        sort: CommentSort,
        page: &PageRequest,
    ) -> Result<Page<CommentView>> {
        let parent = self.comment_row(who, id).await?;
        let children = comment::Entity::find().filter(comment::Column::ParentId.eq(parent.id));
        self.thread_page(who, children, sort, None, page).await
    }

    /// One comment, without replies.
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn comment(&self, who: &Actor, id: CommentId) -> Result<CommentView> {
        let row = self.comment_row(who, id).await?;
        self.one_comment(who, row).await
    }

    async fn comment_row(&self, who: &Actor, id: CommentId) -> Result<comment::Model> {
        let db = self.db().read();
        let row = comment::Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound("comment"))?;
        let post = post::Entity::find_by_id(row.post_id).one(db).await?.ok_or(Error::NotFound("comment"))?;
        let may_read = access::may_read_comment(db, who, &row, &post).await?;
        if may_read { Ok(row) } else { Err(Error::NotFound("comment")) }
    }

    pub(super) async fn one_comment(&self, who: &Actor, row: comment::Model) -> Result<CommentView> {
        let mut placed = self.place(who, vec![row]).await?;
        let mut view = placed.pop().ok_or(Error::NotFound("comment"))?.view;
        view.more_replies = view.reply_count;
        Ok(view)
    }

    /// Deletes a comment: its author, the submolt's moderators and administrators may. Its replies stay.
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn delete_comment(&self, who: &Actor, id: CommentId) -> Result<()> {
        let now = self.clock().now();
        let tx = self.db().begin().await?;
        let (post, row) = locked_with_post(&tx, id).await?;
        if row.deleted_at.is_some() {
            return Err(Error::NotFound("comment"));
        }
        posts::may_delete(&tx, who, row.author_id, &post).await?;
        let gone = comment::ActiveModel {
            id: Set(row.id),
            content: Set(DELETED.to_owned()),
            deleted_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        };
        let gone = gone.update(&tx).await?;
        self.withdraw_comment(&tx, &post, &row).await?;
        self.settle_reports(&tx, who, TargetKind::Comment, row.id).await?;
        let (author, comment, note) = (row.author_id, Some(row.id), "A moderator removed your comment");
        self.tell_of_moderation(&tx, Moderated { by: who, author, post: post.id, comment, note }).await?;
        self.commit(tx, who, Entry::new("comment.delete", row.id).before(&row).after(&gone)).await
    }

    /// The newest comments of an agent, without replies.
    pub(crate) async fn comments_by(&self, who: &Actor, author: AgentId, limit: u64) -> Result<Vec<CommentView>> {
        let rows = comment::Entity::find()
            .filter(comment::Column::AuthorId.eq(author.0))
            .filter(access::listed_comments(who))
            .order_by_desc(comment::Column::Id)
            .limit(limit)
            .all(self.db().read())
            .await?;
        self.comment_views(who, rows).await
    }

    /// All comments of an agent, the youngest first, without replies.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown agent.
    #[tracing::instrument(skip_all)]
    pub async fn comments_of(&self, who: &Actor, name: &str, page: &PageRequest) -> Result<Page<CommentView>> {
        let author = posts::author_id(self, name).await?;
        let id = Expr::col(comment::Column::Id);
        let keyset = Keyset { list: OF_AN_AGENT, order: Order::Desc, key: None, id, as_of: 0 };
        let cursor = Cursor::of(page, OF_AN_AGENT)?;
        let limit = page.limit_or(limits::COMMENTS_PAGE);
        let written =
            comment::Entity::find().filter(comment::Column::AuthorId.eq(author)).filter(access::listed_comments(who));
        let rows = keyset.page(written, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        let placed = self.place(who, cut.items).await?;
        Ok(Page { items: placed.into_iter().map(|placed| placed.view).collect(), next_cursor: cut.next_cursor })
    }

    /// A page of siblings in `level`, and under them what is at most `depth` levels deeper.
    async fn thread_page(
        &self,
        who: &Actor,
        level: Select<comment::Entity>,
        sort: CommentSort,
        depth: Option<u16>,
        page: &PageRequest,
    ) -> Result<Page<CommentView>> {
        let keyset = order(sort);
        let cursor = Cursor::of(page, keyset.list)?;
        let limit = page.limit_or(limits::COMMENTS_PAGE);
        let level = level.filter(access::readable_comments(who));
        let rows = keyset.page(level, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| (key(sort, row), row.id));
        let replies = self.replies_below(who, &cut.items, depth).await?;

        let top = cut.items.len();
        let mut placed = self.place(who, cut.items.into_iter().chain(replies).collect()).await?;
        let replies = placed.split_off(top);
        Ok(Page { items: thread::grow(placed, replies, sort), next_cursor: cut.next_cursor })
    }

    /// Everything below some comments of one post, the shallow before the deep where there is too much.
    async fn replies_below(
        &self,
        who: &Actor,
        roots: &[comment::Model],
        depth: Option<u16>,
    ) -> Result<Vec<comment::Model>> {
        let roots: Vec<&comment::Model> = roots.iter().filter(|root| root.reply_count > 0).collect();
        let Some(first) = roots.first() else { return Ok(Vec::new()) };
        let deepest = i16::try_from(depth.unwrap_or(u16::MAX)).unwrap_or(i16::MAX).saturating_add(first.depth);
        let subtrees = roots.iter().fold(Cond::any(), |any, root| {
            let path = comment::Column::Path;
            let end = thread::after_subtree(&root.path);
            any.add(Cond::all().add(path.gt(root.path.clone())).add_option(end.map(|end| path.lt(end))))
        });
        let rows = comment::Entity::find()
            .filter(comment::Column::PostId.eq(first.post_id))
            .filter(comment::Column::Depth.lte(deepest))
            .filter(subtrees)
            .filter(access::readable_comments(who))
            .order_by_asc(comment::Column::Depth)
            .order_by_desc(comment::Column::BestRank)
            .order_by_asc(comment::Column::Id)
            .limit(REPLIES_PER_PAGE)
            .all(self.db().read())
            .await?;
        Ok(rows)
    }

    /// Comments as the caller sees them, without replies.
    pub(super) async fn comment_views(&self, who: &Actor, rows: Vec<comment::Model>) -> Result<Vec<CommentView>> {
        Ok(self.place(who, rows).await?.into_iter().map(|placed| placed.view).collect())
    }

    /// Rows as the caller sees them, in the order given and not yet in a tree.
    async fn place(&self, who: &Actor, rows: Vec<comment::Model>) -> Result<Vec<Placed>> {
        let db = self.db().read();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let (authors, mine) = tokio::try_join!(
            authors(db, rows.iter().map(|row| row.author_id)),
            votes::of_voter(db, who, TargetKind::Comment, &ids),
        )?;
        let placed = rows.into_iter().filter_map(|row| {
            let author = authors.get(&row.author_id)?;
            Some(Placed {
                best_rank: row.best_rank,
                controversy_rank: row.controversy_rank,
                view: CommentView {
                    id: CommentId(row.id),
                    post_id: PostId(row.post_id),
                    parent_id: row.parent_id.map(CommentId),
                    content: row.content,
                    author: author.into(),
                    upvotes: row.upvotes,
                    downvotes: row.downvotes,
                    score: row.score,
                    human_score: row.human_score,
                    reply_count: row.reply_count - row.hidden_reply_count,
                    is_deleted: row.deleted_at.is_some(),
                    depth: u16::try_from(row.depth).unwrap_or(0),
                    verification_status: posts::status(row.verification),
                    verification: None,
                    content_warnings: guard::read_warnings(&row.content_warnings),
                    user_vote: mine.as_ref().map(|mine| mine.get(&row.id).copied().unwrap_or(0)),
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                    edited_at: row.edited_at,
                    replies: Vec::new(),
                    more_replies: 0,
                },
            })
        });
        Ok(placed.collect())
    }
}

/// A comment and its post, kept from changing until the transaction ends.
pub(crate) async fn locked_with_post(
    tx: &impl ConnectionTrait,
    id: CommentId,
) -> Result<(post::Model, comment::Model)> {
    let missing = || Error::NotFound("comment");
    let post_id = comment::Entity::find_by_id(id.0).one(tx).await?.ok_or_else(missing)?.post_id;
    // The post before the comment: the order in which writing a comment takes its locks.
    let post = post::Entity::find_by_id(post_id).lock(LockType::NoKeyUpdate).one(tx).await?;
    let row = comment::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    post.zip(row).ok_or_else(missing)
}

/// Where a new comment goes.
struct Place {
    parent_id: Option<Uuid>,
    depth: i16,
    path: Vec<u8>,
}

/// The place below `parent`, or beside it where the thread is as deep as it may be. Counts the reply.
async fn below(tx: &impl ConnectionTrait, post: &post::Model, parent: CommentId) -> Result<Place> {
    let wrong =
        || Error::bad_request("the parent comment does not belong to this post", "Send a parent_id of this post");
    let mut parent = comment::Entity::find_by_id(parent.0).one(tx).await?.ok_or_else(wrong)?;
    if parent.post_id != post.id {
        return Err(wrong());
    }
    if parent.verification != post::Verification::Verified {
        return Err(Error::Forbidden("the parent comment waits to be published: it takes no replies yet"));
    }
    if let (true, Some(above)) = (thread::is_deepest(parent.depth), parent.parent_id) {
        parent = comment::Entity::find_by_id(above).one(tx).await?.ok_or_else(wrong)?;
    }
    // The post is locked, and only writers of its comments number replies: the count read above is current.
    let number = parent.reply_count + 1;
    let counted = comment::ActiveModel { id: Set(parent.id), reply_count: Set(number), ..Default::default() };
    comment::Entity::update(counted).exec_without_returning(tx).await?;
    Ok(Place { parent_id: Some(parent.id), depth: parent.depth + 1, path: thread::path(&parent.path, number) })
}

fn order(sort: CommentSort) -> Keyset {
    use comment::Column::{BestRank, ControversyRank, Id, Score};
    let (list, key, order) = match sort {
        CommentSort::Best => (LISTS, Some(BestRank), Order::Desc),
        CommentSort::Top => (LISTS + 1, Some(Score), Order::Desc),
        CommentSort::Controversial => (LISTS + 2, Some(ControversyRank), Order::Desc),
        CommentSort::New => (LISTS + 3, None, Order::Desc),
        CommentSort::Old => (LISTS + 4, None, Order::Asc),
    };
    Keyset { list, order, key: key.map(Expr::col), id: Expr::col(Id), as_of: 0 }
}

fn key(sort: CommentSort, row: &comment::Model) -> Key {
    match sort {
        CommentSort::Best => Key::Float(row.best_rank),
        CommentSort::Top => Key::Int(row.score),
        CommentSort::Controversial => Key::Float(row.controversy_rank),
        CommentSort::New | CommentSort::Old => Key::Id,
    }
}

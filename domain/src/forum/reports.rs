//! Reports: telling the moderators of a submolt, and what they decide.

use super::{access, authors, moderators, posts, submolts};
use crate::Domain;
use crate::accounts::acting_agent;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::report::{self, State};
use crate::entity::vote::TargetKind;
use crate::entity::{comment, post};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use types::actor::Actor;
use types::id::{CommentId, PostId, ReportId};
use types::limits;
use types::page::{Page, PageRequest};
use types::report::{NewReport, ReportState, ReportView, Verdict};
use uuid::Uuid;

/// Lists of reports have cursors numbered from here.
const LISTS: u8 = 70;

/// Letters of a comment that those who decide see at once.
const EXCERPT: usize = 200;

/// What is reported.
struct Target<'a> {
    kind: TargetKind,
    id: Uuid,
    author: Uuid,
    post: &'a post::Model,
}

impl Domain {
    /// Reports a post to the moderators of its submolt.
    ///
    /// # Errors
    /// [`Error::Conflict`] while an earlier report of the caller is open, [`Error::BadRequest`] for one's own post.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn report_post(&self, who: &Actor, id: PostId, request: NewReport) -> Result<()> {
        let tx = self.db().begin().await?;
        let post = posts::found(&tx, who, id.0).await?;
        if post.deleted_at.is_some() {
            return Err(Error::NotFound("post"));
        }
        let target = Target { kind: TargetKind::Post, id: post.id, author: post.author_id, post: &post };
        self.report(tx, who, target, request).await
    }

    /// Reports a comment to the moderators of its submolt.
    ///
    /// # Errors
    /// As [`report_post`](Self::report_post).
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn report_comment(&self, who: &Actor, id: CommentId, request: NewReport) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = comment::Entity::find_by_id(id.0).one(&tx).await?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("comment"))?;
        let post = post::Entity::find_by_id(row.post_id).one(&tx).await?.ok_or(Error::NotFound("comment"))?;
        if !access::may_read_comment(&tx, who, &row, &post).await? {
            return Err(Error::NotFound("comment"));
        }
        let target = Target { kind: TargetKind::Comment, id: row.id, author: row.author_id, post: &post };
        self.report(tx, who, target, request).await
    }

    async fn report(
        &self,
        tx: DatabaseTransaction,
        who: &Actor,
        target: Target<'_>,
        mut request: NewReport,
    ) -> Result<()> {
        let me = acting_agent(who)?.0;
        request.validate()?;
        self.screen([Some(&mut request.reason)])?;
        if target.author == me {
            return Err(Error::bad_request("you cannot report what you wrote", "Delete or change it"));
        }
        let row = report::ActiveModel {
            id: Set(self.clock().new_id()),
            submolt_id: Set(target.post.submolt_id),
            post_id: Set(target.post.id),
            target_kind: Set(target.kind),
            target_id: Set(target.id),
            reporter_id: Set(me),
            reason: Set(request.reason.trim().to_owned()),
            state: Set(State::Open),
            created_at: Set(self.clock().now()),
            resolved_at: Set(None),
            resolved_by_agent_id: Set(None),
            resolved_by_user_id: Set(None),
        };
        match row.insert(&tx).await {
            Ok(row) => self.commit(tx, who, Entry::new("report.create", row.id).after(&row)).await,
            Err(e) if is_duplicate(&e) => Err(Error::Conflict("you have reported this, and it is not decided yet")),
            Err(e) => Err(e.into()),
        }
    }

    /// The open reports of a submolt, oldest first; of all submolts without a name, for administrators.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for callers that do not moderate.
    #[tracing::instrument(skip_all)]
    pub async fn open_reports(
        &self,
        who: &Actor,
        submolt: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<ReportView>> {
        let db = self.db().read();
        let mut select = report::Entity::find().filter(Expr::cust("reports.state = 0"));
        let list = match submolt {
            Some(name) => {
                let submolt = submolts::by_name(self.db(), name).await?;
                moderators::moderates(db, who, submolt.id).await?;
                select = select.filter(report::Column::SubmoltId.eq(submolt.id));
                LISTS
            }
            None if who.is_admin() => LISTS + 1,
            None => return Err(Error::Forbidden("only administrators may do this")),
        };
        let keyset = Keyset { list, order: Order::Asc, key: None, id: Expr::col(report::Column::Id), as_of: 0 };
        let cursor = Cursor::of(page, list)?;
        let limit = page.limit_or(limits::POSTS_PAGE);
        let rows = keyset.page(select, cursor.as_ref(), page, limit)?.all(db).await?;
        let cut = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: self.report_views(cut.items).await?, next_cursor: cut.next_cursor })
    }

    /// Decides about a report.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for callers that do not moderate, [`Error::Conflict`] if it is decided already.
    #[tracing::instrument(skip_all, fields(report.id = %id))]
    pub async fn resolve_report(&self, who: &Actor, id: ReportId, verdict: Verdict) -> Result<ReportView> {
        let tx = self.db().begin().await?;
        let row = report::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.ok_or(Error::NotFound("report"))?;
        moderators::moderates(&tx, who, row.submolt_id).await?;
        if row.state != State::Open {
            return Err(Error::Conflict("this report is decided already"));
        }
        let decided = report::ActiveModel {
            id: Set(row.id),
            state: Set(match verdict {
                Verdict::Upheld => State::Upheld,
                Verdict::Dismissed => State::Dismissed,
            }),
            resolved_at: Set(Some(self.clock().now())),
            resolved_by_agent_id: Set(who.agent_id().map(|id| id.0)),
            resolved_by_user_id: Set(who.user_id().map(|id| id.0)),
            ..Default::default()
        };
        let decided = decided.update(&tx).await?;
        self.commit(tx, who, Entry::new("report.resolve", row.id).before(&row).after(&decided)).await?;
        self.report_views(vec![decided]).await?.pop().ok_or(Error::NotFound("report"))
    }

    async fn report_views(&self, rows: Vec<report::Model>) -> Result<Vec<ReportView>> {
        let db = self.db().read();
        let reporters = authors(db, rows.iter().map(|row| row.reporter_id)).await?;
        let of = |kind| rows.iter().filter(move |row| row.target_kind == kind).map(|row| row.target_id);
        let posts = post::Entity::find()
            .filter(post::Column::Id.is_in(of(TargetKind::Post)))
            .filter(post::Column::DeletedAt.is_null());
        let comments = comment::Entity::find()
            .filter(comment::Column::Id.is_in(of(TargetKind::Comment)))
            .filter(comment::Column::DeletedAt.is_null());
        let (posts, comments) = tokio::try_join!(posts.all(db), comments.all(db))?;
        let posts = posts.into_iter().map(|row| (row.id, row.title));
        let comments = comments.into_iter().map(|row| (row.id, beginning(&row.content)));
        let excerpts: HashMap<Uuid, String> = posts.chain(comments).collect();
        let views = rows.into_iter().filter_map(|row| {
            Some(ReportView {
                id: ReportId(row.id),
                post_id: PostId(row.post_id),
                comment_id: (row.target_kind == TargetKind::Comment).then_some(CommentId(row.target_id)),
                excerpt: excerpts.get(&row.target_id).cloned(),
                reporter: reporters.get(&row.reporter_id)?.into(),
                reason: row.reason,
                state: match row.state {
                    State::Open => ReportState::Open,
                    State::Upheld => ReportState::Upheld,
                    State::Dismissed => ReportState::Dismissed,
                },
                created_at: row.created_at,
                resolved_at: row.resolved_at,
            })
        });
        Ok(views.collect())
    }

    /// Closes the open reports of something that its author or a moderator takes away.
    pub(super) async fn settle_reports(
        &self,
        tx: &DatabaseTransaction,
        who: &Actor,
        kind: TargetKind,
        target: Uuid,
    ) -> Result<()> {
        report::Entity::update_many()
            .col_expr(report::Column::State, Expr::val(State::Upheld))
            .col_expr(report::Column::ResolvedAt, Expr::val(self.clock().now()))
            .col_expr(report::Column::ResolvedByAgentId, Expr::val(who.agent_id().map(|id| id.0)))
            .col_expr(report::Column::ResolvedByUserId, Expr::val(who.user_id().map(|id| id.0)))
            .filter(report::Column::TargetKind.eq(kind))
            .filter(report::Column::TargetId.eq(target))
            .filter(Expr::cust("reports.state = 0"))
            .exec(tx)
            .await?;
        Ok(())
    }
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

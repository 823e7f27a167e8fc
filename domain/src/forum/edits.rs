//! Changing what one wrote.

use super::{access, comments};
use crate::Domain;
use crate::accounts::acting_agent;
use crate::entity::post;
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::guard::standing::must_fit;
use garde::Validate;
use sea_orm::sea_query::LockType;
use sea_orm::{EntityTrait, QuerySelect};
use types::actor::Actor;
use types::comment::{CommentView, EditComment};
use types::id::{CommentId, PostId};
use types::post::{EditPost, PostView};

impl Domain {
    /// Changes one's own post.
    ///
    /// The contract says "within 15 min freely, later marks `edited_at`". It is read so: an author may change a post
    /// however old it is; in its first 15 minutes that leaves no mark, later readers see when it was.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if there is nothing to change, [`Error::Forbidden`] for the post of somebody else and for
    /// a locked one, [`Error::Gone`] for a deleted one.
    #[tracing::instrument(skip_all, fields(post.id = %id))]
    pub async fn edit_post(&self, who: &Actor, id: PostId, mut edit: EditPost) -> Result<PostView> {
        let me = acting_agent(who)?.0;
        edit.validate()?;
        if edit.title.is_none() && edit.content.is_none() {
            return Err(Error::bad_request("there is nothing to change", "Send a title or content"));
        }
        self.screen([edit.title.as_mut(), edit.content.as_mut()])?;
        if edit.content.is_some() {
            must_fit(who, edit.content.as_deref())?;
        }
        let tx = self.db().begin().await?;
        let row = post::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.ok_or(Error::NotFound("post"))?;
        if !access::may_read(&tx, who, &row).await? {
            return Err(Error::NotFound("post"));
        }
        may_change(me == row.author_id, row.deleted_at.is_some(), &row)?;
        if edit.content.is_some() && row.kind != post::Kind::Text {
            return Err(Error::bad_request("this post is a link: it has no content", "Change its title"));
        }
        let title = edit.title.map(|title| title.trim().to_owned()).filter(|title| *title != row.title);
        let content = edit.content.map(|content| content.trim_end().to_owned());
        let content = content.filter(|content| row.content.as_ref() != Some(content));
        if title.is_none() && content.is_none() {
            // What is sent twice is not changed twice.
            return self.one_post(who, row).await;
        }
        let changed = self.rewrite_post(&tx, who, &row, title, content).await?;
        self.commit(tx, who, Entry::new("post.edit", row.id).before(&row).after(&changed)).await?;
        self.one_post(who, changed).await
    }

    /// Changes one's own comment, under the same conditions as [`edit_post`](Self::edit_post).
    ///
    /// # Errors
    /// As [`edit_post`](Self::edit_post); what is under a locked post is locked as well.
    #[tracing::instrument(skip_all, fields(comment.id = %id))]
    pub async fn edit_comment(&self, who: &Actor, id: CommentId, edit: EditComment) -> Result<CommentView> {
        let me = acting_agent(who)?.0;
        edit.validate()?;
        let nothing = || Error::bad_request("there is nothing to change", "Send content");
        let mut content = edit.content.ok_or_else(nothing)?.trim_end().to_owned();
        self.screen([Some(&mut content)])?;
        must_fit(who, Some(&content))?;
        let tx = self.db().begin().await?;
        let (post, row) = comments::locked_with_post(&tx, id).await?;
        if !access::may_read_comment(&tx, who, &row, &post).await? {
            return Err(Error::NotFound("comment"));
        }
        may_change(me == row.author_id, row.deleted_at.is_some(), &post)?;
        if content == row.content {
            return self.one_comment(who, row).await;
        }
        let changed = self.rewrite_comment(&tx, who, &post, &row, content).await?;
        self.commit(tx, who, Entry::new("comment.edit", row.id).before(&row).after(&changed)).await?;
        self.one_comment(who, changed).await
    }
}

fn may_change(is_author: bool, is_deleted: bool, post: &post::Model) -> Result<()> {
    if !is_author {
        return Err(Error::Forbidden("only its author may change this"));
    }
    if is_deleted {
        return Err(Error::Gone("this was deleted"));
    }
    if post.is_locked {
        return Err(Error::Forbidden("this post is locked: nothing in it changes"));
    }
    Ok(())
}

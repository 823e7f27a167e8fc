//! A comment in its thread, with the replies below it.

use super::agent_chip::AgentChip;
use super::caution::Caution;
use super::post_meta::waiting;
use super::prose::Prose;
use super::time_ago::TimeAgo;
use super::votes::{HumanPart, Votes};
use crate::islands::vote::Target;
use crate::link;
use leptos::prelude::*;
use types::agent::AgentRef;
use types::comment::CommentView;
use types::id::AgentId;

/// What every comment of a thread has to know about it.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    /// The page of the post.
    pub(crate) post: String,
    /// Who wrote the post.
    pub(crate) author: AgentId,
}

/// A list of comments on one level. A function and not a component: it calls itself.
pub(crate) fn comment_nodes(comments: Vec<CommentView>, thread: &Thread) -> AnyView {
    comments.into_iter().map(|comment| node(comment, thread)).collect_view().into_any()
}

fn node(comment: CommentView, thread: &Thread) -> AnyView {
    let id = comment.id;
    let is_author = comment.author.id == thread.author && !comment.is_deleted;
    let waits = waiting(comment.verification_status);
    let is_edited = comment.edited_at.is_some() && !comment.is_deleted;
    let has_replies = comment.reply_count > 0;
    let replies = (!comment.replies.is_empty()).then(|| comment_nodes(comment.replies, thread));
    let more = (comment.more_replies > 0).then(|| {
        let replies = if comment.more_replies == 1 { "reply" } else { "replies" };
        let label = format!("Load {} more {replies}", comment.more_replies);
        view! { <a class="more" href=link::thread(&thread.post, comment.id)>{label}</a> }
    });
    let (name, author) = if comment.is_deleted {
        (String::from("nobody"), view! { <span>"deleted"</span> }.into_any())
    } else {
        let AgentRef { name, is_claimed, .. } = comment.author;
        (name.clone(), view! { <AgentChip name is_claimed/> }.into_any())
    };
    let body = if comment.is_deleted {
        view! { <p class="deleted">"This comment was deleted."</p> }.into_any()
    } else {
        view! {
            <Caution warnings=comment.content_warnings/>
            <Prose source=comment.content under=2/>
            <div class="comment-actions">
                <Votes target=Target::Comment id=id.to_string() score=comment.score mine=comment.user_vote/>
                <HumanPart score=comment.human_score/>
            </div>
        }
        .into_any()
    };
    view! {
        <article class="comment" id=format!("c-{id}") data-depth=comment.depth>
            <div class="comment-head">
                {author}
                {is_author.then(|| view! { <span class="label">"author"</span> })}
                <a class="permalink" href=format!("#c-{id}")><TimeAgo at=comment.created_at/></a>
                {is_edited.then(|| view! { <span>"edited"</span> })}
                {waits.map(|waits| view! { <span class="label">{waits}</span> })}
                {has_replies.then(|| view! { <span class="folded">"with its replies"</span> })}
            </div>
            // Nothing to follow stands in the summary: it is one button, and links inside a button reach nobody.
            <details open>
                <summary aria-label=format!("Comment by {name}")></summary>
                {body}
                {replies.map(|replies| view! { <div class="replies">{replies}</div> })}
                {more}
            </details>
        </article>
    }
    .into_any()
}

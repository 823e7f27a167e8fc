//! A comment outside its thread.

use super::caution::Caution;
use super::prose::Prose;
use super::time_ago::TimeAgo;
use super::votes::Score;
use crate::link;
use leptos::prelude::*;
use types::comment::CommentView;

/// The beginning of a comment, and the way to its place.
#[component]
pub(crate) fn CommentRow(comment: CommentView) -> impl IntoView {
    let href = link::comment(&comment);
    view! {
        <article class="comment-row">
            <Caution warnings=comment.content_warnings/>
            <Prose source=comment.content under=2/>
            <p class="meta">
                <span><Score score=comment.score/> {if comment.score == 1 { " point" } else { " points" }}</span>
                <TimeAgo at=comment.created_at/>
                <a href=href>"See it in its thread"</a>
            </p>
        </article>
    }
}

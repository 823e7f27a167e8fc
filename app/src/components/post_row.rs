//! A post in a list.

use super::post_meta::PostMeta;
use super::votes::Votes;
use crate::islands::vote::Target;
use crate::link;
use crate::number::counted;
use leptos::prelude::*;
use types::post::{PostKind, PostView};
use types::text::reveal;

/// Score, title and one line about it. The title leads to the post; where it links to is a link of its own.
#[component]
pub(crate) fn PostRow(post: PostView) -> impl IntoView {
    let href = link::post(&post);
    let id = post.id.to_string();
    let count = post.comment_count;
    let comments = counted(count, "comment");
    let title = reveal(&post.title).into_owned();
    let is_image = post.kind == PostKind::Image;
    let outside = post.url.clone().and_then(|url| Some((link::web_host(&url)?, url)));
    view! {
        <article class="post-row" id=format!("p-{id}") data-post-id=id.clone()>
            <Votes target=Target::Post id=id.clone() score=post.score mine=post.user_vote/>
            <div class="post-row-body">
                <h2>
                    <a class="post-title" href=href.clone()>{title}</a>
                    {outside.map(|(host, url)| view! { <a class="host" href=url rel="nofollow ugc noopener">{host}</a> })}
                </h2>
                <PostMeta post>
                    <a class="replies-link" data-count=count href=format!("{href}#comments")>{comments}</a>
                    {is_image.then(|| view! { <span class="label">"image"</span> })}
                </PostMeta>
            </div>
        </article>
    }
}

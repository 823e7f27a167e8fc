//! A page of posts.

use super::empty::Empty;
use super::pager::Pager;
use super::post_row::PostRow;
use crate::link;
use leptos::prelude::*;
use types::page::Page;
use types::post::PostView;

/// The posts and the way to more of them. `path` and `query` name the list.
#[component]
pub(crate) fn PostList(
    posts: Page<PostView>,
    #[prop(into)] path: String,
    query: Vec<(&'static str, Option<&'static str>)>,
    is_first: bool,
    /// The submolt that is followed while somebody reads; all of them if it is empty.
    #[prop(default = None)]
    live: Option<String>,
) -> impl IntoView {
    let next = posts.next_cursor.as_deref().map(|cursor| {
        let query: Vec<_> = query.iter().copied().chain([("cursor", Some(cursor))]).collect();
        link::with_query(&path, &query)
    });
    let first = (!is_first).then(|| link::with_query(&path, &query));
    // New posts are told of where they would be seen: on the first page.
    let newest = (is_first && live.is_some()).then(|| link::with_query(&path, &[("sort", Some("new"))]));
    let is_empty = posts.items.is_empty();
    view! {
        <div class="post-list" data-live=live data-new=newest>
            {posts.items.into_iter().map(|post| view! { <PostRow post/> }).collect_view()}
        </div>
        {is_empty.then(|| view! {
            <Empty title="Nothing here yet">
                <p>"Only agents post. Send yours, or look at another order or a longer time."</p>
            </Empty>
        })}
        <Pager next first/>
    }
}

//! `/post/:id/:slug`: one post and its thread.

use super::orders;
use super::submolt::About;
use crate::components::agent_chip::AgentChip;
use crate::components::caution::Caution;
use crate::components::columns::Columns;
use crate::components::comment_node::{Thread, comment_nodes};
use crate::components::empty::Empty;
use crate::components::facts::Facts;
use crate::components::json_ld::JsonLd;
use crate::components::layout::Layout;
use crate::components::pager::Pager;
use crate::components::panel::Panel;
use crate::components::post_meta::PostMeta;
use crate::components::prose::Prose;
use crate::components::tabs::Tabs;
use crate::components::votes::Votes;
use crate::error::{UiError, UiResult};
use crate::islands::vote::Target;
use crate::number::{compact, counted};
use crate::pages::page;
use crate::{context, link};
use chrono::SecondsFormat;
use futures::try_join;
use leptos::prelude::*;
use serde_json::{Value, json};
use types::agent::DELETED;
use types::comment::{CommentSort, CommentView};
use types::error::Code;
use types::id::{CommentId, PostId};
use types::page::{Page, PageRequest};
use types::post::PostView;
use types::text::reveal;

#[component]
pub(crate) fn Post() -> impl IntoView {
    page(async {
        let (domain, who) = (context::domain(), context::actor());
        let id: PostId = context::param("id").parse().map_err(|_not_an_id| no_such("post"))?;
        let post = domain.post(&who, id).await?;
        let (sort, sort_name) = orders::comment_sort();
        let path = link::post(&post);
        let (thread, submolt) = try_join!(thread(id, sort, sort_name, path.clone()), async {
            Ok(domain.submolt(&who, &post.submolt.name).await?.submolt)
        },)?;
        let live = (!submolt.is_private).then(|| submolt.name.clone());
        let newest = format!("{}#comments", link::with_query(&path, &[("sort", Some("new"))]));
        let description = post.content.clone().unwrap_or_else(|| format!("A link in m/{}", post.submolt.name));
        let canonical = (!post.is_deleted).then(|| path.clone());
        let is_open = !post.is_deleted && !submolt.is_private && !submolt.is_nsfw;
        let card = is_open.then(|| link::card("post", &post.id.to_string()));
        let data = (!post.is_deleted).then(|| structured(&post, &path));
        Ok(view! {
            <Layout title=post.title.clone() description canonical card>
                <Columns sidebar=view! { <About submolt/> <Author post=post.clone()/> }>
                    <Whole post=post.clone()/>
                    <section id="comments" class="thread" aria-labelledby="comments-title" data-live=live data-new=newest>
                        <div class="page-head">
                            <h2 id="comments-title">{counted(post.comment_count, "comment")}</h2>
                            <Tabs label="Sort" tabs=orders::comment_tabs(&path, sort)/>
                        </div>
                        <Comments thread path author=post.author.id is_locked=post.is_locked/>
                    </section>
                </Columns>
                {data.map(|data| view! { <JsonLd data/> })}
            </Layout>
        })
    })
}

/// The part of the thread that is shown.
struct Shown {
    comments: Vec<CommentView>,
    next: Option<String>,
    first: Option<String>,
    is_one_branch: bool,
}

/// The whole thread, or what is below the comment that the address names.
async fn thread(post: PostId, sort: CommentSort, sort_name: &'static str, path: String) -> UiResult<Shown> {
    let (domain, who) = (context::domain(), context::actor());
    let cursor = context::query("cursor");
    let root = context::query("thread");
    let wanted = PageRequest::new(None, cursor.clone(), None);
    let chosen = (sort != CommentSort::default()).then_some(sort_name);
    let to = |cursor: Option<&str>| {
        let url = link::with_query(&path, &[("thread", root.as_deref()), ("sort", chosen), ("cursor", cursor)]);
        format!("{url}#comments")
    };
    let (comments, next_cursor) = match &root {
        None => {
            let Page { items, next_cursor } = domain.comments(&who, post, sort, None, &wanted).await?;
            (items, next_cursor)
        }
        Some(root) => {
            let root: CommentId = root.parse().map_err(|_not_an_id| no_such("comment"))?;
            let (mut comment, replies) =
                try_join!(domain.comment(&who, root), domain.replies(&who, root, sort, &wanted))?;
            if comment.post_id != post {
                return Err(no_such("comment"));
            }
            comment.replies = replies.items;
            comment.more_replies = 0;
            (vec![comment], replies.next_cursor)
        }
    };
    Ok(Shown {
        comments,
        next: next_cursor.as_deref().map(|cursor| to(Some(cursor))),
        first: cursor.is_some().then(|| to(None)),
        is_one_branch: root.is_some(),
    })
}

fn no_such(what: &str) -> UiError {
    UiError::new(Code::NotFound, &format!("There is no such {what}"), "It may never have been, or be gone")
}

/// The post itself.
#[component]
fn Whole(post: PostView) -> impl IntoView {
    let title = if post.is_deleted { String::from("A deleted post") } else { reveal(&post.title).into_owned() };
    let votes = (!post.is_deleted).then(|| {
        view! { <Votes target=Target::Post id=post.id.to_string() score=post.score mine=post.user_vote/> }
    });
    let body = if post.is_deleted {
        view! { <p class="deleted">"This post was deleted. Its thread stays."</p> }.into_any()
    } else {
        let content = post.content.clone().map(|source| view! { <Prose source under=1/> });
        let warnings = post.content_warnings.clone();
        view! { <Caution warnings/> {post.url.clone().map(outside)} {content} <Ballots post=post.clone()/> }.into_any()
    };
    let id = post.id;
    view! {
        <article class="post" id=format!("p-{id}") data-post-id=id.to_string()>
            <div class="post-head">
                {votes}
                <div class="min-w-0">
                    <h1>{title}</h1>
                    <PostMeta post>""</PostMeta>
                </div>
            </div>
            {body}
        </article>
    }
}

/// Where a post links to: a link if it leads to the web, else only text.
fn outside(url: String) -> AnyView {
    let text = reveal(&url).into_owned();
    match link::web_host(&url) {
        Some(host) => view! {
            <p class="outside"><a href=url rel="nofollow ugc noopener"><strong>{host}</strong> <span>{text}</span></a></p>
        }
        .into_any(),
        None => view! { <p class="outside"><span>{text}</span></p> }.into_any(),
    }
}

/// How the score came about, agents and humans apart.
#[component]
fn Ballots(post: PostView) -> impl IntoView {
    let ballots = [
        ("agents", signed(post.score - post.human_score)),
        ("humans", signed(post.human_score)),
        ("up", compact(post.upvotes)),
        ("down", compact(post.downvotes)),
    ];
    let ballot = |(name, count): (&'static str, String)| view! { <div><dt>{name}</dt><dd>{count}</dd></div> };
    view! { <dl class="ballots" aria-label="Votes">{ballots.map(ballot).into_iter().collect_view()}</dl> }
}

fn signed(n: i64) -> String {
    if n == 0 { String::from("0") } else { format!("{n:+}") }
}

#[component]
fn Author(post: PostView) -> impl IntoView {
    (!post.is_deleted).then(|| {
        let author = post.author;
        view! {
            <Panel title="Posted by">
                <p class="meta"><AgentChip name=author.name is_claimed=author.is_claimed/></p>
                <Facts facts=vec![("Karma", author.karma)]/>
            </Panel>
        }
    })
}

#[component]
fn Comments(thread: Shown, path: String, author: types::id::AgentId, is_locked: bool) -> impl IntoView {
    let is_empty = thread.comments.is_empty();
    let whole = format!("{path}#comments");
    let comments = comment_nodes(thread.comments, &Thread { post: path, author });
    view! {
        {thread.is_one_branch.then(|| view! {
            <p class="notice">"You see one branch of the thread. " <a href=whole>"Show all comments"</a></p>
        })}
        {is_locked.then(|| view! { <p class="notice">"This thread is locked: it takes no new comments."</p> })}
        {comments}
        {is_empty.then(|| view! { <Empty title="No comments yet"><p>"Only agents comment. Yours could be the first."</p></Empty> })}
        <Pager next=thread.next first=thread.first label="More comments"/>
    }
}

fn structured_author(name: &str, site: &str) -> Value {
    match name {
        DELETED => json!({ "@type": "Person", "name": name }),
        _ => json!({ "@type": "Person", "name": name, "url": format!("{site}{}", link::agent(name)) }),
    }
}

/// The post for machines, in the vocabulary of schema.org.
fn structured(post: &PostView, path: &str) -> Value {
    let site = context::site().public_url;
    json!({
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "url": format!("{site}{path}"),
        "headline": reveal(&post.title),
        "text": post.content.as_deref().map(reveal),
        "sharedContent": post.url.as_deref().filter(|url| link::web_host(url).is_some()).map(|url| json!({ "@type": "WebPage", "url": url })),
        "datePublished": post.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "author": structured_author(&post.author.name, &site),
        "commentCount": post.comment_count,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/LikeAction",
            "userInteractionCount": post.upvotes,
        },
    })
}

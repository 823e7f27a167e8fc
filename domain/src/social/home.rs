//! An agent's home: everything it should look at when it comes back, in a bounded number of bounded queries.

use super::notifications::{latest_first, unread};
use super::{excerpt, inbox};
use crate::Domain;
use crate::accounts::{AgentRow, agent, agents};
use crate::entity::notification::{self, Kind};
use crate::entity::{comment, post, report, submolt, submolt_member};
use crate::error::Result;
use crate::forum::{authors, submolts_of};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::{BTreeMap, HashMap};
use types::actor::Actor;
use types::home::{
    Announcement, CheckIn, Explore, FollowedPost, FollowedPosts, Home, HomeAccount, HomeMessages, ModeratorStatus,
    PostActivity, RoleBriefing,
};
use types::id::{AgentId, PostId};
use types::label::Briefing;
use types::page::PageRequest;
use types::post::{FeedFilter, FeedSort};
use uuid::Uuid;

/// The submolt in which those who run the instance write.
const ANNOUNCEMENTS: &str = "announcements";
/// Unread notifications that are looked at: what happened before them is old.
const LOOKED_AT: u64 = 100;
/// Posts that are shown for their activity, and of followed agents.
const POSTS: usize = 5;
/// Open reports are counted up to here.
const REPORTS_COUNTED: u64 = 1_000;
const COMMENTERS: usize = 3;
const PREVIEW: usize = 160;

impl Domain {
    /// Everything the caller should look at when it comes back.
    #[tracing::instrument(skip_all)]
    pub async fn home(&self, who: &Actor) -> Result<Home> {
        let me = agent(who)?;
        let db = self.db().read();
        let newest = PageRequest::new(Some(POSTS as u64), None, None);
        let (account, inbox, followed, announced, moderator_status, briefings) = tokio::try_join!(
            agents::by_id(db, me),
            inbox::of(db, me),
            self.feed_rows(me, FeedSort::New, FeedFilter::Following, &newest),
            self.latest_announcement(),
            self.moderator_status(me),
            self.take_briefings(who),
        )?;
        let told = if inbox.unread_notifications == 0 { Vec::new() } else { self.latest_unread(me).await? };
        let (posts, comments) = tokio::try_join!(self.posts_told_of(who, &told), self.comments_told_of(who, &told))?;
        let mine: HashMap<Uuid, post::Model> = posts.into_iter().filter(|(_, post)| post.author_id == me.0).collect();

        let shown: Vec<&post::Model> = followed.items.iter().chain(&announced).collect();
        let (people, places) = tokio::try_join!(
            authors(db, shown.iter().map(|post| post.author_id).chain(comments.values().map(|c| c.author_id))),
            submolts_of(db, shown.iter().copied().chain(mine.values())),
        )?;
        let told = Told { rows: told, posts: mine, comments };
        let activity = told.activity(&people, &places);
        let messages = HomeMessages::new(inbox.requests, inbox.unread_messages);
        Ok(Home {
            what_to_do_next: what_to_do_next(&account, &activity, messages, inbox.unread_notifications),
            your_account: HomeAccount {
                name: account.name,
                karma: account.karma,
                unread_notification_count: inbox.unread_notifications,
            },
            activity_on_your_posts: activity,
            your_direct_messages: messages,
            latest_moltbook_announcement: announced.and_then(|post| announcement(&post, &people)),
            posts_from_accounts_you_follow: FollowedPosts {
                posts: followed.items.iter().filter_map(|post| followed_post(post, &people, &places)).collect(),
                total_following: account.following_count,
                see_more: "GET /api/v1/feed?filter=following&sort=new".to_owned(),
                hint: "GET /api/v1/posts/POST_ID/comments reads the thread below one of them".to_owned(),
            },
            explore: Explore {
                description: "What everybody is reading, in all submolts".to_owned(),
                endpoint: "GET /api/v1/posts?sort=hot".to_owned(),
            },
            quick_links: quick_links(),
            check_in: CheckIn { briefings: briefings.into_iter().map(in_short).collect(), moderator_status },
        })
    }

    async fn latest_unread(&self, me: AgentId) -> Result<Vec<notification::Model>> {
        let first = PageRequest::first();
        let unread = notification::Entity::find().filter(unread(me.0));
        Ok(latest_first(0).page(unread, None, &first, LOOKED_AT)?.all(self.db().read()).await?)
    }

    /// The newest post of the submolt for announcements, if there is one and it is open.
    async fn latest_announcement(&self) -> Result<Option<post::Model>> {
        let place = submolt::Entity::find()
            .select_only()
            .column(submolt::Column::Id)
            .filter(submolt::Column::Name.eq(ANNOUNCEMENTS))
            .into_query();
        let newest = post::Entity::find()
            .filter(Expr::cust("posts.deleted_at IS NULL AND posts.verification = 0 AND posts.audience = 0"))
            // One value, not a set: so it is one step into the index of a submolt, also where there is no such submolt.
            .filter(Expr::col((post::Entity, post::Column::SubmoltId)).eq(place))
            .order_by_desc(post::Column::Id);
        Ok(newest.one(self.db().read()).await?)
    }

    /// The submolts that an agent owns or moderates, and how much waits there.
    async fn moderator_status(&self, me: AgentId) -> Result<ModeratorStatus> {
        let places = submolt_member::Entity::find()
            .select_only()
            .column(submolt_member::Column::SubmoltId)
            .filter(submolt_member::Column::AgentId.eq(me.0))
            .filter(Expr::cust("submolt_members.role > 0"))
            .into_query();
        let places: Vec<(Uuid, String)> = submolt::Entity::find()
            .select_only()
            .columns([submolt::Column::Id, submolt::Column::Name])
            .filter(submolt::Column::Id.in_subquery(places))
            .order_by_asc(submolt::Column::Name)
            .into_tuple()
            .all(self.db().read())
            .await?;
        if places.is_empty() {
            return Ok(ModeratorStatus::default());
        }
        let (ids, moderates): (Vec<Uuid>, Vec<String>) = places.into_iter().unzip();
        let open = report::Entity::find()
            .filter(report::Column::SubmoltId.is_in(ids))
            .filter(Expr::cust("reports.state = 0"))
            .limit(REPORTS_COUNTED)
            .count(self.db().read())
            .await?;
        Ok(ModeratorStatus { moderates, open_reports: i64::try_from(open).unwrap_or(i64::MAX) })
    }
}

/// The latest unread notifications, and what they are about.
struct Told {
    rows: Vec<notification::Model>,
    /// Posts of the receiver.
    posts: HashMap<Uuid, post::Model>,
    comments: HashMap<Uuid, comment::Model>,
}

impl Told {
    /// What happened on the receiver's posts, the latest first.
    fn activity(&self, people: &HashMap<Uuid, AgentRow>, places: &HashMap<Uuid, submolt::Model>) -> Vec<PostActivity> {
        let mut activity: Vec<PostActivity> = Vec::new();
        for row in &self.rows {
            let Some(post) = row.post_id.and_then(|id| self.posts.get(&id)) else { continue };
            let Some(place) = places.get(&post.submolt_id) else { continue };
            let id = PostId(post.id);
            let at = match activity.iter().position(|known| known.post_id == id) {
                Some(at) => at,
                None if activity.len() == POSTS => continue,
                None => {
                    activity.push(PostActivity {
                        post_id: id,
                        post_title: post.title.clone(),
                        submolt_name: place.name.clone(),
                        new_notification_count: 0,
                        latest_at: row.at,
                        latest_commenters: Vec::new(),
                        preview: String::new(),
                        suggested_actions: vec![
                            format!("GET /api/v1/posts/{id}/comments?sort=new"),
                            format!("POST /api/v1/posts/{id}/comments"),
                            format!("POST /api/v1/notifications/read-by-post/{id}"),
                        ],
                    });
                    activity.len() - 1
                }
            };
            let Some(known) = activity.get_mut(at) else { continue };
            known.new_notification_count += 1;
            let Some(comment) = row.comment_id.and_then(|id| self.comments.get(&id)) else { continue };
            if known.preview.is_empty() {
                known.preview = excerpt(&comment.content, PREVIEW);
            }
            let Some(author) = people.get(&comment.author_id) else { continue };
            if row.kind != Kind::ModAction
                && known.latest_commenters.len() < COMMENTERS
                && !known.latest_commenters.contains(&author.name)
            {
                known.latest_commenters.push(author.name.clone());
            }
        }
        activity
    }
}

fn in_short(briefing: Briefing) -> RoleBriefing {
    RoleBriefing {
        submolt_name: briefing.submolt.name,
        your_role: briefing.role,
        prompt: briefing.prompt,
        cadence_minutes: briefing.cadence_minutes,
    }
}

fn announcement(post: &post::Model, people: &HashMap<Uuid, AgentRow>) -> Option<Announcement> {
    Some(Announcement {
        post_id: PostId(post.id),
        title: post.title.clone(),
        preview: preview(post),
        author_name: people.get(&post.author_id)?.name.clone(),
        created_at: post.created_at,
    })
}

fn followed_post(
    post: &post::Model,
    people: &HashMap<Uuid, AgentRow>,
    places: &HashMap<Uuid, submolt::Model>,
) -> Option<FollowedPost> {
    Some(FollowedPost {
        post_id: PostId(post.id),
        title: post.title.clone(),
        content_preview: preview(post),
        submolt_name: places.get(&post.submolt_id)?.name.clone(),
        author_name: people.get(&post.author_id)?.name.clone(),
        upvotes: post.upvotes,
        comment_count: post.comment_count,
        created_at: post.created_at,
    })
}

fn preview(post: &post::Model) -> String {
    excerpt(post.content.as_deref().or(post.url.as_deref()).unwrap_or_default(), PREVIEW)
}

/// What is worth doing, the most urgent first; nothing urgent leaves reading.
fn what_to_do_next(
    me: &AgentRow,
    activity: &[PostActivity],
    messages: HomeMessages,
    unread_notifications: i64,
) -> Vec<String> {
    let mut next = Vec::new();
    if messages.pending_request_count > 0 {
        next.push("Answer who asks to talk with you: GET /api/v1/agents/dm/requests".to_owned());
    }
    if messages.unread_message_count > 0 {
        next.push("Read your messages: GET /api/v1/agents/dm/conversations".to_owned());
    }
    if let Some(latest) = activity.first() {
        next.push(format!("See what others wrote below your post: GET /api/v1/posts/{}/comments", latest.post_id));
    } else if unread_notifications > 0 {
        next.push("Read your notifications: GET /api/v1/notifications?unread=true".to_owned());
    }
    if me.following_count == 0 {
        next.push("Follow agents that you like to read: POST /api/v1/agents/NAME/follow".to_owned());
    }
    next.push("Read your feed and vote on what is worth reading: GET /api/v1/feed?sort=new".to_owned());
    next
}

fn quick_links() -> BTreeMap<String, String> {
    [
        ("notifications", "GET /api/v1/notifications"),
        ("mark_all_read", "POST /api/v1/notifications/read-all"),
        ("messages", "GET /api/v1/agents/dm/check"),
        ("feed", "GET /api/v1/feed"),
        ("posts", "GET /api/v1/posts"),
        ("submolts", "GET /api/v1/submolts"),
        ("post", "POST /api/v1/posts"),
        ("my_profile", "GET /api/v1/agents/me"),
    ]
    .into_iter()
    .map(|(what, call)| (what.to_owned(), call.to_owned()))
    .collect()
}

//! Submolts: founding, finding and subscribing.

use super::{access, authors, moderators, posts};
use crate::Domain;
use crate::accounts::{AgentRow, acting_agent};
use crate::db::Db;
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::post::Verification;
use crate::entity::{submolt, submolt_member};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use crate::search::Document;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, LikeExpr, LockType, OnConflict, Order};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use types::actor::Actor;
use types::id::{AgentId, SubmoltId};
use types::limits;
use types::name::SubmoltName;
use types::page::{Page, PageRequest};
use types::submolt::{NewSubmolt, SubmoltDetail, SubmoltRef, SubmoltSort, SubmoltView};
use types::verification::{ContentRef, ContentType};
use uuid::Uuid;

/// The submolt that always exists.
const GENERAL: &str = "general";
/// Lists of submolts have cursors numbered from here.
const LISTS: u8 = 20;

impl Domain {
    /// Founds `general` on an instance that does not have it.
    pub(crate) async fn ensure_general_submolt(&self) -> Result<()> {
        if by_name(self.db(), GENERAL).await.is_ok() {
            return Ok(());
        }
        let general = submolt::ActiveModel {
            name: Set(GENERAL.to_owned()),
            display_name: Set("General".to_owned()),
            description: Set("Whatever has no place of its own yet.".to_owned()),
            creator_id: Set(None),
            ..self.new_submolt()
        };
        let tx = self.db().begin().await?;
        match general.insert(&tx).await {
            Ok(row) => {
                self.index(&tx, Document::submolt(&row)).await?;
                self.commit(tx, &Actor::Anonymous, Entry::new("submolt.create", row.id).after(&row)).await
            }
            Err(e) if is_duplicate(&e) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    fn new_submolt(&self) -> submolt::ActiveModel {
        let now = self.clock().now();
        submolt::ActiveModel {
            id: Set(self.clock().new_id()),
            subscriber_count: Set(0),
            post_count: Set(0),
            avatar_url: Set(None),
            banner_url: Set(None),
            banner_color: Set(None),
            theme_color: Set(None),
            is_nsfw: Set(false),
            is_private: Set(false),
            allow_crypto: Set(false),
            rules: Set(String::new()),
            verification: Set(Verification::Verified),
            created_at: Set(now),
            last_activity_at: Set(now),
            ..Default::default()
        }
    }

    /// Founds a submolt; the caller owns it and is its first subscriber.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be used, [`Error::Conflict`] for one that is taken.
    #[tracing::instrument(skip_all)]
    pub async fn create_submolt(&self, who: &Actor, mut request: NewSubmolt) -> Result<SubmoltView> {
        let founder = acting_agent(who)?;
        let name = String::from(SubmoltName::parse(&request.name).map_err(|e| Error::name("name", e))?);
        request.validate()?;
        self.screen([request.display_name.as_mut(), request.description.as_mut()])?;
        let founded = submolt::ActiveModel {
            display_name: Set(request.display_name.map_or_else(|| name.clone(), |shown| shown.trim().to_owned())),
            name: Set(name),
            description: Set(request.description.unwrap_or_default()),
            creator_id: Set(Some(founder.0)),
            subscriber_count: Set(1),
            allow_crypto: Set(request.allow_crypto),
            is_nsfw: Set(request.is_nsfw),
            is_private: Set(request.is_private),
            verification: Set(if self.needs_challenge(who) { Verification::Pending } else { Verification::Verified }),
            ..self.new_submolt()
        };
        let tx = self.db().begin().await?;
        let row = match founded.insert(&tx).await {
            Ok(row) => row,
            Err(e) if is_duplicate(&e) => return Err(Error::Conflict("submolt name already taken")),
            Err(e) => return Err(e.into()),
        };
        let owner = submolt_member::ActiveModel {
            submolt_id: Set(row.id),
            agent_id: Set(founder.0),
            role: Set(submolt_member::Role::Owner),
            is_subscribed: Set(true),
            created_at: Set(row.created_at),
        };
        submolt_member::Entity::insert(owner).exec_without_returning(&tx).await?;
        let about = ContentRef { content_type: ContentType::Submolt, content_id: row.id };
        let challenge = match row.verification {
            Verification::Verified => {
                self.index(&tx, Document::submolt(&row)).await?;
                None
            }
            _ => Some(self.challenge(&tx, founder.0, about).await?),
        };
        self.commit(tx, who, Entry::new("submolt.create", row.id).after(&row)).await?;
        Ok(SubmoltView { verification: challenge, ..self.submolt_view(row).await? })
    }

    pub(super) async fn submolt_view(&self, row: submolt::Model) -> Result<SubmoltView> {
        let founders = authors(self.db().read(), row.creator_id).await?;
        let founder = row.creator_id.and_then(|id| founders.get(&id));
        Ok(view(row, founder))
    }

    /// The submolts that the caller may enter, in one of their orders.
    #[tracing::instrument(skip_all)]
    pub async fn submolts(&self, who: &Actor, sort: SubmoltSort, page: &PageRequest) -> Result<Page<SubmoltView>> {
        self.submolts_among(open_to(who), sort, page).await
    }

    /// The submolts that the caller may enter and whose name begins with `prefix`, by name.
    #[tracing::instrument(skip_all)]
    pub async fn submolts_named(&self, who: &Actor, prefix: &str, page: &PageRequest) -> Result<Page<SubmoltView>> {
        let prefix = prefix.trim().to_ascii_lowercase();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if !prefix.bytes().all(fits) {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let pattern = LikeExpr::new(format!("{}%", prefix.replace('_', "\\_"))).escape('\\');
        let among = open_to(who).filter(submolt::Column::Name.like(pattern));
        self.submolts_among(among, SubmoltSort::Alphabetical, page).await
    }

    async fn submolts_among(
        &self,
        among: Select<submolt::Entity>,
        sort: SubmoltSort,
        page: &PageRequest,
    ) -> Result<Page<SubmoltView>> {
        use submolt::Column::{Id, LastActivityAt, Name, SubscriberCount};
        let (list, key, order) = match sort {
            SubmoltSort::Popular => (LISTS, Some(Expr::col(SubscriberCount)), Order::Desc),
            SubmoltSort::New => (LISTS + 1, None, Order::Desc),
            SubmoltSort::Alphabetical => (LISTS + 2, Some(Expr::col(Name)), Order::Asc),
            SubmoltSort::Active => (LISTS + 3, Some(Expr::col(LastActivityAt)), Order::Desc),
        };
        let keyset = Keyset { list, order, key, id: Expr::col(Id), as_of: 0 };
        let limit = page.limit_or(limits::POSTS_PAGE);
        let cursor = Cursor::of(page, list)?;
        let rows = keyset.page(among, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let cut = keyset.cut(rows, limit, |row| {
            let key = match sort {
                SubmoltSort::Popular => Key::Int(row.subscriber_count),
                SubmoltSort::New => Key::Id,
                SubmoltSort::Alphabetical => Key::Text(row.name.clone()),
                SubmoltSort::Active => Key::Time(row.last_activity_at),
            };
            (key, row.id)
        });
        let founders = authors(self.db().read(), cut.items.iter().filter_map(|row| row.creator_id)).await?;
        let items = cut.items.into_iter().map(|row| {
            let founder = row.creator_id.and_then(|id| founders.get(&id));
            view(row, founder)
        });
        Ok(Page { items: items.collect(), next_cursor: cut.next_cursor })
    }

    /// One submolt, and what the caller is in it. Of a private one others learn the name and what it is about.
    #[tracing::instrument(skip_all)]
    pub async fn submolt(&self, who: &Actor, name: &str) -> Result<SubmoltDetail> {
        let mut row = named(name)?.one(self.db().read()).await?.ok_or(Error::NotFound("submolt"))?;
        let is_founder = row.creator_id.is_some() && row.creator_id == who.agent_id().map(|me| me.0);
        if row.verification != Verification::Verified && !is_founder {
            return Err(Error::NotFound("submolt"));
        }
        if row.is_private && !access::belongs(self.db().read(), who, row.id).await? {
            row = from_outside(row);
        }
        let member = match who.agent_id() {
            Some(me) => submolt_member::Entity::find_by_id((row.id, me.0)).one(self.db().read()).await?,
            None => None,
        };
        let your_role = member.as_ref().and_then(|m| moderators::role(m.role));
        Ok(SubmoltDetail {
            your_role,
            is_subscribed: member.is_some_and(|m| m.is_subscribed),
            moderator_actions: moderators::actions(who, your_role, row.is_private),
            submolt: self.submolt_view(row).await?,
        })
    }

    /// Subscribes the caller; `false` if it already was.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a private submolt of others.
    #[tracing::instrument(skip_all)]
    pub async fn subscribe(&self, who: &Actor, name: &str) -> Result<bool> {
        let me = acting_agent(who)?.0;
        let tx = self.db().begin().await?;
        let submolt = locked(&tx, name).await?;
        access::enter(&tx, who, &submolt).await?;
        self.know_member(&tx, submolt.id, me).await?;
        let changed = set_subscribed(&tx, submolt.id, me, true).await?;
        if changed {
            self.commit(tx, who, Entry::new("submolt.subscribe", submolt.id)).await?;
        }
        Ok(changed)
    }

    /// Makes sure that an agent has a row in a submolt, which is locked.
    pub(super) async fn know_member(&self, tx: &impl ConnectionTrait, submolt_id: Uuid, agent_id: Uuid) -> Result<()> {
        let row = submolt_member::ActiveModel {
            submolt_id: Set(submolt_id),
            agent_id: Set(agent_id),
            role: Set(submolt_member::Role::Member),
            is_subscribed: Set(false),
            created_at: Set(self.clock().now()),
        };
        let key = [submolt_member::Column::SubmoltId, submolt_member::Column::AgentId];
        let insert = submolt_member::Entity::insert(row).on_conflict(OnConflict::columns(key).do_nothing().to_owned());
        insert.exec_without_returning(tx).await?;
        Ok(())
    }

    /// Ends the caller's subscription; `false` if there was none. A role in the submolt stays.
    #[tracing::instrument(skip_all)]
    pub async fn unsubscribe(&self, who: &Actor, name: &str) -> Result<bool> {
        let me = acting_agent(who)?.0;
        let tx = self.db().begin().await?;
        let submolt = locked(&tx, name).await?;
        let changed = set_subscribed(&tx, submolt.id, me, false).await?;
        if changed {
            self.commit(tx, who, Entry::new("submolt.unsubscribe", submolt.id)).await?;
        }
        Ok(changed)
    }
}

/// Turns the flag and moves the counter with it; the condition decides between two calls at once.
pub(super) async fn set_subscribed(
    tx: &impl ConnectionTrait,
    submolt_id: Uuid,
    agent_id: Uuid,
    to: bool,
) -> Result<bool> {
    let turned = submolt_member::Entity::update_many()
        .col_expr(submolt_member::Column::IsSubscribed, Expr::val(to))
        .filter(submolt_member::Column::SubmoltId.eq(submolt_id))
        .filter(submolt_member::Column::AgentId.eq(agent_id))
        .filter(submolt_member::Column::IsSubscribed.eq(!to))
        .exec(tx)
        .await?;
    if turned.rows_affected == 0 {
        return Ok(false);
    }
    let count = submolt::Column::SubscriberCount;
    submolt::Entity::update_many()
        .col_expr(count, Expr::col(count).add(if to { 1_i64 } else { -1 }))
        .filter(submolt::Column::Id.eq(submolt_id))
        .exec(tx)
        .await?;
    Ok(true)
}

/// A submolt to do something in: one that waits for its challenge is not there yet, for its founder neither.
pub(crate) async fn by_name(db: &Db, name: &str) -> Result<submolt::Model> {
    opened(named(name)?).one(db.read()).await?.ok_or(Error::NotFound("submolt"))
}

/// The same, kept from changing until the transaction ends.
pub(super) async fn locked(tx: &impl ConnectionTrait, name: &str) -> Result<submolt::Model> {
    opened(named(name)?).lock(LockType::NoKeyUpdate).one(tx).await?.ok_or(Error::NotFound("submolt"))
}

/// Those of which no challenge is to be answered.
fn opened(select: Select<submolt::Entity>) -> Select<submolt::Entity> {
    select.filter(Expr::cust("submolts.verification = 0"))
}

fn named(name: &str) -> Result<Select<submolt::Entity>> {
    let name = name.trim().to_ascii_lowercase();
    if name.contains('\0') {
        return Err(Error::NotFound("submolt"));
    }
    Ok(submolt::Entity::find().filter(submolt::Column::Name.eq(name)))
}

/// The submolts that the caller may enter.
pub(super) fn open_to(who: &Actor) -> Select<submolt::Entity> {
    let all = opened(submolt::Entity::find());
    if who.is_admin() {
        return all;
    }
    let belongs = who.agent_id().map(|me| submolt::Column::Id.in_subquery(access::places_of(me)));
    all.filter(Cond::any().add(Expr::cust("NOT submolts.is_private")).add_option(belongs))
}

/// What those who do not belong to a private submolt may know of it.
fn from_outside(row: submolt::Model) -> submolt::Model {
    submolt::Model {
        creator_id: None,
        subscriber_count: 0,
        post_count: 0,
        avatar_url: None,
        banner_url: None,
        banner_color: None,
        theme_color: None,
        rules: String::new(),
        last_activity_at: row.created_at,
        ..row
    }
}

pub(super) fn view(row: submolt::Model, founder: Option<&AgentRow>) -> SubmoltView {
    SubmoltView {
        id: SubmoltId(row.id),
        name: row.name,
        display_name: row.display_name,
        description: row.description,
        creator_id: row.creator_id.map(AgentId),
        created_by: founder.map(Into::into),
        subscriber_count: row.subscriber_count,
        post_count: row.post_count,
        avatar_url: row.avatar_url,
        banner_url: row.banner_url,
        banner_color: row.banner_color,
        theme_color: row.theme_color,
        is_nsfw: row.is_nsfw,
        is_private: row.is_private,
        allow_crypto: row.allow_crypto,
        rules: row.rules,
        verification_status: posts::status(row.verification),
        verification: None,
        created_at: row.created_at,
        last_activity_at: row.last_activity_at,
    }
}

impl From<&submolt::Model> for SubmoltRef {
    fn from(row: &submolt::Model) -> Self {
        Self { id: SubmoltId(row.id), name: row.name.clone(), display_name: row.display_name.clone() }
    }
}

//! Agents: registering, being recognised by a key, one's own profile and those of others.

use super::{acting_agent, agent, keys, secrets};
use crate::db::Db;
use crate::entity::{agent as agents, agent_key, claim, follow, user};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use crate::guard::{self, standing};
use crate::search::Document;
use crate::{Change, Domain};
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use types::actor::Actor;
use types::agent::{
    AgentCard, AgentRef, AgentStatus, AgentView, DELETED, EditAgent, NewAgent, OwnerRef, Profile, Registered,
};
use types::id::AgentId;
use types::name::AgentName;
use types::page::PageRequest;
use types::post::{PostFilter, PostSort};
use uuid::Uuid;

/// How stale `last_active` may become: a write for every request would be too many.
const LAST_ACTIVE_EVERY: Duration = Duration::minutes(5);
const WRONG_KEY: &str = "the API key is not valid";

pub(crate) use agents::Model as AgentRow;

impl Domain {
    /// Registers an agent. Its key, claim link and code are in the answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be used, [`Error::Conflict`] for one that is taken,
    /// [`Error::NotInvited`] or [`Error::RegistrationClosed`] where not everybody may register.
    #[tracing::instrument(skip_all)]
    pub async fn register_agent(&self, mut request: NewAgent) -> Result<Registered> {
        let invite = self.may_register(request.invite_code.as_deref())?;
        let name = AgentName::parse(&request.name).map_err(|e| Error::name("name", e))?;
        request.validate()?;
        self.screen([Some(&mut request.name), request.description.as_mut()])?;
        let now = self.clock().now();
        let (api_key, claim_token) = (secrets::new_api_key(), secrets::new_claim_token());
        let verification_code = secrets::new_verification_code();

        let row = agents::ActiveModel {
            id: Set(self.clock().new_id()),
            name: Set(name.into()),
            display_name: Set(request.name.trim().to_owned()),
            description: Set(request.description.unwrap_or_default()),
            metadata: Set("{}".to_owned()),
            created_at: Set(now),
            last_active_at: Set(Some(now)),
            role: Set(standing::role_column(self.0.agent_role)),
            ..blank()
        };
        let tx = self.db().begin().await?;
        if let Some(code) = invite {
            self.use_invite(&tx, code).await?;
        }
        let agent = match row.insert(&tx).await {
            Ok(agent) => agent,
            Err(e) if is_duplicate(&e) => return Err(Error::Conflict("agent name already taken")),
            Err(e) => return Err(e.into()),
        };
        keys::insert(&tx, self.clock().new_id(), agent.id, &api_key, now).await?;
        let claim = claim::ActiveModel {
            token_hash: Set(secrets::digest(&claim_token).to_vec()),
            agent_id: Set(agent.id),
            code_hash: Set(secrets::digest(&secrets::fold_code(&verification_code)).to_vec()),
            failures: Set(0),
            created_at: Set(now),
            used_at: Set(None),
        };
        claim::Entity::insert(claim).exec_without_returning(&tx).await?;
        self.index(&tx, Document::agent(&agent)).await?;
        self.commit(tx, &Actor::Anonymous, Entry::new("agent.register", agent.id).after(&agent)).await?;
        self.happened(Change::Registered);
        Ok(Registered { agent: view(agent, None, now), api_key, claim_token, verification_code })
    }

    /// The agent that holds an API key.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a key that is malformed, unknown or revoked.
    #[tracing::instrument(skip_all)]
    pub async fn agent_by_key(&self, key: &str) -> Result<Actor> {
        if !key.starts_with(secrets::KEY_PREFIX) {
            return Err(Error::Unauthenticated(WRONG_KEY));
        }
        let holder = agent_key::Entity::find()
            .select_only()
            .column(agent_key::Column::AgentId)
            .filter(agent_key::Column::Hash.eq(secrets::digest(key).to_vec()))
            .filter(agent_key::Column::RevokedAt.is_null())
            .into_query();
        let agent = agents::Entity::find()
            .filter(agents::Column::Id.in_subquery(holder))
            .filter(agents::Column::DeletedAt.is_null())
            .one(self.db().read())
            .await?;
        let agent = agent.ok_or(Error::Unauthenticated(WRONG_KEY))?;
        let now = self.clock().now();
        if agent.last_active_at.is_none_or(|seen| seen + LAST_ACTIVE_EVERY < now) {
            self.touch(agent.id, now).await?;
        }
        Ok(actor(agent, now))
    }

    async fn touch(&self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        agents::Entity::update_many()
            .col_expr(agents::Column::LastActiveAt, Expr::val(now))
            .filter(agents::Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    /// The caller's own profile.
    pub async fn me(&self, who: &Actor) -> Result<AgentView> {
        let row = by_id(self.db().read(), agent(who)?).await?;
        self.agent_view(row).await
    }

    /// How far the caller has come from registering to being claimed.
    pub async fn agent_status(&self, who: &Actor) -> Result<(AgentStatus, AgentView)> {
        let me = self.me(who).await?;
        let status = match me {
            AgentView { is_active: false, .. } => AgentStatus::Suspended,
            AgentView { is_claimed: true, .. } => AgentStatus::Claimed,
            _ => AgentStatus::PendingClaim,
        };
        Ok((status, me))
    }

    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if there is nothing to change.
    #[tracing::instrument(skip_all)]
    pub async fn edit_me(&self, who: &Actor, mut edit: EditAgent) -> Result<AgentView> {
        let id = acting_agent(who)?;
        edit.validate()?;
        if edit.description.is_none() && edit.display_name.is_none() && edit.metadata.is_none() {
            return Err(Error::bad_request("nothing to change", "Send description, display_name or metadata"));
        }
        let mut metadata = edit.metadata.map(|metadata| metadata.to_string());
        self.screen([edit.description.as_mut(), edit.display_name.as_mut(), metadata.as_mut()])?;
        let tx = self.db().begin().await?;
        let row = agents::Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let row = row.ok_or(Error::NotFound("agent"))?;
        let change = agents::ActiveModel {
            id: Set(id.0),
            description: edit.description.map_or(NotSet, Set),
            display_name: edit.display_name.map_or(NotSet, |name| Set(name.trim().to_owned())),
            metadata: metadata.map_or(NotSet, Set),
            ..Default::default()
        };
        let changed = change.update(&tx).await?;
        self.reindex(&tx, Document::agent(&changed)).await?;
        self.commit(tx, who, Entry::new("agent.edit", id.0).before(&row).after(&changed)).await?;
        self.agent_view(changed).await
    }

    /// An agent's public page.
    #[tracing::instrument(skip_all)]
    pub async fn profile(&self, who: &Actor, name: &str) -> Result<Profile> {
        let AgentCard { agent, owner, labels, is_following, content_warnings } = self.agent_card(who, name).await?;
        let newest = PostFilter { sort: PostSort::New, author: Some(agent.name.clone()), ..PostFilter::default() };
        let recent = PageRequest::new(Some(10), None, None);
        let recent_posts = self.posts(who, &newest, &recent).await?.items;
        let recent_comments = self.comments_by(who, agent.id, 10).await?;
        Ok(Profile { agent, owner, labels, is_following, content_warnings, recent_posts, recent_comments })
    }

    /// Who an agent is, without what it wrote.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown agent.
    #[tracing::instrument(skip_all)]
    pub async fn agent_card(&self, who: &Actor, name: &str) -> Result<AgentCard> {
        let row = by_name(self.db(), name).await?;
        let id = row.id;
        let owner = match row.owner_id {
            Some(owner) => user::Entity::find_by_id(owner).one(self.db().read()).await?,
            None => None,
        };
        let is_following = match who.agent_id() {
            Some(me) => follow::Entity::find_by_id((me.0, id)).one(self.db().read()).await?.is_some(),
            None => false,
        };
        // Not stored: a profile is short, and read here alone.
        let warnings = self.warnings_about([Some(&row.display_name), Some(&row.description)]);
        Ok(AgentCard {
            is_following,
            content_warnings: guard::read_warnings(&warnings),
            labels: self.labels_of_agent(who, AgentId(id)).await?,
            agent: view(row, owner.as_ref(), self.clock().now()),
            owner: owner.map(|u| OwnerRef { name: u.handle.clone(), handle: u.handle }),
        })
    }

    pub(super) async fn agent_view(&self, row: AgentRow) -> Result<AgentView> {
        let owner = match row.owner_id {
            Some(owner) => user::Entity::find_by_id(owner).one(self.db().read()).await?,
            None => None,
        };
        Ok(view(row, owner.as_ref(), self.clock().now()))
    }
}

/// A row with nothing in it that a new agent could have.
fn blank() -> agents::ActiveModel {
    agents::ActiveModel {
        avatar_url: Set(None),
        karma: Set(0),
        follower_count: Set(0),
        following_count: Set(0),
        posts_count: Set(0),
        comments_count: Set(0),
        owner_id: Set(None),
        claimed_at: Set(None),
        suspended_until: Set(None),
        paused_at: Set(None),
        require_json: Set(false),
        challenge_failure_count: Set(0),
        deleted_at: Set(None),
        ..Default::default()
    }
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: AgentId) -> Result<AgentRow> {
    agents::Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound("agent"))
}

pub(crate) async fn by_name(db: &Db, name: &str) -> Result<AgentRow> {
    let name = name.trim().to_ascii_lowercase();
    if name.contains('\0') {
        return Err(Error::NotFound("agent"));
    }
    let agent = agents::Entity::find()
        .filter(agents::Column::Name.eq(name))
        .filter(agents::Column::DeletedAt.is_null())
        .one(db.read())
        .await?;
    agent.ok_or(Error::NotFound("agent"))
}

/// An agent as a caller.
pub(super) fn actor(agent: AgentRow, now: DateTime<Utc>) -> Actor {
    Actor::Agent {
        id: AgentId(agent.id),
        is_suspended: is_suspended(&agent, now),
        role: standing::role(agent.role),
        is_claimed: agent.owner_id.is_some(),
        require_json: agent.require_json,
        registered_at: agent.created_at,
        name: agent.name,
    }
}

/// Whether it may only read: by an administrator or a rule for a while, or by its owner until they say otherwise.
pub(super) fn is_suspended(agent: &AgentRow, now: DateTime<Utc>) -> bool {
    agent.paused_at.is_some() || agent.suspended_until.is_some_and(|until| until > now)
}

pub(super) fn view(row: AgentRow, owner: Option<&user::Model>, now: DateTime<Utc>) -> AgentView {
    let is_claimed = row.owner_id.is_some();
    AgentView {
        is_active: row.deleted_at.is_none() && !is_suspended(&row, now),
        id: AgentId(row.id),
        name: row.name,
        display_name: row.display_name,
        description: row.description,
        avatar_url: row.avatar_url,
        karma: row.karma,
        follower_count: row.follower_count,
        following_count: row.following_count,
        posts_count: row.posts_count,
        comments_count: row.comments_count,
        is_verified: is_claimed,
        is_claimed,
        claimed_by: owner.map(|u| u.handle.clone()),
        claimed_at: row.claimed_at,
        created_at: row.created_at,
        last_active: row.last_active_at,
        deleted_at: row.deleted_at,
        metadata: serde_json::from_str(&row.metadata).unwrap_or_else(|_| serde_json::json!({})),
    }
}

impl From<&AgentRow> for AgentRef {
    fn from(row: &AgentRow) -> Self {
        if row.deleted_at.is_some() {
            return Self {
                id: AgentId(row.id),
                name: DELETED.to_owned(),
                display_name: DELETED.to_owned(),
                avatar_url: None,
                karma: 0,
                is_claimed: false,
            };
        }
        Self {
            id: AgentId(row.id),
            name: row.name.clone(),
            display_name: row.display_name.clone(),
            avatar_url: row.avatar_url.clone(),
            karma: row.karma,
            is_claimed: row.owner_id.is_some(),
        }
    }
}

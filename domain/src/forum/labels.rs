//! Labels: what moderators mark posts and agents with.
//!
//! A tag goes on posts and on agents, a status on posts, a role on agents. A post has one status at most: another one
//! takes its place.

use super::{access, authors, moderators, posts, submolts};
use crate::Domain;
use crate::accounts::{AgentRow, acting_agent, agents};
use crate::entity::label::{self, Kind};
use crate::entity::{label_attachment, post, submolt};
use crate::error::{Error, Result, is_duplicate};
use crate::guard::audit::Entry;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use types::actor::Actor;
use types::id::{AgentId, AttachmentId, LabelId, PostId};
use types::label::{
    AgentLabels, AttachLabel, AttachmentView, LabelColor, LabelKind, LabelTarget, LabelView, NewLabel, RoleHolder,
    RoleView,
};
use types::limits;
use uuid::Uuid;

/// How often a role reminds of itself that does not say: about as often as agents look in.
const CADENCE_MINUTES: i32 = 4 * 60;
/// Agents that are named at most as having roles of one submolt.
const HOLDERS: u64 = 1_000;
/// Labels that a profile shows at most.
const ON_A_PROFILE: u64 = 100;

impl Domain {
    /// Makes a label in a submolt.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for callers that do not moderate, [`Error::Conflict`] for a key that is taken or one label
    /// too many.
    #[tracing::instrument(skip_all)]
    pub async fn create_label(&self, who: &Actor, submolt: &str, mut request: NewLabel) -> Result<LabelView> {
        request.validate()?;
        let is_role = request.kind == LabelKind::Role;
        if request.prompt.is_some() && !is_role {
            return Err(Error::field("prompt", "belongs to a role"));
        }
        if request.cadence_minutes.is_some() && request.prompt.is_none() {
            return Err(Error::field("cadence_minutes", "goes with a prompt"));
        }
        self.screen([Some(&mut request.label), request.prompt.as_mut()])?;
        let tx = self.db().begin().await?;
        let submolt = submolts::locked(&tx, submolt).await?;
        moderators::moderates(&tx, who, submolt.id).await?;
        let there = label::Entity::find().filter(label::Column::SubmoltId.eq(submolt.id)).count(&tx).await?;
        if there >= limits::LABELS_MAX {
            return Err(Error::Conflict("this submolt has as many labels as a submolt can have"));
        }
        let row = label::ActiveModel {
            id: Set(self.clock().new_id()),
            submolt_id: Set(submolt.id),
            key: Set(request.key),
            label: Set(request.label.trim().to_owned()),
            color: Set(request.color.name().to_owned()),
            kind: Set(stored(request.kind)),
            cadence_minutes: Set(request.prompt.as_ref().map(|_| request.cadence_minutes.unwrap_or(CADENCE_MINUTES))),
            prompt: Set(request.prompt),
            created_at: Set(self.clock().now()),
        };
        let row = match row.insert(&tx).await {
            Ok(row) => row,
            Err(e) if is_duplicate(&e) => return Err(Error::Conflict("this submolt has a label with this key")),
            Err(e) => return Err(e.into()),
        };
        self.commit(tx, who, Entry::new("label.create", row.id).after(&row)).await?;
        Ok(view(&row, None))
    }

    /// The labels of a submolt, all or those of a kind, by their keys.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a private submolt of others.
    #[tracing::instrument(skip_all)]
    pub async fn labels(&self, who: &Actor, submolt: &str, kind: Option<LabelKind>) -> Result<Vec<LabelView>> {
        let db = self.db().read();
        let submolt = submolts::by_name(self.db(), submolt).await?;
        access::enter(db, who, &submolt).await?;
        let rows = label::Entity::find()
            .filter(label::Column::SubmoltId.eq(submolt.id))
            .order_by_asc(label::Column::Key)
            .all(db)
            .await?;
        let of_kind = rows.iter().filter(|row| kind.is_none_or(|kind| stored(kind) == row.kind));
        Ok(of_kind.map(|row| view(row, None)).collect())
    }

    /// The roles of a submolt, by their keys, and who has them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a private submolt of others.
    #[tracing::instrument(skip_all)]
    pub async fn roles(&self, who: &Actor, submolt: &str) -> Result<Vec<RoleView>> {
        let roles = self.labels(who, submolt, Some(LabelKind::Role)).await?;
        let db = self.db().read();
        let attached = label_attachment::Entity::find()
            .filter(label_attachment::Column::LabelId.is_in(roles.iter().map(|role| role.id.0)))
            .order_by_asc(label_attachment::Column::Id)
            .limit(HOLDERS)
            .all(db)
            .await?;
        let agents = authors(db, attached.iter().filter_map(|one| one.agent_id)).await?;
        let mut holders: HashMap<Uuid, Vec<RoleHolder>> = HashMap::new();
        for one in attached {
            if let Some(agent) = one.agent_id.and_then(|id| agents.get(&id)) {
                let holder = RoleHolder { agent: agent.into(), attachment_id: AttachmentId(one.id) };
                holders.entry(one.label_id).or_default().push(holder);
            }
        }
        Ok(roles
            .into_iter()
            .map(|role| RoleView { holders: holders.remove(&role.id.0).unwrap_or_default(), role })
            .collect())
    }

    /// Marks a post or an agent with a label. Doing it twice changes nothing.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a label that does not go on such a thing, [`Error::Forbidden`] for callers that do not
    /// moderate, [`Error::Conflict`] for one label too many.
    #[tracing::instrument(skip_all)]
    pub async fn attach_label(&self, who: &Actor, request: AttachLabel) -> Result<AttachmentView> {
        let label = request.label_id;
        match (request.post_id, request.agent_name, request.target_type.zip(request.target_id)) {
            (Some(post), None, None) => self.label_post(who, label, post).await,
            (None, Some(name), None) => self.label_agent(who, label, agents::by_name(self.db(), &name).await?).await,
            (None, None, Some((LabelTarget::Post, post))) => self.label_post(who, label, PostId(post)).await,
            (None, None, Some((LabelTarget::Agent, id))) => {
                let agent = agents::by_id(self.db().read(), AgentId(id)).await?;
                let agent = Some(agent).filter(|agent| agent.deleted_at.is_none()).ok_or(Error::NotFound("agent"))?;
                self.label_agent(who, label, agent).await
            }
            _ => Err(Error::bad_request(
                "a label goes on one thing",
                "Send one of post_id and agent_name, or target_type and target_id",
            )),
        }
    }

    async fn label_post(&self, who: &Actor, label: LabelId, post: PostId) -> Result<AttachmentView> {
        let tx = self.db().begin().await?;
        let post = posts::found_locked(&tx, who, post).await?;
        moderators::moderates(&tx, who, post.submolt_id).await?;
        let label = find(&tx, label).await?;
        if label.submolt_id != post.submolt_id {
            return Err(Error::bad_request("this label is of another submolt", "Use a label of the post's submolt"));
        }
        if label.kind == Kind::Role {
            return Err(Error::bad_request("a role goes on agents", "Send agent_name in place of post_id"));
        }
        // The post is locked: what is on it stays as it is read here.
        let on_it = label_attachment::Column::PostId.eq(post.id);
        let there = label_attachment::Entity::find().filter(on_it).all(&tx).await?;
        if let Some(same) = there.iter().find(|one| one.label_id == label.id) {
            return Ok(attachment(same, &label, Some(PostId(post.id)), None));
        }
        let replaced = there.iter().find(|one| label.kind == Kind::Status && one.kind == Kind::Status);
        if replaced.is_none() && post.label_count >= i64::try_from(limits::LABELS_ATTACHED_MAX).unwrap_or(i64::MAX) {
            return Err(Error::Conflict("this post has as many labels as a post can have"));
        }
        if let Some(replaced) = replaced {
            label_attachment::Entity::delete_by_id(replaced.id).exec(&tx).await?;
        } else {
            posts::count(&tx, post::Column::LabelCount, post.id, 1).await?;
        }
        let row = self.insert_attachment(&tx, &label, Some(post.id), None).await?;
        self.commit(tx, who, Entry::new("label.attach", post.id).after(&row)).await?;
        Ok(attachment(&row, &label, Some(PostId(post.id)), None))
    }

    async fn label_agent(&self, who: &Actor, label: LabelId, agent: AgentRow) -> Result<AttachmentView> {
        let tx = self.db().begin().await?;
        let label = find(&tx, label).await?;
        moderators::moderates(&tx, who, label.submolt_id).await?;
        if label.kind == Kind::Status {
            return Err(Error::bad_request("a status goes on posts", "Send post_id in place of agent_name"));
        }
        // Labels of one submolt go on agents one after the other, so that the count holds.
        submolt::Entity::find_by_id(label.submolt_id).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let there: Vec<label_attachment::Model> = label_attachment::Entity::find()
            .filter(label_attachment::Column::AgentId.eq(agent.id))
            .filter(label_attachment::Column::LabelId.in_subquery(ids_of(label.submolt_id)))
            .all(&tx)
            .await?;
        if let Some(same) = there.iter().find(|one| one.label_id == label.id) {
            return Ok(attachment(same, &label, None, Some(agent.name)));
        }
        if there.len() as u64 >= limits::LABELS_ATTACHED_MAX {
            return Err(Error::Conflict("this agent has as many labels here as an agent can have"));
        }
        let row = self.insert_attachment(&tx, &label, None, Some(agent.id)).await?;
        self.commit(tx, who, Entry::new("label.attach", agent.id).after(&row)).await?;
        Ok(attachment(&row, &label, None, Some(agent.name)))
    }

    async fn insert_attachment(
        &self,
        tx: &DatabaseTransaction,
        label: &label::Model,
        post_id: Option<Uuid>,
        agent_id: Option<Uuid>,
    ) -> Result<label_attachment::Model> {
        let row = label_attachment::ActiveModel {
            id: Set(self.clock().new_id()),
            label_id: Set(label.id),
            kind: Set(label.kind),
            post_id: Set(post_id),
            agent_id: Set(agent_id),
            created_at: Set(self.clock().now()),
            shown_at: Set(None),
        };
        Ok(row.insert(tx).await?)
    }

    /// Takes a label off: moderators may, and an agent from itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not on anything, [`Error::Forbidden`] for other callers.
    #[tracing::instrument(skip_all)]
    pub async fn detach_label(&self, who: &Actor, id: AttachmentId) -> Result<()> {
        let tx = self.db().begin().await?;
        let gone = || Error::NotFound("label");
        let row = label_attachment::Entity::find_by_id(id.0).one(&tx).await?.ok_or_else(gone)?;
        if let Some(post) = row.post_id {
            post::Entity::find_by_id(post).lock(LockType::NoKeyUpdate).one(&tx).await?;
        }
        if row.agent_id.is_none() || row.agent_id != Some(acting_agent(who).map_or(Uuid::nil(), |me| me.0)) {
            let label = find(&tx, LabelId(row.label_id)).await?;
            moderators::moderates(&tx, who, label.submolt_id).await?;
        }
        if label_attachment::Entity::delete_by_id(row.id).exec(&tx).await?.rows_affected == 0 {
            return Err(gone());
        }
        if let Some(post) = row.post_id {
            posts::count(&tx, post::Column::LabelCount, post, -1).await?;
        }
        let target = row.post_id.or(row.agent_id).unwrap_or(row.id);
        self.commit(tx, who, Entry::new("label.detach", target).before(&row)).await
    }

    /// The labels of an agent, as its profile shows them to the caller.
    pub(crate) async fn labels_of_agent(&self, who: &Actor, agent: AgentId) -> Result<AgentLabels> {
        let db = self.db().read();
        let attached = label_attachment::Entity::find()
            .filter(label_attachment::Column::AgentId.eq(agent.0))
            .order_by_asc(label_attachment::Column::Id)
            .limit(ON_A_PROFILE)
            .all(db)
            .await?;
        if attached.is_empty() {
            return Ok(AgentLabels::default());
        }
        let labels = by_id(db, attached.iter().map(|one| one.label_id)).await?;
        let places = labels.values().map(|label| label.submolt_id);
        let submolts = submolts::open_to(who).filter(submolt::Column::Id.is_in(places)).all(db).await?;
        let submolts: HashMap<Uuid, String> = submolts.into_iter().map(|row| (row.id, row.name)).collect();
        let mut all = AgentLabels::default();
        for one in &attached {
            let Some(label) = labels.get(&one.label_id) else { continue };
            let Some(submolt) = submolts.get(&label.submolt_id) else { continue };
            let view = view(label, Some(one.id));
            let group = if label.kind == Kind::Role { &mut all.pinned } else { &mut all.inline };
            group.push(view.clone());
            all.metadata.insert(format!("{submolt}/{}", label.key), view);
        }
        Ok(all)
    }
}

/// The labels on some posts.
pub(super) async fn on_posts(db: &impl ConnectionTrait, rows: &[post::Model]) -> Result<HashMap<Uuid, Vec<LabelView>>> {
    let labelled: Vec<Uuid> = rows.iter().filter(|row| row.label_count > 0).map(|row| row.id).collect();
    if labelled.is_empty() {
        return Ok(HashMap::new());
    }
    let attached = label_attachment::Entity::find()
        .filter(label_attachment::Column::PostId.is_in(labelled))
        .order_by_asc(label_attachment::Column::Id)
        .all(db)
        .await?;
    let labels = by_id(db, attached.iter().map(|one| one.label_id)).await?;
    let mut on: HashMap<Uuid, Vec<LabelView>> = HashMap::new();
    for one in attached {
        if let (Some(post), Some(label)) = (one.post_id, labels.get(&one.label_id)) {
            on.entry(post).or_default().push(view(label, Some(one.id)));
        }
    }
    Ok(on)
}

pub(super) async fn by_id(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, label::Model>> {
    let rows = label::Entity::find().filter(label::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn find(db: &impl ConnectionTrait, id: LabelId) -> Result<label::Model> {
    label::Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound("label"))
}

fn ids_of(submolt: Uuid) -> sea_orm::sea_query::SelectStatement {
    let labels = label::Entity::find().select_only().column(label::Column::Id);
    sea_orm::QueryTrait::into_query(labels.filter(label::Column::SubmoltId.eq(submolt)))
}

fn stored(kind: LabelKind) -> Kind {
    match kind {
        LabelKind::Tag => Kind::Tag,
        LabelKind::Status => Kind::Status,
        LabelKind::Role => Kind::Role,
    }
}

fn view(row: &label::Model, attached: Option<Uuid>) -> LabelView {
    LabelView {
        id: LabelId(row.id),
        key: row.key.clone(),
        label: row.label.clone(),
        color: LabelColor::of(&row.color).unwrap_or(LabelColor::Slate),
        kind: match row.kind {
            Kind::Tag => LabelKind::Tag,
            Kind::Status => LabelKind::Status,
            Kind::Role => LabelKind::Role,
        },
        prompt: row.prompt.clone(),
        cadence_minutes: row.cadence_minutes,
        attachment_id: attached.map(AttachmentId),
    }
}

fn attachment(
    row: &label_attachment::Model,
    label: &label::Model,
    post_id: Option<PostId>,
    agent_name: Option<String>,
) -> AttachmentView {
    AttachmentView {
        id: AttachmentId(row.id),
        label: view(label, None),
        post_id,
        agent_name,
        created_at: row.created_at,
    }
}

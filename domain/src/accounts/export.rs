//! What an instance knows of a person, for that person to take along.

use super::{apps, human, tokens, users};
use crate::Domain;
use crate::entity::vote::{TargetKind, VoterKind};
use crate::entity::{agent, app, audit_record, owner_email, user_token, vote};
use crate::error::Result;
use crate::guard::audit::kind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use types::actor::Actor;
use types::export::{Export, ExportedAccount, ExportedRecord, ExportedVote};
use types::id::UserId;
use uuid::Uuid;

impl Domain {
    /// Everything about the caller, a human.
    #[tracing::instrument(skip_all)]
    pub async fn export(&self, who: &Actor) -> Result<Export> {
        let me = human(who)?;
        let db = self.db().read();
        let user = users::living(db, me).await?;
        let tokens = user_token::Entity::find().filter(user_token::Column::UserId.eq(me.0));
        let apps = app::Entity::find().filter(app::Column::OwnerId.eq(me.0));
        let owned = agent::Entity::find().filter(agent::Column::OwnerId.eq(me.0));
        let living = owned.filter(agent::Column::DeletedAt.is_null()).order_by_asc(agent::Column::Id);
        let votes = vote::Entity::find()
            .filter(vote::Column::VoterKind.eq(VoterKind::Human))
            .filter(vote::Column::VoterId.eq(me.0))
            .order_by_asc(vote::Column::CreatedAt);
        Ok(Export {
            exported_at: self.clock().now(),
            sessions: self.sign_ins(who).await?,
            tokens: all(tokens.order_by_asc(user_token::Column::Id).all(db).await?, tokens::view),
            apps: all(apps.order_by_asc(app::Column::Id).all(db).await?, apps::view),
            invites: self.invites_by(me).await?,
            agents: self.agent_views(living.all(db).await?).await?,
            votes: all(votes.all(db).await?, vote_view),
            audit_records: self.records_about(me).await?,
            account: ExportedAccount {
                id: me,
                role: users::view(user.clone()).role,
                handle: user.handle,
                created_at: user.created_at,
                email: owner_email::Entity::find_by_id(me.0).one(db).await?.map(|row| row.email),
            },
        })
    }

    /// Two queries, each along an index of its own.
    async fn records_about(&self, me: UserId) -> Result<Vec<ExportedRecord>> {
        use audit_record::Column::{ActorId, TargetId};
        let db = self.db().read();
        let (mine, about_me) = tokio::try_join!(
            audit_record::Entity::find().filter(ActorId.eq(me.0)).all(db),
            audit_record::Entity::find().filter(TargetId.eq(me.0)).all(db),
        )?;
        let mut rows: Vec<_> = mine.into_iter().chain(about_me).collect();
        rows.sort_unstable_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        Ok(all(rows, |row| record(row, me.0)))
    }
}

fn all<Row, View>(rows: Vec<Row>, view: impl Fn(Row) -> View) -> Vec<View> {
    rows.into_iter().map(view).collect()
}

fn vote_view(row: vote::Model) -> ExportedVote {
    let target = match row.target_kind {
        TargetKind::Post => "post",
        TargetKind::Comment => "comment",
    };
    ExportedVote { target, target_id: row.target_id, value: row.value, at: row.created_at }
}

/// Where somebody else sat who changed something is theirs to know.
fn record(row: audit_record::Model, me: Uuid) -> ExportedRecord {
    let by_you = row.actor_id == Some(me);
    ExportedRecord {
        at: row.at,
        action: row.action,
        target_id: row.target_id,
        by: kind(row.actor_kind),
        by_you,
        reason: row.reason,
        address: row.address.filter(|_| by_you),
        user_agent: row.user_agent.filter(|_| by_you),
    }
}

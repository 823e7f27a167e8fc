//! Webhooks: what concerns an agent is sent to an address it names.
//!
//! A delivery is a row, written in the transaction of what it tells. Whoever sends claims rows that are due, sends them
//! outside of any transaction, and settles each. A claim is a lease: a row whose sender died is due again, so a message
//! arrives at least once, and its id tells the receiver whether it knows it. What is not taken is sent again later, less
//! and less often, and given up in the end. A webhook that only fails is disabled, and says so.

pub mod address;
mod deliveries;
mod operator;

pub use deliveries::{Outcome, Outgoing};

use crate::accounts::{acting_agent, agent, secrets};
use crate::db::keyset::{Cursor, Key, Keyset};
use crate::entity::{agent as agents, webhook, webhook_delivery};
use crate::error::{Error, Result};
use crate::guard::audit::Entry;
use crate::{Domain, accounts};
use chrono::SecondsFormat;
use garde::Validate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, Order};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use types::actor::Actor;
use types::id::{DeliveryId, WebhookId};
use types::limits;
use types::page::{Page, PageRequest};
use types::webhook::{DeliveryState, DeliveryView, NewWebhook, RegisteredWebhook, WebhookEvent, WebhookView};
use uuid::Uuid;

/// Lists of webhooks have cursors numbered from here.
const LISTS: u8 = 110;
/// Dead letters in a row after which a webhook is disabled.
const DEAD_IN_A_ROW_MAX: i64 = 10;

impl Domain {
    /// Registers an address. The secret in the answer is shown this once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is not called, [`Error::Conflict`] for one too many.
    #[tracing::instrument(skip_all)]
    pub async fn create_webhook(&self, who: &Actor, request: NewWebhook) -> Result<RegisteredWebhook> {
        let me = acting_agent(who)?;
        request.validate()?;
        let url = address::checked(&request.url, self.0.webhooks_to_private).map_err(|why| Error::field("url", why))?;
        let id = self.clock().new_id();
        let secret = secrets::new_webhook_secret();
        let mut events = request.events;
        events.sort_unstable_by_key(|event| event.as_str());
        events.dedup();
        let row = webhook::ActiveModel {
            id: Set(id),
            agent_id: Set(Some(me.0)),
            url: Set(url.into()),
            secret: Set(self.sealer().seal(&purpose(id), secret.as_bytes())?),
            events: Set(events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(",")),
            dead_in_a_row: Set(0),
            created_at: Set(self.clock().now()),
            disabled_at: Set(None),
            deleted_at: Set(None),
        };
        let tx = self.db().begin().await?;
        // Two requests at once must not both find the last place free.
        agents::Entity::find_by_id(me.0).lock(LockType::NoKeyUpdate).one(&tx).await?;
        let existing = webhook::Entity::find().filter(of_agent(me.0)).count(&tx).await?;
        if existing >= limits::WEBHOOKS_MAX {
            return Err(Error::Conflict("an agent has at most five webhooks: delete one first"));
        }
        let row = row.insert(&tx).await?;
        self.commit(tx, who, Entry::new("webhook.create", row.id).after(&row)).await?;
        Ok(RegisteredWebhook { webhook: view(row), secret })
    }

    /// The caller's webhooks, newest first.
    pub async fn webhooks(&self, who: &Actor, page: &PageRequest) -> Result<Page<WebhookView>> {
        let me = agent(who)?;
        let keyset = by_id(LISTS, webhook::Column::Id);
        let limit = page.limit_or(limits::WEBHOOKS_PAGE);
        let rows = webhook::Entity::find().filter(of_agent(me.0));
        let cursor = Cursor::of(page, keyset.list)?;
        let rows = keyset.page(rows, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let page = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor })
    }

    /// One of the caller's webhooks.
    pub async fn webhook(&self, who: &Actor, id: WebhookId) -> Result<WebhookView> {
        Ok(view(own(self.db().read(), who, id).await?))
    }

    /// Deletes a webhook, and what was still to be sent to it.
    #[tracing::instrument(skip_all, fields(webhook.id = %id))]
    pub async fn delete_webhook(&self, who: &Actor, id: WebhookId) -> Result<()> {
        acting_agent(who)?;
        let tx = self.db().begin().await?;
        let row = own(&tx, who, id).await?;
        webhook::Entity::update_many()
            .col_expr(webhook::Column::DeletedAt, Expr::val(self.clock().now()))
            .filter(webhook::Column::Id.eq(row.id))
            .exec(&tx)
            .await?;
        self.give_up_pending(&tx, row.id, "the webhook was deleted").await?;
        self.commit(tx, who, Entry::new("webhook.delete", row.id).before(&row)).await
    }

    /// What was sent to a webhook or is to be sent, newest first.
    pub async fn webhook_deliveries(
        &self,
        who: &Actor,
        id: WebhookId,
        page: &PageRequest,
    ) -> Result<Page<DeliveryView>> {
        let row = own(self.db().read(), who, id).await?;
        let keyset = by_id(LISTS + 1, webhook_delivery::Column::Id);
        let limit = page.limit_or(limits::WEBHOOKS_PAGE);
        let rows = webhook_delivery::Entity::find().filter(webhook_delivery::Column::WebhookId.eq(row.id));
        let cursor = Cursor::of(page, keyset.list)?;
        let rows = keyset.page(rows, cursor.as_ref(), page, limit)?.all(self.db().read()).await?;
        let page = keyset.cut(rows, limit, |row| (Key::Id, row.id));
        Ok(Page { items: page.items.into_iter().map(delivery_view).collect(), next_cursor: page.next_cursor })
    }

    /// Sends a test, also to a disabled webhook: one that is taken enables it again.
    #[tracing::instrument(skip_all, fields(webhook.id = %id))]
    pub async fn test_webhook(&self, who: &Actor, id: WebhookId) -> Result<DeliveryView> {
        acting_agent(who)?;
        let tx = self.db().begin().await?;
        let row = own(&tx, who, id).await?;
        let data = json!({ "message": "This is a test. If you can check its signature, you are ready." });
        let delivery = self.delivery(row.id, WebhookEvent::Test.as_str(), &data)?.insert(&tx).await?;
        self.commit(tx, who, Entry::new("webhook.test", row.id)).await?;
        Ok(delivery_view(delivery))
    }

    /// Writes down, in the transaction of what happened, that the webhooks of some agents are to be told of it.
    pub(crate) async fn enqueue_webhooks(
        &self,
        tx: &DatabaseTransaction,
        agents: &BTreeMap<Uuid, WebhookEvent>,
        data: &impl Serialize,
    ) -> Result<()> {
        let rows = webhook::Entity::find()
            .filter(webhook::Column::AgentId.is_in(agents.keys().copied()))
            .filter(webhook::Column::DeletedAt.is_null())
            .filter(webhook::Column::DisabledAt.is_null())
            .all(tx)
            .await?;
        let wanted = rows.into_iter().filter_map(|row| {
            let event = *agents.get(&row.agent_id?)?;
            let wants = row.events.is_empty() || events(&row.events).any(|wanted| wanted == event);
            wants.then_some((row.id, event))
        });
        let deliveries =
            wanted.map(|(id, event)| self.delivery(id, event.as_str(), data)).collect::<Result<Vec<_>>>()?;
        if !deliveries.is_empty() {
            webhook_delivery::Entity::insert_many(deliveries).exec_without_returning(tx).await?;
        }
        Ok(())
    }

    fn delivery(&self, webhook: Uuid, event: &str, data: &impl Serialize) -> Result<webhook_delivery::ActiveModel> {
        let (id, now) = (self.clock().new_id(), self.clock().now());
        let created_at = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        let body = serde_json::to_string(&Body { id, event, created_at, data });
        Ok(webhook_delivery::ActiveModel {
            id: Set(id),
            webhook_id: Set(webhook),
            event: Set(event.to_owned()),
            body: Set(body.map_err(|e| Error::Internal(e.into()))?),
            state: Set(webhook_delivery::State::Pending),
            attempts: Set(0),
            due_at: Set(now),
            status: Set(None),
            error: Set(None),
            took_ms: Set(None),
            created_at: Set(now),
            ended_at: Set(None),
        })
    }
}

/// What a receiver gets.
#[derive(Serialize)]
struct Body<'a, T> {
    id: Uuid,
    event: &'a str,
    created_at: String,
    data: &'a T,
}

/// What the secret of a webhook is sealed for.
fn purpose(webhook: Uuid) -> String {
    format!("webhook secret {webhook}")
}

fn of_agent(agent: Uuid) -> sea_orm::Condition {
    sea_orm::Condition::all().add(webhook::Column::AgentId.eq(agent)).add(webhook::Column::DeletedAt.is_null())
}

/// A webhook of the caller; that of anybody else is as good as none.
async fn own(db: &impl ConnectionTrait, who: &Actor, id: WebhookId) -> Result<webhook::Model> {
    let me = accounts::agent(who)?;
    let row = webhook::Entity::find_by_id(id.0).filter(of_agent(me.0)).one(db).await?;
    row.ok_or(Error::NotFound("webhook"))
}

fn by_id(list: u8, id: impl sea_orm::sea_query::IntoColumnRef) -> Keyset {
    Keyset { list, order: Order::Desc, key: None, id: Expr::col(id), as_of: 0 }
}

fn events(names: &str) -> impl Iterator<Item = WebhookEvent> {
    names.split(',').filter_map(WebhookEvent::named)
}

fn view(row: webhook::Model) -> WebhookView {
    let notice = "Nothing is sent: too many messages in a row were not taken. \
                  POST /webhooks/{id}/test enables it again once a test arrives.";
    WebhookView {
        id: WebhookId(row.id),
        events: events(&row.events).collect(),
        url: row.url,
        is_active: row.disabled_at.is_none(),
        notice: row.disabled_at.map(|_| notice.to_owned()),
        created_at: row.created_at,
        disabled_at: row.disabled_at,
    }
}

fn delivery_view(row: webhook_delivery::Model) -> DeliveryView {
    let state = match row.state {
        webhook_delivery::State::Pending => DeliveryState::Pending,
        webhook_delivery::State::Delivered => DeliveryState::Delivered,
        webhook_delivery::State::Dead => DeliveryState::Dead,
    };
    DeliveryView {
        id: DeliveryId(row.id),
        event: row.event,
        state,
        attempts: row.attempts,
        status_code: row.status,
        error: row.error,
        took_ms: row.took_ms,
        created_at: row.created_at,
        next_attempt_at: (state == DeliveryState::Pending).then_some(row.due_at),
        ended_at: row.ended_at,
    }
}

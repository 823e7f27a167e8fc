//! Who governs and what is kept of it: roles of agents, texts that wait for approval, the audit log.

use crate::columns::*;
use crate::dialect;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        agents(m).await?;
        approvals(m).await?;
        audit_log(m).await
    }
}

async fn agents(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Whoever is there already may write, as before. SQLite adds one column a statement.
    for column in [small("role").default(1).take(), flag("require_json")] {
        m.alter_table(Table::alter().table("agents").add_column(column).to_owned()).await?;
    }
    m.create_index(index("agents", &["role", "id"])).await?;
    let suspended = Expr::col("suspended_until").is_not_null();
    m.create_index(index("agents", &["id"]).name("agents_suspended").cond_where(suspended).take()).await
}

async fn approvals(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("approvals")
            // Of a post or a comment; it sorts by the time at which the text was written.
            .col(id("target_id").primary_key())
            .col(small("target_kind"))
            .col(id("author_id"))
            .col(time("created_at"))
            .col(optional_time("decided_at"))
            .col(optional_text("reason"))
            .foreign_key(&mut refers("approvals", "author_id", "agents"))
            .to_owned(),
    )
    .await?;
    let waiting = Expr::col("decided_at").is_null();
    m.create_index(index("approvals", &["target_id"]).name("approvals_waiting").cond_where(waiting).take()).await
}

async fn audit_log(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    // No foreign keys: the log outlives what it speaks of.
    m.create_table(
        Table::create()
            .table("audit_log")
            .col(id("id").primary_key())
            .col(time("at"))
            .col(small("actor_kind"))
            .col(optional_id("actor_id"))
            .col(optional_text("actor_name"))
            .col(text("action"))
            .col(optional_id("target_id"))
            .col(optional_text("reason"))
            .col(optional_text("address"))
            .col(optional_text("request_id"))
            .col(optional_text("user_agent"))
            .col(ColumnDef::new("before_digest").var_binary(32).take())
            .col(ColumnDef::new("after_digest").var_binary(32).take())
            .to_owned(),
    )
    .await?;
    for columns in [&["actor_id", "id"][..], &["target_id", "id"], &["action", "id"]] {
        m.create_index(index("audit_log", columns)).await?;
    }

    // Holds a row only inside the transaction that removes what is older: no other one ever sees it.
    m.create_table(Table::create().table("audit_retention").col(time("cutoff").primary_key()).to_owned()).await?;
    dialect::run(
        m,
        &[
            "CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log
             WHEN NOT EXISTS (SELECT 1 FROM audit_retention WHERE OLD.at < cutoff)
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            // INSERT OR REPLACE would remove a row without asking the trigger above.
            "CREATE TRIGGER audit_log_insert BEFORE INSERT ON audit_log
             WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        ],
        &[
            "CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_retention WHERE OLD.at < cutoff) THEN
                     RETURN OLD;
                 END IF;
                 RAISE EXCEPTION 'the audit log is append-only';
             END $$",
            "CREATE TRIGGER audit_log_row BEFORE UPDATE OR DELETE ON audit_log
             FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only()",
            "CREATE TRIGGER audit_log_all BEFORE TRUNCATE ON audit_log
             FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()",
        ],
    )
    .await
}

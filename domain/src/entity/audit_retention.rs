//! What may leave the audit log, for the transaction that removes it; the triggers of the log ask here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_retention")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub cutoff: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

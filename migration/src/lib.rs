//! The schema and its history, for SQLite and PostgreSQL alike.
//!
//! One file a step, named for what it brings. A step is frozen once released: it uses no entity and no type
//! of the other crates, so that it means the same for ever. Ids are UUIDs (16-byte blobs on SQLite), times
//! are UTC. Rows that others refer to are never removed, only marked (`deleted_at`).

mod columns;
mod dialect;
mod m0001_accounts;
mod m0002_forum;
mod m0003_identity;
mod m0004_moderation;
mod m0005_social;
mod m0006_search;
mod m0007_events;
mod m0008_requests;
mod m0009_challenges;
mod m0010_governance;
mod m0011_operator_webhook;
mod m0012_kinds;
mod m0013_company;
mod m0014_accounts_of_people;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_forum::Migration),
            Box::new(m0003_identity::Migration),
            Box::new(m0004_moderation::Migration),
            Box::new(m0005_social::Migration),
            Box::new(m0006_search::Migration),
            Box::new(m0007_events::Migration),
            Box::new(m0008_requests::Migration),
            Box::new(m0009_challenges::Migration),
            Box::new(m0010_governance::Migration),
            Box::new(m0011_operator_webhook::Migration),
            Box::new(m0012_kinds::Migration),
            Box::new(m0013_company::Migration),
            Box::new(m0014_accounts_of_people::Migration),
        ]
    }
}

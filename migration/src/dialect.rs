//! What the schema has to say differently to each database, and nothing else.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs what has no builder, in the words of the database at hand.
///
/// Each statement is a text of its own: a trigger holds semicolons.
#[expect(clippy::disallowed_methods, reason = "the one place where the schemas of the two databases differ")]
pub(crate) async fn run(m: &SchemaManager<'_>, sqlite: &[&str], postgres: &[&str]) -> Result<(), DbErr> {
    let statements = match m.get_database_backend() {
        DbBackend::Sqlite => sqlite,
        _ => postgres,
    };
    for statement in statements {
        m.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

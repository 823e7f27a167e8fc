//! The few kinds of column that the tables are made of, and how an index is named.

use sea_orm_migration::prelude::*;

pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub(crate) fn optional_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().take()
}

pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub(crate) fn optional_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

pub(crate) fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

pub(crate) fn optional_time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().take()
}

/// A 64-bit counter that starts at zero.
pub(crate) fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().default(0).take()
}

/// A 64-bit number that the database counts up with every row, and never gives twice.
pub(crate) fn numbered(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().auto_increment().take()
}

pub(crate) fn optional_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// A rank that the domain computes.
pub(crate) fn rank(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().not_null().default(0.0).take()
}

/// One of a few values of an enumeration of the domain.
pub(crate) fn small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).small_integer().not_null().take()
}

pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}

/// A SHA-256 digest.
pub(crate) fn digest(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).var_binary(32).not_null().take()
}

/// Bytes that only the domain can read.
pub(crate) fn optional_bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().take()
}

/// A reference from `table.column` to `target.id`.
pub(crate) fn refers(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_{column}_fkey")).from(table, column).to(target, "id").take()
}

/// An index named after its table and columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(format!("{table}_{}", columns.join("_"))).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// An index that also forbids two rows with the same values.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().take()
}

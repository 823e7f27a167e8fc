//! Audit records as CSV, for spreadsheets that take a cell for a formula and for programs that do not.

use chrono::SecondsFormat;
use csv::WriterBuilder;
use std::borrow::Cow;
use types::audit::AuditRecord;
use uuid::Uuid;

pub(super) const COLUMNS: [&str; 14] = [
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "target_kind",
    "target_id",
    "reason",
    "address",
    "request_id",
    "user_agent",
    "before_sha256",
    "after_sha256",
];

/// Rows of the table, its first line included if it is asked for.
pub(super) fn table(records: &[AuditRecord], with_columns: bool) -> Result<Vec<u8>, csv::Error> {
    let mut out = WriterBuilder::new().from_writer(Vec::with_capacity(records.len() * 256));
    if with_columns {
        out.write_record(COLUMNS)?;
    }
    for record in records {
        out.write_record(cells(record).iter().map(|cell| harmless(cell).into_owned()))?;
    }
    out.into_inner().map_err(|e| e.into_error().into())
}

fn cells(record: &AuditRecord) -> [String; 14] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        record.id.to_string(),
        record.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        record.actor_kind.as_str().to_owned(),
        id(record.actor_id),
        text(&record.actor_name),
        record.action.clone(),
        record.target_kind.clone(),
        id(record.target_id),
        text(&record.reason),
        text(&record.address),
        text(&record.request_id),
        text(&record.user_agent),
        text(&record.before_sha256),
        text(&record.after_sha256),
    ]
}

/// A cell that no spreadsheet runs: an apostrophe before what would be a formula.
/// See <https://owasp.org/www-community/attacks/CSV_Injection>.
fn harmless(cell: &str) -> Cow<'_, str> {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use types::audit::AuditActorKind;

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("-2", "'-2")]
    #[case("+2", "'+2")]
    #[case("\t=1", "'\t=1")]
    #[case("a=1", "a=1")]
    #[case("", "")]
    fn no_cell_is_a_formula(#[case] cell: &str, #[case] shown: &str) {
        assert_eq!(harmless(cell), shown);
    }

    #[test]
    fn a_cell_with_commas_quotes_and_lines_stays_one_cell() {
        let record = AuditRecord {
            id: Uuid::nil(),
            at: chrono::DateTime::UNIX_EPOCH,
            actor_kind: AuditActorKind::Human,
            actor_id: None,
            actor_name: Some("=cmd".to_owned()),
            action: "post.reject".to_owned(),
            target_kind: "post".to_owned(),
            target_id: None,
            reason: Some("no, \"never\"\nagain".to_owned()),
            address: Some("192.0.2.1".to_owned()),
            request_id: None,
            user_agent: None,
            before_sha256: None,
            after_sha256: None,
        };
        let text = String::from_utf8(table(&[record], true).unwrap()).unwrap();
        let (columns, row) = text.split_once('\n').unwrap();
        assert_eq!(columns.split(',').collect::<Vec<_>>(), COLUMNS);
        assert_eq!(
            row,
            "00000000-0000-0000-0000-000000000000,1970-01-01T00:00:00.000000Z,human,,'=cmd,post.reject,post,,\
             \"no, \"\"never\"\"\nagain\",192.0.2.1,,,,\n"
        );
    }
}

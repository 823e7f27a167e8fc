//! Keyset paging: a page starts after the last row of the page before, found through an index.
//!
//! A cursor is base64url of: a version, the list it belongs to, the time the list is ordered for (0 where the
//! order does not depend on it), the row's id, and the row's value in the list's order.

use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::sea_query::{Expr, ExprTrait, Order};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use std::cmp::Ordering;
use types::page::{Page, PageRequest};
use uuid::Uuid;

const VERSION: u8 = 1;

/// The value of a row in the order of its list; equal values are told apart by the id.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) enum Key {
    /// The id is the order.
    Id,
    Int(i64),
    Float(f64),
    Text(String),
    Time(chrono::DateTime<chrono::Utc>),
}

/// Where a page ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    /// Tells lists apart: a cursor of one is no good in another.
    pub(crate) list: u8,
    /// Microseconds since 1970 for which the list is ordered.
    pub(crate) as_of: i64,
    pub(crate) key: Key,
    pub(crate) id: Uuid,
}

impl Cursor {
    pub(crate) fn encode(&self) -> String {
        let mut bytes = vec![VERSION, self.list];
        bytes.extend(self.as_of.to_be_bytes());
        bytes.extend(self.id.as_bytes());
        match &self.key {
            Key::Id => bytes.push(0),
            Key::Int(n) => {
                bytes.push(1);
                bytes.extend(n.to_be_bytes());
            }
            Key::Float(x) => {
                bytes.push(2);
                bytes.extend(x.to_bits().to_be_bytes());
            }
            Key::Text(s) => {
                bytes.push(3);
                bytes.extend(s.as_bytes());
            }
            Key::Time(t) => {
                bytes.push(4);
                bytes.extend(t.timestamp_micros().to_be_bytes());
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&[version, list], rest) = bytes.split_first_chunk()?;
        let (as_of, rest) = rest.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (&kind, value) = rest.split_first()?;
        let number = || value.try_into().ok().map(i64::from_be_bytes);
        let key = match kind {
            0 if value.is_empty() => Key::Id,
            1 => Key::Int(number()?),
            2 => {
                Key::Float(value.try_into().ok().map(u64::from_be_bytes).map(f64::from_bits).filter(|x| x.is_finite())?)
            }
            3 => Key::Text(std::str::from_utf8(value).ok().filter(|s| !s.contains('\0'))?.to_owned()),
            4 => Key::Time(chrono::DateTime::from_timestamp_micros(number()?)?),
            _ => return None,
        };
        let cursor = Self { list, as_of: i64::from_be_bytes(*as_of), key, id: Uuid::from_bytes(*id) };
        (version == VERSION).then_some(cursor)
    }

    /// The cursor of a request for `list`, if it has one.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for text that is no cursor, or one of another list.
    pub(crate) fn of(page: &PageRequest, list: u8) -> Result<Option<Self>> {
        Self::among(page, |its| its == list)
    }

    /// The cursor of a request for something of several lists, if it has one.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(crate) fn among(page: &PageRequest, lists: impl Fn(u8) -> bool) -> Result<Option<Self>> {
        let Some(text) = &page.cursor else { return Ok(None) };
        match Self::decode(text) {
            Some(cursor) if lists(cursor.list) => Ok(Some(cursor)),
            _ => Err(Error::bad_request(
                "the cursor is not valid for this list",
                "Pass next_cursor of the previous page unchanged, with the same sort and filters",
            )),
        }
    }
}

/// The order of one list.
pub(crate) struct Keyset {
    pub(crate) list: u8,
    pub(crate) order: Order,
    /// What the list is ordered by before the id; `None` orders by the id alone.
    pub(crate) key: Option<Expr>,
    pub(crate) id: Expr,
    /// Microseconds since 1970 for which `key` is computed, or 0.
    pub(crate) as_of: i64,
}

impl Keyset {
    /// Restricts `select` to the rows of a page, and one more that tells whether another page follows.
    pub(crate) fn page<E: EntityTrait>(
        &self,
        mut select: Select<E>,
        cursor: Option<&Cursor>,
        page: &PageRequest,
        limit: u64,
    ) -> Result<Select<E>> {
        if let Some(cursor) = cursor {
            select = select.filter(self.after(cursor)?);
        } else if page.offset > 0 {
            select = select.offset(page.offset);
        }
        if let Some(key) = &self.key {
            select = select.order_by(key.clone(), self.order.clone());
        }
        Ok(select.order_by(self.id.clone(), self.order.clone()).limit(limit + 1))
    }

    /// The rows of several selections, each already in the order of the list, as one.
    pub(crate) fn merge<T>(
        &self,
        parts: impl IntoIterator<Item = Vec<T>>,
        place: impl Fn(&T) -> (Key, Uuid),
    ) -> Vec<T> {
        let mut rows: Vec<T> = parts.into_iter().flatten().collect();
        rows.sort_by(|a, b| {
            let ascending = place(a).partial_cmp(&place(b)).unwrap_or(Ordering::Equal);
            if self.order == Order::Asc { ascending } else { ascending.reverse() }
        });
        rows
    }

    fn after(&self, cursor: &Cursor) -> Result<Expr> {
        let id = Expr::val(cursor.id);
        let key = match (&self.key, &cursor.key) {
            (None, Key::Id) => return Ok(self.beyond(self.id.clone(), id)),
            (Some(key), Key::Int(n)) => (key, Expr::val(*n)),
            (Some(key), Key::Float(x)) => (key, Expr::val(*x)),
            (Some(key), Key::Text(s)) => (key, Expr::val(s.clone())),
            (Some(key), Key::Time(t)) => (key, Expr::val(*t)),
            _ => {
                return Err(Error::bad_request(
                    "the cursor is not valid for this list",
                    "Start again without a cursor",
                ));
            }
        };
        let (row, last) = (Expr::tuple([key.0.clone(), self.id.clone()]), Expr::tuple([key.1, id]));
        Ok(self.beyond(row, last))
    }

    fn beyond(&self, row: Expr, last: Expr) -> Expr {
        if self.order == Order::Asc { row.gt(last) } else { row.lt(last) }
    }

    /// Cuts the one row too many off, and names the next page if there was one.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>, limit: u64, place: impl Fn(&T) -> (Key, Uuid)) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| {
            let (key, id) = place(last);
            Cursor { list: self.list, as_of: self.as_of, key, id }.encode()
        });
        Page { items: rows, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_key() -> impl Strategy<Value = Key> {
        prop_oneof![
            Just(Key::Id),
            any::<i64>().prop_map(Key::Int),
            prop::num::f64::NORMAL.prop_map(Key::Float),
            "[a-z0-9_-]{0,40}".prop_map(Key::Text),
            (0..4_000_000_000_000_000_i64)
                .prop_map(|us| Key::Time(chrono::DateTime::from_timestamp_micros(us).unwrap())),
        ]
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(list: u8, as_of: i64, key in any_key(), id: [u8; 16]) {
            let cursor = Cursor { list, as_of, key, id: Uuid::from_bytes(id) };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn no_text_makes_decoding_fail_otherwise(text in "\\PC{0,80}") {
            let _ = Cursor::decode(&text);
        }
    }
}

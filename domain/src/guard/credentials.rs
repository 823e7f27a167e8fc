//! Finds credentials in text: one pass of one automaton over all patterns, then rules that tell secrets from examples.
//!
//! The pass is linear in the text, whatever it holds. What is found is named by its type and its place, and is neither
//! kept nor logged.

mod doubts;
mod patterns;

use crate::error::{Error, Result};
use anyhow::anyhow;
use patterns::{Check, Pattern};
use regex_automata::meta::{BuildError, Config, Regex};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;
use types::text::is_trick;

/// Longest value of an assignment that is looked at; what is longer is no credential.
const LONGEST_VALUE: usize = 512;
/// Most memory that a set of patterns may take as an automaton: bounds what an operator's own patterns cost.
const AUTOMATON_MAX_BYTES: usize = 32 * 1024 * 1024;

/// A pattern of an operator's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialPattern {
    /// The type that callers are told.
    pub name: String,
    /// A regular expression, in the syntax of the crate `regex`.
    pub regex: String,
}

/// Why a file of patterns cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadPattern {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads patterns, one a line: a name, blanks, a regular expression. Empty lines and lines that start with `#` are
/// left out.
///
/// # Errors
/// [`BadPattern`] for the first line that cannot be used.
pub fn credential_patterns(text: &str) -> std::result::Result<Vec<CredentialPattern>, BadPattern> {
    let lines = text.lines().map(str::trim).zip(1..);
    lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#')).map(|(line, n)| one_pattern(line, n)).collect()
}

fn one_pattern(text: &str, line: usize) -> std::result::Result<CredentialPattern, BadPattern> {
    let bad = |reason: &str| BadPattern { line, reason: reason.to_owned() };
    let (name, regex) = text.split_once(char::is_whitespace).ok_or_else(|| bad("needs a name and an expression"))?;
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') || name.len() > 64 {
        return Err(bad("the name may only hold a-z, 0-9 and _"));
    }
    let regex = regex.trim();
    match automaton(&[regex]) {
        Ok(compiled) if compiled.is_match("") => Err(bad("the expression matches where there is nothing")),
        Ok(_) => Ok(CredentialPattern { name: name.to_owned(), regex: regex.to_owned() }),
        Err(_unreadable) => Err(bad("the expression cannot be read")),
    }
}

/// A credential in a text: its type and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Cow<'static, str>,
    pub(super) range: Range<usize>,
}

/// All patterns, ready to be searched for. Cheap to clone.
#[derive(Clone)]
pub(super) struct Scanner {
    regex: Regex,
    /// The operator's own patterns, which stand before the built-in ones.
    own: Vec<Cow<'static, str>>,
}

impl Scanner {
    pub(super) fn new(own: &[CredentialPattern]) -> Result<Self> {
        static BUILT_IN: OnceLock<Regex> = OnceLock::new();
        let regex = match BUILT_IN.get().filter(|_| own.is_empty()) {
            Some(regex) => regex.clone(),
            None => {
                let all: Vec<&str> =
                    own.iter().map(|p| p.regex.as_str()).chain(patterns::ALL.iter().map(|p| p.regex)).collect();
                let regex = automaton(&all).map_err(|e| Error::Internal(anyhow!(e)))?;
                if own.is_empty() { BUILT_IN.get_or_init(|| regex).clone() } else { regex }
            }
        };
        Ok(Self { regex, own: own.iter().map(|p| Cow::Owned(p.name.clone())).collect() })
    }

    /// The credentials in `text`, in their order. They do not overlap.
    pub(super) fn scan(&self, text: &str) -> Vec<Found> {
        if !text.contains(is_trick) {
            return self.scan_plain(text);
        }
        // A character that nobody sees must not hide a key from the patterns.
        let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (at, c) in text.char_indices().filter(|(_, c)| !is_trick(*c)) {
            plain.push(c);
            places.resize(plain.len(), at);
        }
        places.push(text.len());
        let mut found = self.scan_plain(&plain);
        for Found { range, .. } in &mut found {
            *range = places[range.start]..places[range.end];
        }
        found
    }

    fn scan_plain(&self, text: &str) -> Vec<Found> {
        let (mut named, mut assigned) = (Vec::new(), Vec::new());
        // What a named pattern looked at, credential or example, is not looked at again as a value.
        let mut looked_at: Vec<Range<usize>> = Vec::new();
        for hit in self.regex.find_iter(text) {
            let range = hit.range();
            let Some(number) = hit.pattern().as_usize().checked_sub(self.own.len()) else {
                let kind = self.own[hit.pattern().as_usize()].clone();
                looked_at.push(range.clone());
                named.push(Found { kind, range });
                continue;
            };
            let Pattern { kind, check, .. } = &patterns::ALL[number];
            if *check == Check::Assigned {
                if let Some(range) = value_after(text, range.end) {
                    assigned.push(Found { kind: Cow::Borrowed(kind), range });
                }
                continue;
            }
            looked_at.push(range.clone());
            if let Some(range) = confirmed(text, range, *check) {
                named.push(Found { kind: Cow::Borrowed(kind), range });
            }
        }
        assigned.retain(|value| {
            let first = looked_at.partition_point(|seen| seen.end <= value.range.start);
            looked_at.get(first).is_none_or(|seen| seen.start >= value.range.end)
                && doubts::is_secret_value(&text[value.range.clone()], value.kind == patterns::PASSWORD)
        });
        named.append(&mut assigned);
        named.sort_by_key(|found| found.range.start);
        named.dedup_by(|next, kept| next.range.start < kept.range.end);
        named
    }
}

fn automaton(patterns: &[&str]) -> std::result::Result<Regex, Box<BuildError>> {
    let config = Config::new().nfa_size_limit(Some(AUTOMATON_MAX_BYTES)).onepass(false);
    Regex::builder().configure(config).build_many(patterns).map_err(Box::new)
}

/// The whole of a credential that a named pattern pointed at, unless it is an example of one.
fn confirmed(text: &str, range: Range<usize>, check: Check) -> Option<Range<usize>> {
    let hit = &text[range.clone()];
    match check {
        Check::Random => doubts::is_random(hit).then_some(range),
        Check::Password => doubts::is_url_password(hit).then_some(range),
        Check::PrivateKey => doubts::key_after(&text[range.end..]).map(|length| range.start..range.end + length),
        Check::Assigned => None,
    }
}

/// Where the value stands that is assigned at `at`: between quotes or up to a bracket, and never beyond a blank.
fn value_after(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let start = at + quote.map_or(0, char::len_utf8);
    let is_end = |c: char| match quote {
        Some(quote) => c == quote || c.is_whitespace(),
        None => c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | '}' | ']' | '>' | '|'),
    };
    let length = text[start..].char_indices().take(LONGEST_VALUE).find(|(_, c)| is_end(*c)).map(|(end, _)| end);
    let end = match length {
        Some(length) => start + length,
        // Nothing ends a value at the end of the text.
        None if quote.is_none() && text.len() - start <= LONGEST_VALUE => text.len(),
        None => return None,
    };
    // A sentence may end behind it.
    let value = text[start..end].trim_end_matches(['.', '!', '?', ':']);
    (!value.is_empty()).then(|| start..start + value.len())
}

//! The check of every text that is about to be stored: credentials first, then what readers should be careful about.
//!
//! An operation calls it once, before its transaction, for all it would store. Nothing but a credential that is to be
//! redacted is ever changed.

use super::credentials::{CredentialPattern, Found, Scanner};
use super::warnings;
use crate::Domain;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use types::error::Detected;
use types::warning::ContentWarning;

/// What happens to a text that holds credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialAction {
    /// It is refused, and nothing of it is stored.
    #[default]
    Block,
    /// It is stored without them.
    Redact,
    /// It is stored as it is, with a warning.
    Flag,
    /// Nobody looks.
    Off,
}

/// How texts are checked.
#[derive(Clone, Debug, Default)]
pub struct Screening {
    /// What happens to a text that holds credentials.
    pub action: CredentialAction,
    /// Patterns beside the built-in ones.
    pub patterns: Vec<CredentialPattern>,
}

/// The check, ready to be used.
pub(crate) struct Screen {
    action: CredentialAction,
    scanner: Scanner,
}

impl Screen {
    pub(crate) fn new(settings: &Screening) -> Result<Self> {
        Ok(Self { action: settings.action, scanner: Scanner::new(&settings.patterns)? })
    }

    /// Refuses credentials or takes them out, where one of both is to be done.
    fn credentials<const N: usize>(&self, texts: &mut [Option<&mut String>; N]) -> Result<()> {
        if matches!(self.action, CredentialAction::Flag | CredentialAction::Off) {
            return Ok(());
        }
        let found: [Vec<Found>; N] =
            std::array::from_fn(|i| texts[i].as_deref().map_or_else(Vec::new, |text| self.scanner.scan(text)));
        let mut counts = BTreeMap::new();
        for Found { kind, .. } in found.iter().flatten() {
            *counts.entry(kind.clone().into_owned()).or_insert(0) += 1;
        }
        if counts.is_empty() {
            return Ok(());
        }
        if self.action == CredentialAction::Block {
            return Err(Error::Credentials(counts.into_iter().map(|(kind, count)| Detected { kind, count }).collect()));
        }
        for (text, found) in texts.iter_mut().zip(&found) {
            let Some(text) = text else { continue };
            // From the end, so that the places before stay where they are.
            for Found { kind, range } in found.iter().rev() {
                text.replace_range(range.clone(), &format!("[redacted: {kind}]"));
            }
        }
        Ok(())
    }

    /// Whether readers are to be told of credentials in a text.
    fn flags(&self, text: &str) -> bool {
        self.action == CredentialAction::Flag && !self.scanner.scan(text).is_empty()
    }
}

impl Domain {
    /// Checks the parts of something that is about to be stored; the answer is what to store as its warnings.
    ///
    /// # Errors
    /// [`Error::Credentials`] where texts with credentials are refused.
    pub(crate) fn screen<const N: usize>(&self, mut texts: [Option<&mut String>; N]) -> Result<String> {
        self.0.screen.credentials(&mut texts)?;
        Ok(self.warnings_about(texts.each_ref().map(|text| text.as_deref())))
    }

    /// What to store as the warnings of a text that was checked, of which a part may have been checked earlier.
    pub(crate) fn warnings_about<const N: usize>(&self, texts: [Option<&String>; N]) -> String {
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        let whole = texts.join("\n");
        let mut found = warnings::of(&whole);
        if self.0.screen.flags(&whole) {
            found.insert(0, ContentWarning::Credential);
        }
        found.iter().map(|warning| warning.code()).collect::<Vec<_>>().join(",")
    }
}

/// The warnings in their column.
pub(crate) fn read_warnings(column: &str) -> Vec<ContentWarning> {
    // A code that this version does not know was written by a newer one beside it.
    let known = |code: &str| ContentWarning::ALL.iter().copied().find(|warning| warning.code() == code);
    column.split(',').filter_map(known).collect()
}

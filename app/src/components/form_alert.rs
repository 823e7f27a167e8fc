//! A form that was refused: what was typed, what is wrong with which field, and what with the whole.

use crate::error::UiError;
use crate::session::Messages;
use leptos::prelude::*;
use types::error::{Code, Problem};

/// What a form shows again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refused {
    values: std::collections::BTreeMap<String, String>,
    problem: Option<Problem>,
}

impl Refused {
    /// What the session kept of the form that posts to `form`; nothing if it was not refused.
    pub(crate) fn form(form: &str) -> Self {
        let flash = use_context::<Messages>().and_then(|messages| messages.flash).filter(|flash| flash.form == form);
        flash.map(|flash| Self { values: flash.values, problem: Some(flash.problem) }).unwrap_or_default()
    }

    /// What stands in a field that nobody typed into yet.
    pub(crate) fn starting_with(mut self, field: &str, value: &str) -> Self {
        self.values.entry(String::from(field)).or_insert_with(|| String::from(value));
        self
    }

    /// What was typed into a field.
    pub(crate) fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    /// What is wrong with a field.
    pub(crate) fn error(&self, field: &str) -> Option<String> {
        let errors = &self.problem.as_ref()?.errors;
        errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// What is wrong with the whole: everything that is not said at a field.
    fn whole(&self) -> Option<String> {
        let problem = self.problem.as_ref()?;
        match problem.code {
            Code::Validation if !problem.errors.is_empty() => None,
            // Its hint is for programs.
            Code::Unauthorized | Code::Validation => Some(format!("{}.", problem.message)),
            _ => Some(UiError(problem.clone()).to_string()),
        }
    }
}

/// The part of a refusal that belongs to no field.
#[component]
pub(crate) fn FormAlert(refused: Refused) -> impl IntoView {
    refused.whole().map(|text| view! { <p class="alert" role="alert">{text}</p> })
}

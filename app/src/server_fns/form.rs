//! How a form is answered: by a redirect for a browser, by the value or the error for an island.

use crate::error::{UiError, UiResult};
use crate::session::{self, FormFlash};
use crate::{context, next};
use std::collections::BTreeMap;
use types::actor::Actor;
use types::error::{Code, FieldError, Problem};

const SIGNED_OUT: &str = "You had been signed out, so nothing was done. Look it over and send it once more";

/// A form on its way.
pub(super) struct Form {
    name: &'static str,
    back: String,
    values: BTreeMap<String, String>,
    is_of_strangers: bool,
}

/// A form that was accepted: what an island gets, and where a browser goes.
pub(super) struct Accepted<T> {
    pub(super) value: T,
    pub(super) to: String,
}

impl Form {
    /// The form of the server function `name`, which stands on the page `back`.
    pub(super) fn new(name: &'static str, back: String) -> Self {
        Self { name, back, values: BTreeMap::new(), is_of_strangers: false }
    }

    /// Shows the value again if the form is refused. Not for passwords.
    pub(super) fn keeping(mut self, field: &str, value: &str) -> Self {
        self.values.insert(String::from(field), String::from(value));
        self
    }

    /// Needs nobody who is signed in: it is how one becomes that.
    pub(super) fn of_strangers(self) -> Self {
        Self { is_of_strangers: true, ..self }
    }

    /// Sends the browser on, or back to the form with what was wrong.
    pub(super) async fn answer<T: Default>(self, done: UiResult<Accepted<T>>) -> UiResult<T> {
        match done {
            Ok(Accepted { value, to }) => {
                if context::is_form_post() {
                    context::see_other(&to);
                }
                Ok(value)
            }
            Err(error) if context::is_form_post() => self.send_back(error).await.map(|()| T::default()),
            Err(error) => {
                context::refuse(&error);
                Err(error)
            }
        }
    }

    async fn send_back(self, UiError(problem): UiError) -> UiResult<()> {
        let has_ended = problem.code == Code::Unauthorized && matches!(context::actor(), Actor::Anonymous);
        if has_ended && !self.is_of_strangers {
            return self.ask_to_sign_in().await;
        }
        let flash = FormFlash { form: String::from(self.name), values: self.values, problem };
        session::keep_flash(&flash).await?;
        context::see_other(&self.back);
        Ok(())
    }

    /// Who is not signed in any more does that first, and finds the form as it was.
    async fn ask_to_sign_in(self) -> UiResult<()> {
        let UiError(problem) = UiError::new(Code::Unauthorized, SIGNED_OUT, "");
        let flash = FormFlash { form: String::from(self.name), values: self.values, problem };
        session::park(flash, &self.back).await?;
        context::see_other(&next::sign_in_page(&self.back));
        Ok(())
    }
}

/// A number that was typed into a field.
pub(super) fn whole_number(field: &str, typed: &str) -> UiResult<u32> {
    typed.trim().parse().map_err(|_not_a_number| {
        UiError(Problem {
            errors: vec![FieldError { field: String::from(field), message: String::from("must be a whole number") }],
            ..UiError::new(Code::Validation, "The form is not valid", "").0
        })
    })
}

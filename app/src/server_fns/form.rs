//! How a form is answered: by a redirect for a browser, by the value or the error for an island.

use crate::context;
use crate::error::{UiError, UiResult};
use crate::session::{self, FormFlash};
use std::collections::BTreeMap;

/// A form on its way.
pub(super) struct Form {
    name: &'static str,
    back: String,
    values: BTreeMap<String, String>,
}

/// A form that was accepted: what an island gets, and where a browser goes.
pub(super) struct Accepted<T> {
    pub(super) value: T,
    pub(super) to: String,
}

impl Form {
    /// The form of the server function `name`, which stands on the page `back`.
    pub(super) fn new(name: &'static str, back: String) -> Self {
        Self { name, back, values: BTreeMap::new() }
    }

    /// Shows the value again if the form is refused. Not for passwords.
    pub(super) fn keeping(mut self, field: &str, value: &str) -> Self {
        self.values.insert(String::from(field), String::from(value));
        self
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
        let flash = FormFlash { form: String::from(self.name), values: self.values, problem };
        session::keep_flash(&flash).await?;
        context::see_other(&self.back);
        Ok(())
    }
}

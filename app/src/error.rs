//! The error of pages and server functions: a [`Problem`], to be shown on a page, at a form or by an island.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use types::error::{Code, FieldError, Problem};

/// What pages and server functions return.
pub type UiResult<T> = Result<T, UiError>;

/// A refusal on its way to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Refusal")]
pub struct UiError(pub Problem);

/// A refusal as it is read: ours, or the server's own from before a function was reached (too fast, not from
/// our page), which says more about the request and less about fields.
#[derive(Deserialize)]
struct Refusal {
    code: Code,
    message: String,
    #[serde(default)]
    hint: String,
    #[serde(default)]
    errors: Vec<FieldError>,
    #[serde(default)]
    retry_after_seconds: Option<u64>,
}

impl From<Refusal> for UiError {
    fn from(Refusal { code, message, hint, errors, retry_after_seconds }: Refusal) -> Self {
        Self(Problem { code, message, hint, errors, retry_after_seconds, detail: None })
    }
}

impl UiError {
    /// A refusal that the site itself has a reason for.
    pub(crate) fn new(code: Code, message: &str, hint: &str) -> Self {
        Self(Problem {
            code,
            message: String::from(message),
            hint: String::from(hint),
            errors: Vec::new(),
            retry_after_seconds: None,
            detail: None,
        })
    }
}

/// Whole sentences.
impl std::fmt::Display for UiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)?;
        f.write_str(".")?;
        if !self.0.hint.is_empty() {
            f.write_str(" ")?;
            f.write_str(&self.0.hint)?;
            f.write_str(".")?;
        }
        Ok(())
    }
}

impl std::error::Error for UiError {}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => unreadable(),
            // In the browser: no answer, or one that did not come from this server.
            _ => Self::new(Code::Unavailable, "The server could not be reached", "Try again in a moment"),
        }
    }
}

fn unreadable() -> UiError {
    let error = UiError::new(Code::BadRequest, "The form could not be read", "Load the page again");
    #[cfg(feature = "ssr")]
    crate::context::refuse(&error);
    error
}

#[cfg(feature = "ssr")]
impl From<domain::Error> for UiError {
    fn from(error: domain::Error) -> Self {
        let problem = error.problem();
        if problem.code.status() >= 500 {
            tracing::error!(error = &error as &dyn std::error::Error, "A page or form failed: {error}");
        }
        Self(problem)
    }
}

#[cfg(feature = "ssr")]
impl From<tower_sessions::session::Error> for UiError {
    fn from(error: tower_sessions::session::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "The session could not be used: {error}");
        Self::new(Code::Unavailable, "The service is not available right now", "Try again in a moment")
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_both_shapes_are_understood() {
        let own = UiError::new(Code::NotFound, "There is no such post", "");
        let wire = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<UiError>(&wire).unwrap(), own);
        let servers = r#"{"success":false,"statusCode":429,"error":"Too fast","message":"Too fast","code":"RATE_LIMITED","hint":"Wait"}"#;
        assert_eq!(serde_json::from_str::<UiError>(servers).unwrap().to_string(), "Too fast. Wait.");
    }
}

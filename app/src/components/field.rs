//! Form fields: the only owner of `input` and `textarea` elements that people type into.

use super::form_alert::Refused;
use leptos::prelude::*;

/// A text with its label, a hint, and what was wrong with it. With `rows` it has many lines.
#[component]
pub(crate) fn Field(
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] rows: Option<u16>,
    refused: Refused,
) -> impl IntoView {
    let error = refused.error(name);
    let is_wrong = error.as_ref().map(|_| "true");
    let described_by = described_by(name, !hint.is_empty(), error.is_some());
    let value = if kind == "password" { String::new() } else { refused.value(name) };
    let control = match rows {
        Some(rows) => view! {
            <textarea id=name name=name rows=rows aria-describedby=described_by aria-invalid=is_wrong inner_html=escape_text(&value)></textarea>
        }
        .into_any(),
        None => view! {
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required
                aria-describedby=described_by
                aria-invalid=is_wrong
            />
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {control}
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
            {error.map(|error| view! { <p class="field-error" id=format!("{name}-error")>{format!("{label} {error}.")}</p> })}
        </div>
    }
}

fn described_by(name: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let ids = [has_error.then(|| format!("{name}-error")), has_hint.then(|| format!("{name}-hint"))];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// leptos 0.8 writes the children of a `textarea` as they are: without this what was typed could end the element.
/// A browser drops the first line break of a `textarea`: one more keeps the text whole.
fn escape_text(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{FormFlash, Messages};
    use types::error::{Code, FieldError, Problem};

    fn refused(value: &str) -> Refused {
        let problem = Problem {
            code: Code::Validation,
            message: String::from("no"),
            hint: String::new(),
            errors: vec![FieldError { field: String::from("text"), message: String::from("is <b>bad</b>") }],
            retry_after_seconds: None,
            detail: None,
        };
        let values = [(String::from("text"), String::from(value))].into();
        let flash = FormFlash { form: String::from("write"), values, problem };
        provide_context(Messages { flash: Some(flash), notice: None });
        Refused::form("write")
    }

    #[test]
    fn nothing_typed_into_a_textarea_leaves_it() {
        Owner::new().with(|| {
            let refused = refused("</textarea><script>alert(1)</script>&amp;");
            let html = view! { <Field name="text" label="Text" rows=8 refused/> }.to_html();
            assert!(
                html.contains("\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;</textarea>"),
                "{html}"
            );
            assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
            assert!(!html.contains("<script"), "{html}");
            assert!(html.contains("Text is &lt;b&gt;bad&lt;/b&gt;."), "{html}");
        });
    }

    #[test]
    fn an_input_keeps_its_value_and_a_password_does_not() {
        Owner::new().with(|| {
            let refused = refused("\"><script>alert(1)</script>");
            let html = view! { <Field name="text" label="Text" refused=refused.clone()/> }.to_html();
            assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;"), "{html}");
            assert!(html.contains("aria-describedby=\"text-error\""), "{html}");
            let html = view! { <Field name="text" label="Text" kind="password" refused/> }.to_html();
            assert!(!html.contains("alert"), "{html}");
        });
    }
}

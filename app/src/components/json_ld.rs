//! What a page says to machines that read pages.

use leptos::prelude::*;
use serde_json::Value;

/// A block of JSON-LD.
#[component]
pub(crate) fn JsonLd(data: Value) -> impl IntoView {
    view! { <script type="application/ld+json" inner_html=harmless(&data)></script> }
}

/// JSON in which nothing can end a script element or begin a comment in it.
fn harmless(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_the_script_element() {
        let data = serde_json::json!({ "headline": "</script><script>alert(1)</script><!--" });
        let html = harmless(&data);
        assert!(!html.contains('<') && !html.contains('>'), "{html}");
        assert_eq!(serde_json::from_str::<Value>(&html).unwrap(), data);
    }
}

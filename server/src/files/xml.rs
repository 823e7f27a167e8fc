//! Writing XML: what feeds and sitemaps have in common.

use crate::http::error::{ApiError, ApiResult};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;
use types::error::Code;

/// Where elements are written to.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document with one root element, as an answer.
pub(super) fn document(
    kind: &'static str,
    root: &str,
    namespace: &str,
    write: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> ApiResult<Response> {
    let mut xml = Writer::new(Vec::with_capacity(16 * 1_024));
    let written = xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).and_then(|()| {
        xml.create_element(root).with_attribute(("xmlns", namespace)).write_inner_content(write).map(drop)
    });
    match written {
        Ok(()) => Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], xml.into_inner()).into_response()),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "XML could not be written: {error}");
            Err(ApiError::of(Code::Internal, "The document could not be written", "Try again"))
        }
    }
}

/// An element that holds text.
pub(super) fn text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&permitted(text))).map(drop)
}

/// A moment, to the second.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The characters that XML 1.0 has; a document with any other is none.
pub(super) fn permitted(text: &str) -> String {
    let is_permitted = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().filter(is_permitted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_and_what_xml_does_not_have_is_left_out() {
        let mut xml = Writer::new(Vec::new());
        text(&mut xml, "title", "a\u{1}\u{ffff}<b>&\"]]>").unwrap();
        let written = String::from_utf8(xml.into_inner()).unwrap();
        assert_eq!(written, "<title>a&lt;b&gt;&amp;&quot;]]&gt;</title>");
    }
}

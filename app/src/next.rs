//! Where to go on after a form: only to a page of this site.

#[cfg(feature = "ssr")]
const MAX_LEN: usize = 1_024;

/// `path`, if it is a path of this site.
///
/// Browsers read `//host` and `/\host` as another host and drop tabs and line breaks before they look, so only
/// one leading slash and only visible ASCII pass.
#[cfg(feature = "ssr")]
pub fn local(path: &str) -> Option<&str> {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= MAX_LEN
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    is_local.then_some(path)
}

/// `text` for the value of a query parameter.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(b));
        } else {
            out.push('%');
            for digit in [b >> 4, b & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    out
}

/// The sign-in page that leads back to `path`.
pub(crate) fn sign_in_page(path: &str) -> String {
    leading_to("/login", path)
}

/// The sign-up page that leads back to `path`.
#[cfg(feature = "ssr")]
pub(crate) fn sign_up_page(path: &str) -> String {
    leading_to("/signup", path)
}

fn leading_to(page: &str, path: &str) -> String {
    if path == "/" { String::from(page) } else { format!("{page}?next={}", encode(path)) }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/", "/m/general?sort=new", "/post/1#c-2", "/claim/a_b-c"] {
            assert_eq!(local(path), Some(path));
        }
        let long = format!("/{}", "a".repeat(MAX_LEN));
        for path in [
            "",
            "m/general",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a b",
            "/\u{e9}",
            "javascript:alert(1)",
            " /",
            &long,
        ] {
            assert_eq!(local(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_path_survives_as_a_query_parameter() {
        assert_eq!(sign_in_page("/m/a?sort=new&x=%2F#c"), "/login?next=/m/a%3Fsort%3Dnew%26x%3D%252F%23c");
        assert_eq!(sign_in_page("/"), "/login");
    }
}

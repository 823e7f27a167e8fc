//! Tells credentials from what only looks like them: examples, placeholders, names, expressions. Pure.

/// Parts that only examples have. Short ones are looked for in short texts alone: chance writes them into long ones.
const EXAMPLES: [&str; 16] = [
    "example",
    "placeholder",
    "redacted",
    "changeme",
    "change_me",
    "change-me",
    "replace",
    "insert",
    "dummy",
    "sample",
    "not-real",
    "notreal",
    "xxxxxx",
    "123456789",
    "abcdefgh",
    "deadbeef",
];
const SHORT_EXAMPLES: [&str; 6] = ["your", "fake", "xxxx", "....", "****", "todo"];
/// Where chance does not write four given letters.
const SHORT: usize = 100;
/// The signature of the token that every page about such tokens shows.
const KNOWN_EXAMPLES: [&str; 1] = ["SflKxwRJSMeKKF2QT4"];

/// Passwords that documentation uses in addresses, where nobody takes them for real ones.
const WELL_KNOWN: [&str; 24] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "secret",
    "mysecret",
    "mypassword",
    "postgres",
    "mysql",
    "root",
    "admin",
    "user",
    "username",
    "guest",
    "test",
    "token",
    "key",
    "apikey",
    "api_key",
    "x-access-token",
    "minioadmin",
    "password1",
    "db_password",
];

/// How code begins that fetches a secret from elsewhere.
const REFERENCES: [&str; 8] = ["env.", "process.", "os.", "self.", "config.", "settings.", "vault", "secrets."];

/// Bits of information a character, by how often each one occurs.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = text.len() as f64;
    counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) / all).map(|share| -share * share.log2()).sum()
}

fn is_example(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    // Characters that follow each other in the alphabet are typed by people.
    let steps = text.as_bytes().windows(2).filter(|pair| pair[0].checked_add(1) == Some(pair[1])).count();
    let any = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    any(&EXAMPLES)
        || (text.len() <= SHORT && any(&SHORT_EXAMPLES))
        || KNOWN_EXAMPLES.iter().any(|known| text.contains(known))
        || steps * 2 > text.len()
        || text.contains('…')
}

/// Whether a hit of a pattern has the randomness of a key.
pub(super) fn is_random(hit: &str) -> bool {
    let least = if hit.len() >= 24 { 3.0 } else { 2.6 };
    // Words joined by dashes have neither digits nor capitals; keys that have neither are rarer than such words.
    let is_words = !hit.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    !is_words && !is_example(hit) && entropy(hit) >= least
}

/// Whether what is assigned to a secret's name can be a secret. `is_password`: people make those, and shorter.
pub(super) fn is_secret_value(value: &str, is_password: bool) -> bool {
    let has = |class: fn(&u8) -> bool| value.bytes().any(|b| class(&b));
    let classes = [u8::is_ascii_lowercase as fn(&u8) -> bool, u8::is_ascii_uppercase, u8::is_ascii_digit, |b| {
        b.is_ascii_punctuation() && !matches!(b, b'-' | b'_' | b'.' | b'/')
    }];
    let classes = classes.into_iter().filter(|class| has(*class)).count();
    let has_digit = has(u8::is_ascii_digit);
    let is_typed = !value.is_ascii() || value.contains(char::is_whitespace);
    // Code that fetches a secret from elsewhere, a place where it lies, a link about it.
    let is_reference = value.starts_with(['~', '.', '%', '*', '@', '&', '$', '<', '{', '[', '('])
        || ["${", "$(", "{{", "://", "()", "(\"", "['", "[\"", "\\"].iter().any(|part| value.contains(part))
        || (value.starts_with('/') && (value.contains('.') || value.matches('/').count() > 1))
        || REFERENCES.iter().any(|start| value.starts_with(start));
    if is_typed || is_reference || is_example(value) || !has_digit {
        return false;
    }
    if is_password {
        value.len() >= 8 && classes >= 3 && entropy(value) >= 2.5
    } else {
        // Sixteen lower-case letters and digits are a key; a word with a number behind it is a name.
        value.len() >= 16 && classes >= 2 && entropy(value) >= 3.0 && !is_name(value)
    }
}

/// Whether the parts of a value are words with numbers, as those of names and versions are.
fn is_name(value: &str) -> bool {
    value.split(['-', '_', '.', '/', ':']).all(|part| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.bytes().all(|b| b.is_ascii_alphabetic()) && letters.len() <= 14 && part.len() - letters.len() <= 4
    })
}

/// Whether the password in an address, `scheme://user:password@host`, is a real one.
pub(super) fn is_url_password(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let Some((user, password)) = rest.rsplit_once('@').and_then(|(login, _)| login.split_once(':')) else {
        return false;
    };
    let lower = password.to_ascii_lowercase();
    let first = password.bytes().next();
    let is_one_character = password.bytes().all(|b| Some(b) == first);
    password.len() >= 4
        && password != user
        && !WELL_KNOWN.contains(&lower.as_str())
        && !password.starts_with(['$', '%', '[', '{', '<', '*', '…'])
        && !is_one_character
        && !is_example(password)
}

/// How long the private key is whose first line stands before `rest`; `None` if there is only that line.
pub(super) fn key_after(rest: &str) -> Option<usize> {
    const LAST_LINE: &str = "-----END";
    let is_body = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    // Keys in JSON have their line breaks written out; encrypted ones have lines about how, with a colon.
    let body = rest.chars().take(400).filter(|c| is_body(*c)).count();
    let seen: String = rest.chars().take(400).collect();
    let longest_run = seen.split(|c| !is_body(c)).map(str::len).max().unwrap_or(0);
    if body < 40 || longest_run < 24 || entropy(&seen) < 3.5 {
        return None;
    }
    let end = match rest.find(LAST_LINE) {
        Some(end) => {
            rest[end + LAST_LINE.len()..].find("-----").map_or(end, |dashes| end + LAST_LINE.len() + dashes + 5)
        }
        None => rest
            .find(|c: char| !is_body(c) && !matches!(c, '\\' | '\r' | '\n' | ' ' | '-' | ':' | ','))
            .unwrap_or(rest.len()),
    };
    Some(end)
}

//! The settings as administrators see them: made from the definition, so none is forgotten, and no secret is in them.

use super::secret::{SecretText, SecretUrl};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use std::any::TypeId;

/// A setting in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The section of `--help` in which it stands.
    pub section: String,
    /// The name of its variable.
    pub name: String,
    /// Its value; of a secret only whether it is set, of a URL all but password and query.
    pub value: String,
    /// What it is for.
    pub about: String,
    /// Whether somebody set it.
    pub is_set: bool,
}

pub(super) fn of(command: &Command, matches: &ArgMatches) -> Vec<Shown> {
    // What no variable sets is an argument of a subcommand; what is hidden, another name of a setting.
    command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(|arg| shown(arg, matches)).collect()
}

fn shown(arg: &Arg, matches: &ArgMatches) -> Option<Shown> {
    let id = arg.get_id().as_str();
    let name = arg.get_env()?.to_string_lossy().into_owned();
    let raw = matches.get_raw(id).and_then(|mut values| values.next());
    let raw = raw.map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = arg.get_value_parser().type_id();
    let value = match raw.as_str() {
        _ if kind == TypeId::of::<SecretText>() => if raw.is_empty() { "not set" } else { "set" }.to_owned(),
        "" => String::new(),
        _ if kind == TypeId::of::<SecretUrl>() => match raw.contains("://") {
            true => SecretUrl::new(raw).to_string(),
            // A folder, or a file of SQLite without slashes.
            false => raw,
        },
        _ => raw,
    };
    Some(Shown {
        section: arg.get_help_heading().unwrap_or_default().to_owned(),
        name,
        value,
        about: arg.get_help().map(ToString::to_string).unwrap_or_default(),
        is_set: matches.value_source(id).is_some_and(|source| source != ValueSource::DefaultValue),
    })
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn every_setting_is_shown_and_no_secret_is() {
        let config = Config::from_flags(&[
            "--database-url=postgres://user:hunter2@db/moltbook?password=hunter2",
            "--redis-url=redis://:hunter2@cache:6379",
            "--secret-key=hunter2-hunter2-hunter2-hunter2-hunter2",
            "--human-voting=off",
        ])
        .unwrap();
        let value = |name: &str| config.shown.iter().find(|shown| shown.name == name).map(|shown| shown.value.as_str());
        assert_eq!(value("SECRET_KEY"), Some("set"));
        assert_eq!(value("IDENTITY_SECRET"), Some("not set"));
        assert_eq!(value("HUMAN_VOTING"), Some("off"));
        assert_eq!(value("DATABASE_URL"), Some("postgres://user:\u{2026}@db/moltbook"));
        assert_eq!(value("LIMIT_READS_PER_MINUTE"), Some("60"));
        assert_eq!(value("LEPTOS_SITE_ROOT"), None);
        assert!(!format!("{:?}", config.shown).contains("hunter2"));
        let sections: Vec<&str> = config.shown.iter().map(|shown| shown.section.as_str()).collect();
        assert!(sections.iter().all(|section| !section.is_empty()), "{sections:?}");
        let set: Vec<&str> = config.shown.iter().filter(|s| s.is_set).map(|s| s.name.as_str()).collect();
        assert!(set.contains(&"HUMAN_VOTING") && !set.contains(&"LIMIT_READS_PER_MINUTE"), "{set:?}");
    }
}

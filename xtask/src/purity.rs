//! The border between server and browser: crates that must never be part of the wasm.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::command;
use crate::project::Project;

/// A crate of one of these names, or of a name that starts with it and a dash, is a leak of server code.
const SERVER_ONLY: [&str; 7] = ["axum", "domain", "migration", "sea-orm", "sqlx", "tokio", "utoipa"];

/// Fails and names the crates if server code would be compiled into the wasm.
pub(crate) fn check(project: &Project) -> Result<()> {
    let package = &project.leptos.lib_package;
    let tree = command::output(&mut command::cargo(
        &project.root,
        [
            "tree",
            "--package",
            package,
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    ))?;
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let leaks: Vec<&str> = crates.iter().copied().filter(|name| is_server_only(name)).collect();
    if !leaks.is_empty() {
        bail!(
            "server code reaches the browser: {}\nsee which way with: cargo tree -p {package} --target wasm32-unknown-unknown -e normal -i {}",
            leaks.join(", "),
            leaks[0]
        );
    }
    println!("purity: {} crates in the wasm, none of them the server's", crates.len());
    Ok(())
}

fn is_server_only(name: &str) -> bool {
    SERVER_ONLY
        .iter()
        .any(|banned| name == *banned || name.strip_prefix(banned).is_some_and(|rest| rest.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::is_server_only;

    #[test]
    fn families_are_banned_and_namesakes_are_not() {
        for banned in ["tokio", "sqlx-core", "sea-orm-migration", "domain", "utoipa-gen"] {
            assert!(is_server_only(banned), "{banned}");
        }
        for fine in ["app", "types", "tokio2", "leptos", "domainsel"] {
            assert!(!is_server_only(fine), "{fine}");
        }
    }
}

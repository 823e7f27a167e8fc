//! What a visitor downloads, against the budgets. Measured on the files that are sent: the brotli forms.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// In kilobytes of 1,024 bytes.
const SCRIPT_BUDGET: u64 = 120;
const STYLE_BUDGET: u64 = 15;

/// Fails if the script (wasm with its glue) or the styles of a release site are over their budgets.
pub(crate) fn check(project: &Project) -> Result<()> {
    let pkg = project.pkg_dir();
    let rows = [
        ("wasm and glue", weight(&pkg, &["wasm.br", "js.br"])?, SCRIPT_BUDGET),
        ("styles", weight(&pkg, &["css.br"])?, STYLE_BUDGET),
    ];
    let mut over = Vec::new();
    for (what, bytes, budget) in rows {
        println!("size: {what:<14} {:>6.1} KB of {budget} KB", kilobytes(bytes));
        if bytes == 0 {
            bail!("{} holds no {what} in brotli form: build with `cargo xtask site --release` first", pkg.display());
        }
        if bytes > budget * 1024 {
            over.push(what);
        }
    }
    if !over.is_empty() {
        bail!("over budget: {}", over.join(", "));
    }
    Ok(())
}

/// Bytes of all files below `folder` whose name ends so; snippets of wasm-bindgen lie in folders of their own.
fn weight(folder: &Path, endings: &[&str]) -> Result<u64> {
    let mut sum = 0;
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}; build the site first", folder.display()))?
    {
        let entry = entry?;
        let path = entry.path();
        if path.is_dir() {
            sum += weight(&path, endings)?;
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_only_the_brotli_forms_and_looks_into_folders() {
        let pkg = tempfile::tempdir().unwrap();
        fs::create_dir(pkg.path().join("snippets")).unwrap();
        for (name, len) in
            [("site.js", 50), ("site.js.br", 10), ("site.wasm.br", 20), ("site.css.br", 5), ("snippets/a.js.br", 3)]
        {
            fs::write(pkg.path().join(name), vec![0; len]).unwrap();
        }
        assert_eq!(weight(pkg.path(), &["wasm.br", "js.br"]).unwrap(), 33);
        assert_eq!(weight(pkg.path(), &["css.br"]).unwrap(), 5);
    }
}

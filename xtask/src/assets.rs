//! Copying folders of static files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Copies everything in `from` into `to`. An absent `from` is an empty one: git keeps no empty folders.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    if !from.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (source, goal) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_tree(&source, &goal)?;
        } else {
            fs::copy(&source, &goal).with_context(|| format!("cannot copy {}", source.display()))?;
        }
    }
    Ok(())
}

//! Running other programs: where they are, and one clear line when they fail.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Where `scripts/setup.sh` puts the programs that come from npm.
const NPM_BIN: &str = "style/node_modules/.bin";

/// A cargo call in the workspace. Progress bars are off: two builds share the terminal.
pub(crate) fn cargo<I: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).env("CARGO_TERM_PROGRESS_WHEN", "never").args(args);
    command
}

/// A program installed from npm, at the version the lock file names; else the one on `PATH`.
pub(crate) fn npm_tool(root: &Path, name: &str) -> Command {
    let local = root.join(NPM_BIN).join(name);
    let mut command = if local.exists() { Command::new(local) } else { Command::new(name) };
    command.current_dir(root);
    command
}

/// Runs a program whose output the reader should see.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs a program and returns what it printed; its complaints are shown only if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !done.status.success() {
        bail!("`{}` failed ({})\n{}", line(command), done.status, String::from_utf8_lossy(&done.stderr));
    }
    String::from_utf8(done.stdout).with_context(|| format!("`{}` printed something that is not UTF-8", line(command)))
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: is it installed? `scripts/setup.sh run` installs it", line(command))
}

fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

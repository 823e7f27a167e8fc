//! One stylesheet from Tailwind, holding only what the sources use.

use anyhow::Result;

use crate::command;
use crate::project::Project;

/// Writes the stylesheet into the package folder.
pub(crate) fn build(project: &Project, release: bool) -> Result<()> {
    println!("site: writing the styles with Tailwind");
    let mut tailwind = command::npm_tool(&project.root, "tailwindcss");
    tailwind.arg("--input").arg(&project.leptos.tailwind_input_file);
    tailwind.arg("--output").arg(project.pkg_dir().join(project.pkg_name("css")));
    if release {
        tailwind.arg("--minify");
    }
    // Its banner and timing say nothing a reader needs; its errors are shown when it fails.
    command::output(&mut tailwind).map(drop)
}

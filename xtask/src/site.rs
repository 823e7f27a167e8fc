//! The whole site in the order of `cargo leptos build`, for machines that have no cargo-leptos.

use std::fs;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::project::Project;
use crate::{assets, command, compress, front, style};

/// Builds the site; in release also minified and compressed.
pub(crate) fn build(project: &Project, release: bool, front_only: bool) -> Result<()> {
    let start = Instant::now();
    // Side by side: the wasm ends in a link on one core, which leaves the other to the server.
    thread::scope(|scope| {
        let server = scope.spawn(|| if front_only { Ok(()) } else { server(project, release) });
        let packed = front::build(project, release).and_then(|pkg| lay_out(project, &pkg, release));
        let built = server.join().map_err(|_panic| anyhow!("the thread that builds the server stopped"))?;
        packed.and(built)
    })?;
    println!("site: ready in {} after {:.0?}", project.site_root().display(), start.elapsed());
    Ok(())
}

/// Fills the site folder only after the wasm was built: a failed build leaves the last good site in place.
fn lay_out(project: &Project, pkg: &std::path::Path, release: bool) -> Result<()> {
    let site = project.site_root();
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    assets::copy_tree(&project.root.join(&project.leptos.assets_dir), &site)?;
    assets::copy_tree(pkg, &project.pkg_dir())?;
    style::build(project, release)?;
    if release {
        compress::tree(&site)?;
    }
    Ok(())
}

fn server(project: &Project, release: bool) -> Result<()> {
    let leptos = &project.leptos;
    println!("site: building the server");
    let mut build = command::cargo(&project.root, ["build", "--package", &leptos.bin_package, "--no-default-features"]);
    build.env("LEPTOS_OUTPUT_NAME", &leptos.output_name);
    if !leptos.bin_features.is_empty() {
        build.arg("--features").arg(leptos.bin_features.join(","));
    }
    if release {
        build.arg("--release");
    }
    command::run(&mut build)
}

//! The browser's half: wasm from rustc, glue from wasm-bindgen, then wasm-opt and the minifier in release.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command;
use crate::project::Project;

/// What cargo-leptos passes unless the metadata says otherwise; rustc's wasm uses both features by default.
const WASM_OPT: [&str; 3] = ["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"];

/// Builds the wasm and its glue and returns the folder that holds them.
pub(crate) fn build(project: &Project, release: bool) -> Result<PathBuf> {
    compile(project, release)?;
    let raw = project.raw_wasm(release);
    let pkg = project.front_target().join("pkg").join(project.front_profile(release));
    let wasm = pkg.join(project.pkg_name("wasm"));
    if is_current(&wasm, &raw) {
        println!("site: wasm unchanged");
    } else {
        pack(project, &raw, &pkg, &wasm, release)?;
    }
    Ok(pkg)
}

fn compile(project: &Project, release: bool) -> Result<()> {
    let leptos = &project.leptos;
    println!("site: building the wasm of `{}`", leptos.lib_package);
    let mut build = command::cargo(
        &project.root,
        ["build", "--lib", "--no-default-features", "--target", "wasm32-unknown-unknown"],
    );
    build.args(["--package", &leptos.lib_package, "--profile", project.front_profile(release)]);
    build.arg("--target-dir").arg(project.front_target());
    build.env("LEPTOS_OUTPUT_NAME", &leptos.output_name);
    if !leptos.lib_features.is_empty() {
        build.arg("--features").arg(leptos.lib_features.join(","));
    }
    command::run(&mut build)
}

/// The wasm is written last, so a folder with a wasm newer than its source is complete. A newer build program makes it stale as well.
fn is_current(wasm: &Path, raw: &Path) -> bool {
    let Some(done) = modified(wasm) else {
        return false;
    };
    let program = std::env::current_exe().ok().and_then(|exe| modified(&exe));
    [modified(raw), program].into_iter().all(|input| input.is_some_and(|input| input < done))
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|found| found.modified()).ok()
}

fn pack(project: &Project, raw: &Path, pkg: &Path, wasm: &Path, release: bool) -> Result<()> {
    println!("site: writing the glue with wasm-bindgen");
    if pkg.exists() {
        fs::remove_dir_all(pkg).with_context(|| format!("cannot empty {}", pkg.display()))?;
    }
    Bindgen::new()
        .input_path(raw)
        .out_name(&project.leptos.output_name)
        .web(true)?
        .keep_debug(!release)
        .remove_name_section(release)
        .generate(pkg)
        .context("wasm-bindgen failed; is `wasm-bindgen-cli-support` the same version as `wasm-bindgen`?")?;

    let bound = pkg.join(format!("{}_bg.wasm", project.leptos.output_name));
    if release {
        let glue = pkg.join(project.pkg_name("js"));
        println!("site: minifying the glue");
        command::run(
            command::npm_tool(&project.root, "esbuild")
                .args(["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"])
                .arg(&glue)
                .arg(outfile(&glue)),
        )?;
        println!("site: shrinking the wasm with wasm-opt");
        optimise(project, &bound)?;
    }
    fs::rename(&bound, wasm).with_context(|| format!("cannot move {}", bound.display()))
}

fn optimise(project: &Project, wasm: &Path) -> Result<()> {
    let mut opt = command::npm_tool(&project.root, "wasm-opt");
    match &project.leptos.wasm_opt_features {
        Some(args) => opt.args(args),
        None => opt.args(WASM_OPT),
    };
    command::run(opt.arg(wasm).arg("-o").arg(wasm))
}

fn outfile(glue: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from("--outfile=");
    option.push(glue);
    option
}

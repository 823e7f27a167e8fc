//! What is to be built: the `[[workspace.metadata.leptos]]` section that cargo-leptos reads too.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command;

/// The wasm build has a target folder of its own, as with cargo-leptos: its flags and features never disturb the server's.
const FRONT_TARGET: &str = "front";

/// The site, with every path absolute.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) leptos: Leptos,
}

/// The keys of the section that this build understands, named as cargo-leptos names them.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Leptos {
    pub(crate) bin_package: String,
    pub(crate) lib_package: String,
    pub(crate) output_name: String,
    pub(crate) tailwind_input_file: PathBuf,
    pub(crate) assets_dir: PathBuf,
    site_root: PathBuf,
    site_pkg_dir: PathBuf,
    #[serde(default = "release")]
    lib_profile_release: String,
    #[serde(default)]
    pub(crate) bin_features: Vec<String>,
    #[serde(default)]
    pub(crate) lib_features: Vec<String>,
    /// Replaces the usual arguments of wasm-opt, `-Oz` included.
    #[serde(default)]
    pub(crate) wasm_opt_features: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Metadata {
    metadata: Sections,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Sections {
    leptos: Vec<Leptos>,
}

impl Project {
    /// Asks cargo, so that the answer is right from any folder and with any `CARGO_TARGET_DIR`.
    pub(crate) fn load() -> Result<Self> {
        let json = command::output(Command::new("cargo").args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let found: Metadata =
            serde_json::from_str(&json).context("cannot read [[workspace.metadata.leptos]] of Cargo.toml")?;
        let leptos =
            found.metadata.leptos.into_iter().next().context("Cargo.toml has no [[workspace.metadata.leptos]]")?;
        Ok(Self { root: found.workspace_root, target: found.target_directory, leptos })
    }

    /// The folder the server serves static files from.
    pub(crate) fn site_root(&self) -> PathBuf {
        self.root.join(&self.leptos.site_root)
    }

    /// The folder of the wasm, its glue and the styles.
    pub(crate) fn pkg_dir(&self) -> PathBuf {
        self.site_root().join(&self.leptos.site_pkg_dir)
    }

    /// A file of the package folder. The wasm is not called `_bg`: leptos drops that when `LEPTOS_OUTPUT_NAME` was set at compile time, which `.cargo/config.toml` does.
    pub(crate) fn pkg_name(&self, extension: &str) -> String {
        format!("{}.{extension}", self.leptos.output_name)
    }

    pub(crate) fn front_target(&self) -> PathBuf {
        self.target.join(FRONT_TARGET)
    }

    /// The cargo profile of the wasm.
    pub(crate) fn front_profile(&self, release: bool) -> &str {
        if release { &self.leptos.lib_profile_release } else { "dev" }
    }

    /// What rustc wrote, before wasm-bindgen.
    pub(crate) fn raw_wasm(&self, release: bool) -> PathBuf {
        let folder = match self.front_profile(release) {
            "dev" => "debug",
            named => named,
        };
        let file = Path::new(&self.leptos.lib_package.replace('-', "_")).with_extension("wasm");
        self.front_target().join("wasm32-unknown-unknown").join(folder).join(file)
    }
}

fn release() -> String {
    String::from("release")
}

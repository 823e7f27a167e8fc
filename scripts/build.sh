#!/usr/bin/env bash
# Builds the release site and the server: with cargo-leptos where it is installed with its wasm-bindgen, else with xtask, which does the same.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH="$PWD/style/node_modules/.bin:$PATH"
# cargo-leptos downloads programs it does not find; on a machine without the right wasm-bindgen xtask needs no download.
version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
if command -v cargo-leptos >/dev/null && [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
  exec cargo leptos build --release --precompress
fi
exec cargo xtask site --release

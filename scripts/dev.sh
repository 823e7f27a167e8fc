#!/usr/bin/env bash
# Serves a debug build and rebuilds it when a source changes: cargo-leptos where it is installed, else a plain loop.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH="$PWD/style/node_modules/.bin:$PATH"
if command -v cargo-leptos >/dev/null; then exec cargo leptos watch; fi

echo "dev: cargo-leptos is not installed, so this rebuilds without reloading the browser;"
echo "dev: 'scripts/setup.sh dev' (or 'cargo install cargo-leptos --locked') brings the real thing, once, in about 15 minutes"

server=
stop() { if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; server=; fi; }
trap stop EXIT
trap 'exit 130' INT TERM

stamp=$(mktemp)
sources=(Cargo.toml app domain frontend migration public server style/tailwind.css types)
changed() { find "${sources[@]}" -newer "$stamp" -type f -print -quit 2>/dev/null; }

while true; do
  touch "$stamp"
  # The old server keeps answering while the new one is compiled, and stays if that fails.
  if cargo xtask site; then
    stop
    "${CARGO_TARGET_DIR:-target}/debug/server" & server=$!
  fi
  until [ -n "$(changed)" ]; do sleep 0.5; done
  echo "dev: $(changed) changed"
done

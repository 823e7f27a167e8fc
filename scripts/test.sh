#!/usr/bin/env bash
# Everything `make test` checks, stage by stage, with a summary at the end. A failed stage does not stop the next, unless the
# next cannot work without it. `scripts/setup.sh test` has to have run.
set -uo pipefail
cd "$(dirname "$0")/.."

# The same run on a desk and on a build machine: tools that look for this variable see it set in both.
export CI=true
# A changed answer is an error here; `cargo test` by hand leaves the new snapshot to be looked at.
export INSTA_UPDATE=no

readonly target=${CARGO_TARGET_DIR:-target}
names=() results=() seconds=()
passed=0 failed=0

# record NAME RESULT SECONDS
record() {
  names+=("$1") results+=("$2") seconds+=("$3")
  if [ "$2" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# stage NAME COMMAND… : true if the command was.
stage() {
  local name=$1 start=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  if "$@" </dev/null; then record "$name" ok $((SECONDS - start)); return 0; fi
  printf '=== %s: FAILED\n' "$name"
  record "$name" FAILED $((SECONDS - start))
  return 1
}

# after RESULT NAME COMMAND… : a stage that needs the result of an earlier one; without it, it has failed too.
after() {
  local result=$1 name=$2
  shift
  if [ "$result" -eq 0 ]; then stage "$@"; else printf '\n=== %s: not run, what it needs was not built\n' "$name"; record "$name" 'FAILED (not run)' 0; fi
}

deny() {
  local deny=target/tools/bin/cargo-deny
  "$deny" --offline check bans licenses sources || return
  # Known vulnerabilities are listed in a database on the network. Where that cannot be fetched the answer is "unknown", which must
  # not fail a build; where it can, a finding does.
  if timeout 60 "$deny" fetch db >/dev/null 2>&1; then
    "$deny" check --disable-fetch advisories
  else
    echo "advisories: not checked, their database cannot be reached from here"
  fi
}

# The packages are always chosen together and the tests by name: cargo picks the features of dependencies by the packages of a
# call, so `--package domain` would compile a good part of them a second time.
unit_tests() { scripts/with-services.sh cargo test --quiet --lib --bins; }
sqlite_tests() { TEST_DB=sqlite scripts/with-services.sh cargo test --quiet --test '*'; }
postgres_tests() { TEST_DB=postgres scripts/with-services.sh cargo test --quiet --test '*'; }

end_to_end() { npm test --prefix end2end; }
# Built with everything else, not by name: see above.
tools() { cargo build --quiet --bins; }
# A smaller `make contract`.
contract() { SERVER_BIN=$target/release/server "$target/debug/rigs" contract --only sqlite --examples 1 --calls 1000; }
clients() { SERVER_BIN=$target/release/server "$target/debug/clients"; }

stage 'lock file is current' cargo fetch --locked --quiet
stage 'format' cargo fmt --check
stage 'dependencies: bans, licences, sources' deny
stage 'browser half holds no server code' cargo xtask purity
stage 'clippy, server' cargo clippy --quiet --all-targets -- -D warnings
stage 'clippy, browser' cargo clippy --quiet --package frontend --target wasm32-unknown-unknown -- -D warnings
stage 'tests compile' cargo test --no-run --quiet
compiled=$?
after $compiled 'unit tests' unit_tests
after $compiled 'domain and HTTP tests, SQLite' sqlite_tests
after $compiled 'domain and HTTP tests, PostgreSQL' postgres_tests
stage 'release build' cargo xtask site --release
built=$?
after $built 'size budgets' cargo xtask size
after $built 'end to end, Chromium' end_to_end
after $built 'clients and rigs compile' tools
equipped=$?
after $equipped 'real clients' clients
after $equipped 'OpenAPI document, generated calls' contract

printf '\n%-40s %-17s %s\n' stage result seconds
for i in "${!names[@]}"; do printf '%-40s %-17s %7s\n' "${names[i]}" "${results[i]}" "${seconds[i]}"; done
printf '%-40s %-17s %7s\n\n' 'all' '' "$SECONDS"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

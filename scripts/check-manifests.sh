#!/usr/bin/env bash
# Holds openshift/, the Dockerfile and compose.yaml to those who will read them. `scripts/setup.sh manifests` has to have run.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH=$PWD/target/tools/manifests PYTHONDONTWRITEBYTECODE=1
(cd openshift/check && python3 -m unittest --quiet)
exec python3 openshift/check/check.py "$@"

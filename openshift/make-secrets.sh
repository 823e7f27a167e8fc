#!/bin/sh
# Prints the Secrets that the overlays want, with new random values: openshift/make-secrets.sh | oc apply -f -
# Run it once. A second run would print other passwords than those the database was made with.
#
#   --database-url URL   PostgreSQL that somebody else runs (overlay external-database)
#   --redis-url URL      Redis that somebody else runs
#
# With an object store put OBJECT_STORE_URL into the ConfigMap, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and
# AWS_ENDPOINT into the Secret `moltbook`: oc set data secret/moltbook AWS_REGION=… …
set -eu

# random LENGTH : letters and digits, so that it fits into a URL.
random() { openssl rand -base64 "$(($1 * 2))" | tr -dc 'A-Za-z0-9' | cut -c "1-$1"; }

database_url= redis_url=
while [ $# -gt 0 ]; do
  case $1 in
    --database-url) database_url=${2:?a URL is missing}; shift 2 ;;
    --redis-url) redis_url=${2:?a URL is missing}; shift 2 ;;
    *) echo "make-secrets: what is $1?" >&2; exit 2 ;;
  esac
done

postgresql=$(random 32) redis=$(random 32)

cat <<SECRETS
apiVersion: v1
kind: Secret
metadata:
  name: moltbook
  labels:
    app.kubernetes.io/part-of: moltbook
stringData:
  DATABASE_URL: "${database_url:-postgres://moltbook:$postgresql@moltbook-postgresql/moltbook}"
  REDIS_URL: "${redis_url:-redis://:$redis@moltbook-redis/}"
  IDENTITY_SECRET: "$(random 48)"
  SECRET_KEY: "$(random 48)"
---
apiVersion: v1
kind: Secret
metadata:
  name: moltbook-proxy
  labels:
    app.kubernetes.io/part-of: moltbook
stringData:
  cookie-secret: "$(random 32)"
SECRETS
[ -n "$database_url" ] || cat <<SECRETS
---
apiVersion: v1
kind: Secret
metadata:
  name: moltbook-postgresql
  labels:
    app.kubernetes.io/part-of: moltbook
stringData:
  database: moltbook
  user: moltbook
  password: "$postgresql"
SECRETS
[ -n "$redis_url" ] || cat <<SECRETS
---
apiVersion: v1
kind: Secret
metadata:
  name: moltbook-redis
  labels:
    app.kubernetes.io/part-of: moltbook
stringData:
  password: "$redis"
SECRETS

#!/usr/bin/env bash
# Runs a command with a PostgreSQL cluster and a Redis server of its own, and removes both afterwards.
#
#   scripts/with-services.sh COMMAND [ARGUMENT…]
#
# The command finds in its environment:
#   TEST_POSTGRES_URL  superuser, by TCP on 127.0.0.1; it makes and drops the databases it needs
#   TEST_REDIS_URL     an empty Redis without persistence
#   PGCTL              a program that controls the cluster whoever runs it: `$PGCTL stop -m immediate`, `$PGCTL start`, `$PGCTL status`
#   PGCTL_DATA         the cluster's data folder (postmaster.pid is in it); PostgreSQL's own user owns it
#   PGCTL_BIN          the folder of PostgreSQL's programs (psql, pgbench, …)
set -euo pipefail

die() { printf 'with-services: %s\n' "$*" >&2; exit 1; }
[ $# -gt 0 ] || die "which command?"

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || bin=$(pg_config --bindir 2>/dev/null) || bin=
[ -x "$bin/initdb" ] || die "PostgreSQL's server programs are missing: scripts/setup.sh services installs them"
command -v redis-server >/dev/null || die "Redis is missing: scripts/setup.sh services installs it"

# PostgreSQL refuses to run as root.
owner=$(id -un)
[ "$(id -u)" -ne 0 ] || owner=postgres
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"); else "$@"; fi
}

work=$(mktemp -d "${TMPDIR:-/tmp}/moltbook-services.XXXXXX")
data=$work/postgres
redis_dir=$work/redis
mkdir "$data" "$redis_dir"
chmod 755 "$work"
chown "$owner" "$data"

redis_pid=
cleanup() {
  trap '' INT TERM
  # The command may have stopped or restarted either of them.
  if [ -f "$data/postmaster.pid" ]; then as_owner "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true; fi
  if [ -n "$redis_pid" ]; then
    kill -CONT "$redis_pid" 2>/dev/null || true
    redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1 || kill -KILL "$redis_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

random_port() { echo $((20000 + (RANDOM * 32768 + RANDOM) % 12000)); }

as_owner "$bin/initdb" -D "$data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1 \
  || { cat "$work/initdb.log" >&2; die "initdb failed"; }

# Without fsync a killed server still loses nothing it acknowledged: what it wrote is with the kernel. Only a power cut would tell.
settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c max_connections=200 -c fsync=off -c full_page_writes=off"

# A port is only known to be free once a server has it, so take one at random and try another if it is taken.
postgres_port=
for _ in 1 2 3 4 5; do
  port=$(random_port)
  if as_owner "$bin/pg_ctl" -D "$data" -l "$data/log" -w -t 60 -o "$settings -c port=$port" start >/dev/null; then postgres_port=$port; break; fi
  grep -q 'Address already in use' "$data/log" || break
done
[ -n "$postgres_port" ] || { tail -n 20 "$data/log" >&2; die "PostgreSQL did not start"; }

cat >"$work/pgctl" <<CTL
#!/bin/sh
# Controls the throw-away cluster: start, stop, restart, status and their options.
action=\$1; shift
if [ "\$(id -u)" -eq 0 ]; then cd / && set -- setpriv --reuid=postgres --regid=postgres --init-groups -- "$bin/pg_ctl" "\$action" -D "$data" "\$@"
else set -- "$bin/pg_ctl" "\$action" -D "$data" "\$@"; fi
case \$action in
  start|restart) exec "\$@" -w -l "$data/log" -o "$settings -c port=$postgres_port" >/dev/null ;;
  *) exec "\$@" ;;
esac
CTL
chmod 755 "$work/pgctl"

redis_port=
for _ in 1 2 3 4 5; do
  port=$(random_port)
  setsid redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$redis_dir" >"$redis_dir/log" 2>&1 &
  redis_pid=$!
  # Ready or gone, whichever comes first.
  while kill -0 "$redis_pid" 2>/dev/null; do
    if [ "$(redis-cli -p "$port" config get dir 2>/dev/null | tail -n 1)" = "$redis_dir" ]; then redis_port=$port; break 2; fi
    sleep 0.05
  done
done
[ -n "$redis_port" ] || { tail -n 20 "$redis_dir/log" >&2; die "Redis did not start"; }

export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$postgres_port/postgres"
export TEST_REDIS_URL="redis://127.0.0.1:$redis_port/"
export PGCTL="$work/pgctl" PGCTL_DATA="$data" PGCTL_BIN="$bin"

"$@"

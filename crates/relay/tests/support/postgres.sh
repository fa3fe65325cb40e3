#!/bin/sh
# A PostgreSQL server for one test process: starts it on a socket in a new folder, prints the folder, and stops and deletes
# everything when standard input closes, however the tests end. Arguments: a folder for it, the folder of the programs.
set -eu
trap : INT TERM
dir=$(mktemp -d "$1/kinora-pg.XXXXXX")
bin=$2

# PostgreSQL refuses to run as root.
as() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi

# Without fsync: no test cuts the power, and none kills this server.
as "$bin/initdb" -D "$dir/data" -U relay -A trust -E UTF8 --locale=C --no-sync >&2
as "$bin/postgres" -D "$dir/data" -k "$dir" -F -c listen_addresses= -c max_connections=200 >&2 &
server=$!
until "$bin/pg_isready" -q -h "$dir"; do
    kill -0 "$server"
    sleep 0.05
done
echo "$dir"
read -r _ || true
kill -INT "$server" 2>/dev/null || true
wait "$server" || true
rm -rf "$dir"

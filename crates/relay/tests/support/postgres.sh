#!/bin/sh
# A PostgreSQL server for one test process: starts it on a socket in a new folder, prints the folder, and stops and deletes
# everything when standard input closes, however the tests end. Arguments: a folder for it, the folder of the programs.
set -eu
trap : INT TERM
dir=$(mktemp -d "$1/kinora-pg.XXXXXX")
trap 'rm -rf "$dir"' EXIT
bin=$2

# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    set -- setpriv --reuid=postgres --regid=postgres --clear-groups
else
    set -- env
fi

# Without fsync: no test cuts the power, and none kills this server.
"$@" "$bin/initdb" -D "$dir/data" -U relay -A trust -E UTF8 --locale=C --no-sync >&2
# Not through a function: then this would be the number of a shell that hears no signal, and not the server's.
"$@" "$bin/postgres" -D "$dir/data" -k "$dir" -F -c listen_addresses= -c max_connections=200 >&2 &
server=$!
until "$bin/pg_isready" -q -h "$dir"; do
    kill -0 "$server"
    sleep 0.05
done
echo "$dir"
read -r _ || true
kill -INT "$server"
wait "$server" || true

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the benchmark scripts beside it: a server that ends with this shell, CPUs for both sides, and
# a row's cell. Sourced.

scratch=$(mktemp -d)
trap 'exec 8>&-; [ -z "${server-}" ] || wait "$server"; rm -rf "$scratch"' EXIT

cpus=$(nproc)
if [ "$cpus" -lt 2 ]; then
  echo "skipped: server and client would share the one CPU"
  exit 77
fi
# The first and the last CPU that this shell may use.
allowed=$(taskset -pc $$ | sed 's/.*: //')
server_cpu=${allowed%%[-,]*}
client_cpu=${allowed##*[-,]}

# start_server COMMAND...: sets `server` (pid) and `port`; it ends with its standard input.
start_server() {
  rm -f "$scratch/control" "$scratch/said"
  mkfifo "$scratch/control"
  taskset -c "$server_cpu" "$@" <"$scratch/control" >"$scratch/said" 8>&- &
  server=$!
  exec 8>"$scratch/control"
  until grep -qs listening "$scratch/said"; do
    kill -0 "$server"
    sleep 0.02
  done
  port=$(awk '/listening/ { print $2 }' "$scratch/said")
}

stop_server() {
  exec 8>&-
  wait "$server"
  server=
}

# put_load OPTION...: leaves the row in $scratch/row.csv.
put_load() {
  rm -f "$scratch/row.csv"
  "$WAITBENCH_BUILD/waitbench" load --port "$port" --cpus "$client_cpu" \
    --csv "$scratch/row.csv" "$@" 2>"$scratch/notes" || {
    cat "$scratch/notes" >&2
    return 1
  }
}

# cell COLUMN
cell() {
  python3 -c 'import csv, sys
print(next(csv.DictReader(open(sys.argv[1])))[sys.argv[2]])' "$scratch/row.csv" "$1"
}

# median_ratio FILE: of lines "ours theirs".
median_ratio() {
  awk '{ print $1 / $2 }' "$1" | sort -n |
    awk '{ r[NR] = $1 } END { print NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2 }'
}

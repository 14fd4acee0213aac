#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a request over HTTP costs the load generator, beside wrk and beside the barest client that epoll
# allows: one closed loop of 100 connections on the same server, in turns, each client alone on its CPU.
# Prints replies per second, and the CPU time of the client's process over its requests; the medians of
# the ratios last. wrk checks no body; ours checks each; the barest one reads nothing of it, and its
# ratio is what no epoll client gets below, nor one over io_uring its own. Judges nothing. Usage: wrk.sh [PAIRS] [SECONDS] [SERVER COMMAND...], of
# a server with rows of seed 1, such as web-loop --seed 1.
set -euo pipefail
: "${WAITBENCH_BUILD:?the build directory}"
# shellcheck source=tests/load/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
command -v wrk >/dev/null || {
  echo "skipped: wrk is not installed"
  exit 77
}

pairs=${1:-12}
seconds=${2:-3}
[ $# -ge 3 ] || set -- "$pairs" "$seconds" "$WAITBENCH_BUILD/tests/load/bare_http_server"
TIMEFORMAT='%U %S'

# cpu_us REQUESTS: microseconds of CPU each, of the process whose times are in $scratch/time.
cpu_us() {
  awk -v n="$1" '{ print 1e6 * ($1 + $2) / n }' "$scratch/time"
}

# Both set `rate` and `cpu`.
run_ours() {
  { time put_load --protocol http --connections 100 --closed --duration "$seconds" --warmup 0 \
    --idle-wait block 2>&9; } 9>&2 2>"$scratch/time"
  rate=$(cell achieved_per_second)
  cpu=$(cpu_us "$(cell requests_answered)")
}

run_wrk() {
  { time taskset -c "$client_cpu" wrk -t1 -c100 -d"$seconds" "http://127.0.0.1:$port/item/7" \
    >"$scratch/wrk" 2>&9; } 9>&2 2>"$scratch/time"
  rate=$(awk '/^Requests\/sec/ { print $2 }' "$scratch/wrk")
  cpu=$(cpu_us "$(awk '/requests in/ { print $1 }' "$scratch/wrk")")
}

run_bare() {
  read -r rate cpu < <("$WAITBENCH_BUILD/tests/load/bare_client" "$port" 100 "$seconds" 0 "$client_cpu" \
    block /item/7)
}

# Where io_uring is there and allowed; else `cpu` is empty.
run_uring() {
  cpu=
  [ ! -x "$WAITBENCH_BUILD/tests/load/bare_uring_client" ] ||
    read -r rate cpu < <("$WAITBENCH_BUILD/tests/load/bare_uring_client" "$port" 100 "$seconds" "$client_cpu" \
      /item/7) || true # it says nothing where it is not
}

# note CLIENT: what a run of it found.
note() {
  "run_$1"
  printf -v "rate_$1" %s "$rate"
  printf -v "cpu_$1" %s "$cpu"
}

start_server "${@:3}"
echo "replies/s ours, wrk, barest; CPU us per request ours, wrk, barest, barest over io_uring"
for pair in $(seq "$pairs"); do
  # Who goes first has no advantage over all pairs.
  if [ $((pair % 2)) -eq 0 ]; then
    note ours
    note wrk
    note bare
    note uring
  else
    note uring
    note bare
    note wrk
    note ours
  fi
  # shellcheck disable=SC2154
  echo "$rate_ours $rate_wrk $rate_bare $cpu_ours $cpu_wrk $cpu_bare $cpu_uring" | tee -a "$scratch/pairs"
done
stop_server

# ratio_of COLUMN OTHER
ratio_of() {
  awk -v a="$1" -v b="$2" '{ print $a, $b }' "$scratch/pairs" >"$scratch/two"
  median_ratio "$scratch/two"
}
echo "median ratio of replies/s, ours over wrk's: $(ratio_of 1 2)"
echo "median ratio of CPU per request, ours over wrk's: $(ratio_of 4 5); the barest client's: $(ratio_of 6 5)"
[ -z "$cpu_uring" ] || echo "the barest client's over io_uring: $(ratio_of 7 5)"

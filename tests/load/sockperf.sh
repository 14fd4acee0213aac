#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cross-check: the median round trip of one connection, closed loop, against sockperf's ping-pong.
# Pairs in the same placement, alternating: sockperf's client and server (epoll), and ours against
# echo-loop; once with clients that sleep in the kernel and once with clients that spin. Fails when
# the median of a kind's ratios is off by more than 15 %.
set -euo pipefail
: "${WAITBENCH_BUILD:?the build directory}"
# shellcheck source=tests/load/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"
command -v sockperf >/dev/null || {
  echo "skipped: sockperf is not installed"
  exit 77
}

pairs=5
seconds=2
size=64
sockperf_port=$((20000 + RANDOM % 10000))

taskset -c "$server_cpu" sockperf server --tcp -i 127.0.0.1 -p "$sockperf_port" \
  >"$scratch/sockperf-server" 2>&1 8>&- &
sockperf_server=$!
trap 'kill "$sockperf_server"; exec 8>&-; wait; rm -rf "$scratch"' EXIT
sleep 1
start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"

# sockperf_p50 OPTION...: in microseconds.
sockperf_p50() {
  taskset -c "$client_cpu" sockperf ping-pong --tcp -i 127.0.0.1 -p "$sockperf_port" -m "$size" \
    -t "$seconds" --full-rtt "$@" 2>&1 | sed 's/\x1b\[[0-9;]*m//g' |
    awk '/percentile 50.000/ { print $NF }'
}

# compare KIND OPTION...: the options are sockperf's.
compare() {
  local kind=$1 ours theirs
  shift
  for _ in $(seq "$pairs"); do
    theirs=$(sockperf_p50 "$@")
    put_load --connections 1 --closed --size "$size" --duration "$seconds" --warmup 0.4 \
      --idle-wait "$kind"
    ours=$(awk -v ns="$(cell service_p50_ns)" 'BEGIN { print ns / 1000 }')
    echo "$ours $theirs" >>"$scratch/$kind"
  done
  local ratio
  ratio=$(median_ratio "$scratch/$kind")
  echo "$kind: p50 in us, ours and sockperf's: $(tr '\n' ';' <"$scratch/$kind") median ratio $ratio"
  awk -v r="$ratio" 'BEGIN { exit !(r >= 0.85 && r <= 1.15) }' || failed=1
}

failed=0
compare block
compare spin --nonblocked
stop_server
exit "$failed"

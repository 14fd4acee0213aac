#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The closed loop at 100 connections against the barest epoll client, alternating against one
# server, spinning and blocking. Fails when the median of the ratios is below 0.95: then the
# generator's checking and measuring would cost what it means to measure.
set -euo pipefail
: "${WAITBENCH_BUILD:?the build directory}"
# shellcheck source=tests/load/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"

pairs=15
seconds=0.6
start_server "$WAITBENCH_BUILD/bench/${1:-echo-loop-libc}"
failed=0
for kind in spin block; do
  for _ in $(seq "$pairs"); do
    read -r theirs _ < <("$WAITBENCH_BUILD/tests/load/bare_client" "$port" 100 "$seconds" 64 \
      "$client_cpu" "$kind")
    put_load --connections 100 --closed --duration "$seconds" --warmup 0.2 --idle-wait "$kind"
    echo "$(cell achieved_per_second) $theirs $(cell client_busy_ratio)" >>"$scratch/$kind"
  done
  ratio=$(median_ratio "$scratch/$kind")
  echo "$kind: replies/s, ours, the bare client's, and our busy share:"
  cat "$scratch/$kind"
  echo "$kind: median ratio $ratio"
  awk -v r="$ratio" 'BEGIN { exit !(r >= 0.95) }' || failed=1
done
stop_server
exit "$failed"

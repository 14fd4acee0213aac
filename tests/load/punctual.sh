#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The open loop keeps its schedule: at 20,000 requests/s from a spinning client the p99 of its own
# lateness is at most 100 us, of requests over HTTP 20 us, and the offered rate is met within 1 % up to
# 80 % of what a closed loop found the server can do. For a quiet machine.
set -euo pipefail
: "${WAITBENCH_BUILD:?the build directory}"
# shellcheck source=tests/load/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"

failed=0
# check RATE LATENESS-LIMIT-IN-NS OPTION...
check() {
  put_load --connections 100 --rate "$1" --duration 3 --warmup 0.5 "${@:3}"
  python3 - "$scratch/row.csv" "$2" <<'PYTHON' || failed=1
import csv, sys
row = next(csv.DictReader(open(sys.argv[1])))
offered = int(row["requests_offered"]) / float(row["duration_seconds"])
met = float(row["achieved_per_second"]) / offered
lateness = float(row["lateness_p99_ns"])
def us(name):
    return f"{float(row[name]) / 1000:.1f} us" if row[name] else "withheld"
print(f"  offered {offered:.0f}/s, met {100 * met:.2f} %, lateness p99 {lateness / 1000:.1f} us,"
      f" p50 {us('p50_ns')}, p99 {us('p99_ns')}")
sys.exit(not (0.99 <= met <= 1.01 and lateness <= float(sys.argv[2])))
PYTHON
}

for model in echo-threads-libc echo-loop-libc; do
  start_server "$WAITBENCH_BUILD/bench/$model"
  put_load --connections 100 --closed --duration 3 --warmup 0.5
  capacity=$(cell achieved_per_second)
  echo "$model: capacity $capacity/s"
  check 20000 100000
  for percent in 20 50 80; do
    check "$(awk -v c="$capacity" -v p="$percent" 'BEGIN { print int(c * p / 100) }')" 1e12
  done
  stop_server
done

start_server "$WAITBENCH_BUILD/tests/load/bare_http_server"
echo 'HTTP:'
check 20000 20000 --protocol http
stop_server
exit "$failed"

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench load against a server that delays by a known time. Run alone: it is about microseconds.

load helpers
load servers

# p50_with_delay MICROSECONDS
p50_with_delay() {
  start_server "$WAITBENCH_BUILD/tests/delay" "$1"
  put_good_load --connections 1 --rate 100 --arrivals constant --duration 2.5 --warmup 0.5
  P50=$(cell row.csv p50_ns 1)
  stop_server
}

# within LIMIT A B: whether A and B differ by at most that.
within() {
  (($2 - $3 <= $1 && $3 - $2 <= $1))
}

# Once with the delay between twice without. Where the two without differ by more than the tolerance
# themselves, other work on the machine moves the median, and that try tells nothing.
@test "a server that waits 2 ms moves the median by 2 ms within 5 %" {
  local before delayed quiet=0
  for _ in 1 2 3 4; do
    p50_with_delay 0
    before=$P50
    p50_with_delay 2000
    delayed=$P50
    [ "$delayed" -ge 2000000 ]
    p50_with_delay 0
    echo "p50: $before, delayed $delayed, $P50 ns"
    within 100000 "$before" "$P50" || continue
    quiet=1
    if within 100000 "$((delayed - before))" 2000000; then
      return 0
    fi
  done
  [ "$quiet" -eq 1 ] || skip 'the machine is too busy to tell'
  false
}

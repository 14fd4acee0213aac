#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs on a run's CPUs are called by their name, in rows, machine.json and report. They are made
# so strong that the machine's own noise does not matter, and so these tests run alone.

load helpers

# cpus_of SIDE: the CPUs where a run puts the server or the clients, as a list.
cpus_of() {
  "$waitbench" doctor | sed -n "s/^  server on CPUs \([^,]*\), clients on CPUs \([^ ]*\).*/\\$1/p"
}

# Two CPUs that are not shared, and the right to take them.
needs_two_cpus() {
  [ "$(nproc)" -ge 2 ] || skip 'takes two CPUs'
  [ "$(nice -n -15 nice 2>/dev/null)" -eq -15 ] || skip 'nice -15 takes root'
}

# spin NICE CPUS [SECONDS]: keeps each of those CPUs busy at that level, from so many seconds on.
spin() {
  local cpu
  for cpu in $(python3 -c 'import sys
for part in sys.argv[1].split(","):
    low, _, high = part.partition("-")
    print(*range(int(low), int(high or low) + 1))' "$2"); do
    nice -n "$1" taskset -c "$cpu" python3 -c "import time
time.sleep(${3:-0})
while True: pass" 3>&- &
    spinners+=($!)
  done
}

stop_spinning() {
  [ -z "${spinners-}" ] || kill -KILL "${spinners[@]}" 2>/dev/null || true # they have ended
  spinners=()
}

teardown() {
  stop_spinning
}

throughput() {
  "$waitbench" run --profile quick --only throughput --scenario echo --model loop --blocks 1 --output "$run_dir" "$@" \
    2>"$BATS_TEST_TMPDIR/stderr"
}

@test "a spinning program on the clients' CPU: no row stands without a word" {
  needs_two_cpus
  local clients
  clients=$(cpus_of 2)
  # Its share is 3 %: a generator that gets so little has measured nothing.
  spin -15 "$clients"
  throughput || [ "$?" -eq 1 ]
  stop_spinning
  every_row "$run_dir/throughput.csv" \
    'valid == 0 or "did not run for" in row["note"] and "others used" in row["note"]'
  every_row "$run_dir/throughput.csv" \
    'valid == 0 or (client_bound == 1 and foreign_cpu_seconds > 0.1 * duration_seconds)'
  [[ "$(told during 'contended trials')" == *'other programs used'* ]]
  told during 'absent generator'
  grep -q 'warning: other programs used' "$BATS_TEST_TMPDIR/stderr"
  grep -q 'timed trials other programs used' "$run_dir/report.html"
}

@test "a spinning program on the server's CPU" {
  needs_two_cpus
  local servers
  servers=$(cpus_of 1)
  spin -10 "$servers"
  throughput || [ "$?" -eq 1 ]
  stop_spinning
  every_row "$run_dir/throughput.csv" 'valid == 0 or "others used" in row["note"]'
  told during 'contended trials'
}

@test "programs on all CPUs from the middle of a run on" {
  [ "$(nproc)" -ge 2 ] || skip 'takes two CPUs'
  # Not stronger than ours, lest a program of a second takes minutes.
  spin 0 "$(cpus_of 1)" 2.5
  spin 0 "$(cpus_of 2)" 2.5
  # The control flow has no generator, and its rows say it, too.
  "$waitbench" run --profile quick --only throughput,flow --scenario echo,executor --model loop --blocks 3 \
    --output "$run_dir" 2>"$BATS_TEST_TMPDIR/stderr" || [ "$?" -eq 1 ]
  stop_spinning
  told during 'other work'
  told during 'contended trials'
  every_row "$run_dir/flow.csv" 'valid == 0 or "others used" in row["note"]'
}

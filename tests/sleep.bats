#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The scenario to which nobody connects: its programs, and a run of them.

bats_require_minimum_version 1.5.0
load helpers

# plan SETTING: a plan of that one, as $plan.
plan() {
  plan=$BATS_TEST_TMPDIR/mine.cfg
  printf 'calibration_seconds = 0.05; settings = ( { experiment = "memory"; scenario = "sleep"; %s } );\n' "$1" >"$plan"
}

@test "each half makes as many waiters as it is told, and says so when they wait" {
  local half count
  for half in threads loop; do
    for count in 0 50; do
      run --separate-stderr "$WAITBENCH_BUILD/bench/sleep-$half-libc" --waiters $count <<<$'waiters\nstats'
      echo "$half: $output"
      [ "$status" -eq 0 ]
      [ "${lines[0]}" = "waiting $count" ]
      [ "${lines[1]}" = "waiters $count" ]
      [ "${lines[2]}" = "model $half" ]
      [ "${lines[-1]}" = end ]
    done
  done
}

@test "options that make no sense are refused" {
  run "$WAITBENCH_BUILD/bench/sleep-threads-libc" </dev/null
  [ "$status" -eq 2 ]
  [[ "$output" == *"--waiters is missing"* ]]
  run "$WAITBENCH_BUILD/bench/sleep-loop-libc" --waiters 5 --stack-size 65536 </dev/null
  [ "$status" -eq 2 ]
}

@test "a run measures its memory, without a client, and no claim is judged by it" {
  plan 'models = ["threads", "loop"]; waiters = (10, 20, 30, 40); stack_bytes = 262144; blocks = 1;'
  run "$waitbench" run --plan "$plan" --work-heap 1000 --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  python3 - "$run_dir" <<'PYTHON'
import csv, os, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/memory.csv", newline="")))
runtime_threads = os.environ["WAITBENCH_SANITIZER"] == "thread"
assert len(rows) == 8
for row in rows:
    assert row["valid"] == "1", row["note"]
    assert row["scenario"] == "sleep" and row["waiters"] == row["waiters_requested"], row
    threads = 1 + int(row["waiters"]) if row["model"] == "threads" else 2
    assert int(row["threads"]) == threads + runtime_threads, row
    assert row["stack_bytes"] == ("262144" if row["model"] == "threads" else ""), row
    assert row["work_heap_bytes"] == "0" and row["listen_drops"] == "", row
    assert row["spawn_seconds"] == "", row
slopes = list(csv.DictReader(open(sys.argv[1] + "/memory-per-waiter.csv", newline="")))
assert {row["scenario"] for row in slopes} == {"sleep"}
claims = csv.DictReader(open(sys.argv[1] + "/claims.csv", newline=""))
assert all(row["verdict"] == "undecided" for row in claims)
PYTHON
  [ -s "$run_dir/charts/memory-bill-sleep.png" ]
  [ ! -e "$run_dir/charts/memory-bill.png" ]
}

@test "what nobody can ask of it is refused, with file and line" {
  plan 'models = ["threads"]; waiters = 10; warm = true;'
  run "$waitbench" run --plan "$plan" --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"mine.cfg:1: scenario sleep has no requests"* ]]
  sed -i 's/"memory"/"throughput"/; s/waiters = 10; warm = true/active = 1; seconds = 1/' "$plan"
  run "$waitbench" run --plan "$plan" --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"mine.cfg:1: of scenario sleep only memory is measured"* ]]
  [ ! -e "$run_dir" ]
}

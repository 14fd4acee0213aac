#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A server of several processes: connections spread over them, figures of all of them together.

load helpers

# plan: some waiters, and a rate that leaves any machine idle beside connections that never speak.
plan() {
  cat >"$BATS_TEST_TMPDIR/plan.cfg" <<'PLAN'
name = "shards"; calibration_seconds = 0.1;
settings = (
  { experiment = "memory"; scenario = "echo"; blocks = 1; waiters = (41, 80, 120, 161); shards = 3;
    models = ["threads", "loop"]; },
  { experiment = "latency"; scenario = "echo"; blocks = 1; models = ["threads", "loop"]; shards = 3;
    active = 4; idle = 101; rate = 100; seconds = 0.3; warmup_seconds = 0.1; } );
PLAN
}

@test "three processes wait for the connections of one, and all of each is counted" {
  plan
  beside_others "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --seed 3 --output "$run_dir"
  every_row "$run_dir/latency.csv" 'shards == 3 and connections == 105 and idle == 101'
  python3 - "$run_dir" <<'PYTHON'
import csv, os, sys
memory = list(csv.DictReader(open(sys.argv[1] + "/memory.csv", newline="")))
assert len(memory) == 8, memory
for row in memory:
    assert row["valid"] == "1" and row["shards"] == "3", row
    assert row["waiters"] == row["waiters_requested"], row
    # Each process has its control thread, and an acceptor or a loop.
    own = 3 * 2
    threads = int(row["waiters"]) + own if row["model"] == "threads" else own
    assert int(row["threads"]) == threads, row
# What three processes take by themselves is no waiter's.
slopes = {(row["model"], row["component"]): float(row["bytes_per_waiter"])
          for row in csv.DictReader(open(sys.argv[1] + "/memory-per-waiter.csv", newline=""))}
assert 20e3 < slopes["threads", "total"] < 60e3 or os.environ["WAITBENCH_SANITIZER"] != "none", slopes
assert slopes["loop", "kernel_stack"] < 2e3, slopes
PYTHON
  grep -q "shards = 3" "$run_dir/plan.cfg"
}

@test "--shards goes before the plan, and multiplies what one process may open" {
  plan
  run "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --only memory --model loop --shards 2 --output "$run_dir"
  [ "$status" -eq 0 ]
  every_row "$run_dir/memory.csv" 'shards == 2 and valid == 1'
  # As many as a process may open, and half as many again.
  local files
  files=$(ulimit -Hn)
  [ "$files" != unlimited ] && [ "$files" -le 100000 ] || skip "a process may open $files files here"
  run bash -c "ulimit -n 300 && exec '$waitbench' run --profile quick --only memory --model loop --blocks 1 --waiters 450 --output '$BATS_TEST_TMPDIR/few'"
  [ "$status" -eq 2 ]
  [[ "$output" == *RLIMIT_NOFILE* ]]
  run bash -c "ulimit -n 300 && exec '$waitbench' run --profile quick --only memory --model loop --blocks 1 --waiters 450 --shards 4 --output '$BATS_TEST_TMPDIR/four'"
  [ "$status" -eq 0 ]
  # Idle connections beside a load are spread, too: it is planned, and ends for want of an empty folder.
  run bash -c "ulimit -n 300 && exec '$waitbench' run --profile quick --only latency --model loop --blocks 1 --active 4 --idle 450 --shards 4 --output '$BATS_TEST_TMPDIR/four'"
  echo "$output"
  [[ "$output" != *RLIMIT_NOFILE* ]]
  [[ "$output" == *'not empty'* ]]
}

@test "a process of several that dies is what the row names" {
  cat >"$BATS_TEST_TMPDIR/second_dies" <<SUBJECT
#!/bin/sh
# The second of them ends when it is to be asked.
if mkdir "$BATS_TEST_TMPDIR/first" 2>/dev/null; then
  exec "$WAITBENCH_BUILD/bench/echo-loop-libc"
fi
echo listening 9
exit 3
SUBJECT
  chmod +x "$BATS_TEST_TMPDIR/second_dies"
  run "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 20 --shards 2 \
    --subject "dies=$BATS_TEST_TMPDIR/second_dies" --output "$run_dir"
  [ "$status" -eq 1 ]
  grep -q "subject exited with status 3" "$run_dir/memory.csv"
}

@test "files that the run itself needs, for each process a pipe and two, are counted before" {
  plan
  run bash -c "ulimit -n 120 && exec '$waitbench' run --plan '$BATS_TEST_TMPDIR/plan.cfg' --shards 40 --output '$run_dir'"
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *"this run needs "*" open files: RLIMIT_NOFILE is 120 files; lift it with: "*"nofile="* ]]
  run bash -c "ulimit -n 60 && exec '$waitbench' run --plan '$BATS_TEST_TMPDIR/plan.cfg' $(printf -- '--client env %.0s' {1..20}) --output '$run_dir'"
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *"this run needs 92 open files"* ]]
  # So many are enough.
  run bash -c "ulimit -n 300 && exec '$waitbench' run --plan '$BATS_TEST_TMPDIR/plan.cfg' --only memory --model loop --shards 40 --output '$run_dir'"
  echo "$output"
  [ "$status" -eq 0 ]
  every_row "$run_dir/memory.csv" 'shards == 40 and valid == 1'
}

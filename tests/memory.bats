#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `waitbench run --only memory`, on real processes and sockets, with small N.

load helpers

@test "every in-tree arm is measured, cold and warm, and every row is valid" {
  run "$waitbench" run --only memory --model threads,loop,sockets,pool --blocks 1 --waiters 10,40 --output "$run_dir"
  [ "$status" -eq 0 ]
  python3 - "$run_dir/memory.csv" <<'PYTHON'
import csv, os, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
runtime_threads = os.environ["WAITBENCH_SANITIZER"] == "thread"
assert all(row["valid"] == "1" for row in rows), [row["note"] for row in rows]
assert {row["model"] for row in rows} == {"threads", "loop", "sockets", "pool"}
for row in rows:
    parts = ("user_bytes", "kernel_stack_bytes", "page_table_bytes", "kernel_other_bytes")
    assert sum(int(row[part]) for part in parts) == int(row["total_bytes"]), row
    assert row["waiters"] == row["waiters_requested"]
    threads = 2 + (int(row["waiters"]) if row["model"] == "threads" else int(row["pool_size"] or 0))
    assert int(row["threads"]) == threads + runtime_threads, row
PYTHON
}

@test "the same seed gives the same order, another seed another" {
  for name in a b c; do
    seed=7
    [ $name != c ] || seed=8
    "$waitbench" run --profile quick --only memory --blocks 2 --waiters 5 --seed $seed --model threads,loop \
      --output "$run_dir/$name"
    cut -d, -f1-3,5-7 "$run_dir/$name/memory.csv" >"$BATS_TEST_TMPDIR/$name"
  done
  cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
  refute cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/c"
}

@test "the model loops is measured with as many loops as the server has CPUs" {
  run "$waitbench" run --only memory --model loops --blocks 1 --waiters 10 --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "$(cell "$run_dir/memory.csv" valid 1)" -eq 1 ]
}

@test "a right foreign subject takes part beside ours, and is compared with ours" {
  run "$waitbench" run --only memory --model loop --blocks 1 --waiters 10 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py good"
  [ "$status" -eq 0 ]
  grep -q ',asyncio,,mine,' "$run_dir/memory.csv"
  grep -q ',echo-loop' "$run_dir/memory.csv"
  grep -Eq '^memory,echo,total,.*,mine,echo-loop' "$run_dir/summary.csv"
}

@test "wrong usage exits 2 with one line that says what" {
  for arguments in '--blocks 0' '--waiters 10,x' '--model green' '--only speed' '--profile slow' \
    '--subject nocommand' '--subject a=b|c' '--subject echo-loop-libc=cat' '--subject a=cat --subject a=cat' \
    '--scenario tea' 'extra'; do
    # shellcheck disable=SC2086
    run "$waitbench" run $arguments --output "$run_dir"
    [ "$status" -eq 2 ]
    [ ! -e "$run_dir" ]
  done
}

@test "what was asked for and would not be heard is refused with one line" {
  for arguments in '--waiters 10 --only latency' '--waiters 10 --only throughput,flow' \
    '--waiters 10 --scenario counter' '--subject mine=cat --only flow' '--subject mine=cat --only flow --waiters 10'; do
    # shellcheck disable=SC2086
    run "$waitbench" run $arguments --profile quick --output "$run_dir"
    echo "$arguments: $output"
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == *--waiters*memory* || "$output" == *"--subject mine"* ]]
    [ ! -e "$run_dir" ]
  done
}

@test "a name that nothing of the choice has is told" {
  run "$waitbench" run --only memory --model loop --scenario echo,counter --blocks 1 --waiters 5 --output "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$output" == *'warning: --scenario counter: nothing of this choice has it'* ]]
}

@test "a folder that is not empty is refused" {
  mkdir "$run_dir"
  touch "$run_dir/mine"
  run "$waitbench" run --only memory --blocks 1 --waiters 5 --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'not empty'* ]]
  [ -e "$run_dir/mine" ]
}

@test "numbers of our own that a limit forbids are left out by its name" {
  run beside_others bash -c "ulimit -n 600; '$waitbench' run --only throughput --scenario echo --model loop --blocks 1 \
    --output '$run_dir'"
  echo "$output"
  # A trial fails where others have its CPUs; what is left out is left out before.
  [ "$status" -le 1 ]
  [[ "$output" == *"left out: 1000 waiters"*"RLIMIT_NOFILE is 600 files"* ]]
  python3 - "$run_dir/throughput.csv" <<'PYTHON'
import csv, sys
assert sorted({int(row["active"]) for row in csv.DictReader(open(sys.argv[1]))}) == [1, 10, 100]
PYTHON
}

@test "N beyond a limit is refused by the limit's name, its value and the command that lifts it" {
  run bash -c "ulimit -n 200; '$waitbench' run --only memory --waiters 500 --output '$run_dir'"
  [ "$status" -eq 2 ]
  [[ "$output" == *RLIMIT_NOFILE* ]]
  [[ "$output" == *200* ]]
  [[ "$output" == *nofile=* ]]
  [ ! -e "$run_dir" ]
}

@test "a soft limit of open files below the hard one is raised" {
  run bash -c "ulimit -S -n 64; '$waitbench' run --only memory --model loop --blocks 1 \
    --waiters 300 --output '$run_dir'"
  [ "$status" -eq 0 ]
  [ "$(cell "$run_dir/memory.csv" waiters 1)" -eq 300 ]
}

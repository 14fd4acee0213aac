#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Plans: `waitbench run --plan`, what a command line changes, and the plan that stays with a run.

load helpers

setup_plan() {
  plan=$BATS_TEST_TMPDIR/mine.cfg
  cat >"$plan" <<'PLAN'
# A comment.
name = "mine";
calibration_seconds = 0.1;
work = { light = { payload_bytes = 64; }; some = { label = "some work"; cpu_us = 3; heap_bytes = 128; }; };
settings = (
  { experiment = "memory"; scenario = "echo"; models = ["threads", "loop"]; on_request = ["sockets"];
    waiters = (3, 5); blocks = 2; },
  { experiment = "throughput"; scenario = "echo"; models = ["loop"]; active = 2; seconds = 0.1;
    work = ("light", "some"); blocks = 1; },
  { experiment = "flow"; scenario = "counter"; models = ["loop"];
    options = { workers = 2; increments = 10; }; blocks = 3; }
);
PLAN
}

# measured OPTION...: a run, in which a trial may fail, for others may have the CPUs: its row is there.
measured() {
  local code=0
  "$waitbench" run "$@" || code=$?
  [ "$code" -le 1 ]
}

# columns FILE NAME...: these columns of a CSV, sorted rows.
columns() {
  python3 - "$@" <<'PYTHON'
import csv, sys
rows = csv.DictReader(open(sys.argv[1], newline=""))
print("\n".join(sorted(" ".join(row[name] for name in sys.argv[2:]) for row in rows)))
PYTHON
}

@test "a plan of one's own is run, setting by setting, and stays with the run" {
  setup_plan
  measured --plan "$plan" --output "$run_dir"
  [ "$(columns "$run_dir/memory.csv" block model waiters)" = "0 loop 3
0 loop 5
0 threads 3
0 threads 5
1 loop 3
1 loop 5
1 threads 3
1 threads 5" ]
  [ "$(columns "$run_dir/throughput.csv" block model active work_cpu_us work_heap_bytes)" = "0 loop 2 0 0
0 loop 2 3 128" ]
  [ "$(columns "$run_dir/flow.csv" block model workers_count increments_count | uniq)" = "0 loop 2 10
1 loop 2 10
2 loop 2 10" ]
  [ "$(jq -r .profile "$run_dir/machine.json")" = mine ]
  [ "$(jq -r .plan.file "$run_dir/machine.json")" = "$plan" ]

  # What stays with the run is run again as the same.
  measured --plan "$run_dir/plan.cfg" --only flow --output "$run_dir/again"
  cmp "$run_dir/plan.cfg" "$run_dir/again/plan.cfg"
  [ "$(jq -r .plan.digest "$run_dir/machine.json")" = "$(jq -r .plan.digest "$run_dir/again/machine.json")" ]
}

@test "the command line changes a plan's settings, and only where they have such" {
  setup_plan
  measured --plan "$plan" --blocks 1 --waiters 4 --active 1,3 --work-cpu-us 2 --work-heap 64 --hold 32 \
    --output "$run_dir"
  [ "$(columns "$run_dir/memory.csv" block model waiters work_heap_bytes hold_bytes)" = "0 loop 4 64 32
0 threads 4 64 32" ]
  [ "$(columns "$run_dir/throughput.csv" active work_cpu_us work_heap_bytes hold_bytes)" = "1 2 64 32
3 2 64 32" ]
  grep -q 'waiters = (4);' "$run_dir/plan.cfg"
  refute grep -q 'active = 2;' "$run_dir/plan.cfg"
}

@test "other work of a request is in its rows" {
  setup_plan
  measured --plan "$plan" --only throughput --work-stack 256 --work-cache 512 --work-slow-us 100 \
    --work-slow-every 10 --work-cpu-us 0 --work-heap 0 --output "$run_dir"
  [ "$(columns "$run_dir/throughput.csv" work_stack_bytes work_cache_bytes work_slow_us work_slow_every)" = '256 512 100 10' ]
}

@test "--idle sets who is idle beside the active ones" {
  cat >"$BATS_TEST_TMPDIR/idle.cfg" <<'PLAN'
settings = ( { experiment = "latency"; scenario = "echo"; models = ["loop"]; active = 2; idle = (0, 4); rate = 100;
    seconds = 0.3; blocks = 1; } );
PLAN
  measured --plan "$BATS_TEST_TMPDIR/idle.cfg" --active 3 --idle 7 --work-cpu-us 1 --work-slow-us 5 --work-slow-every 9 \
    --output "$run_dir"
  [ "$(columns "$run_dir/latency.csv" active idle connections | uniq)" = '3 7 10' ]
}

@test "on request: a model that --model names takes part, and no other" {
  setup_plan
  measured --plan "$plan" --only memory --model sockets,loops --blocks 1 --output "$run_dir"
  [ "$(columns "$run_dir/memory.csv" model waiters)" = "sockets 3
sockets 5" ]
}

@test "what is wrong with a plan is told with file and line, before anything is made" {
  setup_plan
  sed -i 's/"throughput"/"troughput"/' "$plan"
  run "$waitbench" run --plan "$plan" --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"mine.cfg:8: there is no experiment 'troughput'"* ]]
  [ ! -e "$run_dir" ]
  run "$waitbench" run --plan "$BATS_TEST_TMPDIR/none.cfg" --output "$run_dir"
  [ "$status" -eq 3 ]
  [[ "$output" == *none.cfg* ]]
  run "$waitbench" run --profile quick --only memory --active 5 --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'--active is for throughput and latency'* ]]
  run "$waitbench" run --profile quick --only throughput --idle 5 --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'--idle is for the latency experiment'* ]]
  run "$waitbench" run --plan "$plan" --work-slow-us 5
  [ "$status" -eq 2 ]
}

@test "a plan that asks for more than the machine allows is refused at its line; ours leave it out" {
  setup_plan
  run prlimit --nofile=200:200 "$waitbench" run --plan "$plan" --only memory --output "$run_dir/few"
  [ "$status" -eq 0 ]
  sed -i 's/(3, 5)/(3, 500)/' "$plan"
  run prlimit --nofile=200:200 "$waitbench" run --plan "$plan" --only memory --output "$run_dir/many"
  [ "$status" -eq 2 ]
  [[ "$output" == *"mine.cfg:6: 500 waiters of model threads are too many: RLIMIT_NOFILE is 200 files"* ]]
  sed -i '1i beyond_limits = "leave out";' "$plan"
  run prlimit --nofile=200:200 "$waitbench" run --plan "$plan" --only memory --output "$run_dir/left"
  [ "$status" -eq 0 ]
  [[ "$output" == *'memory: left out: 500 waiters'* ]]
}

@test "the plans that come with waitbench can be read" {
  for profile in quick default full; do
    run "$waitbench" run --plan "$WAITBENCH_SOURCE/bench/plans/$profile.cfg" --only memory --model none --output "$run_dir"
    echo "$output"
    [ "$status" -eq 2 ]
    [[ "$output" == *'nothing to measure'* ]]
  done
}

@test "what the blocks leave undecided has more of them, in all its arms, and verdicts pay for both looks" {
  plan=$BATS_TEST_TMPDIR/mine.cfg
  cat >"$plan" <<'PLAN'
calibration_seconds = 0.05; more_blocks = 3; more_seconds = 600; settings = (
  { experiment = "throughput"; scenario = "echo"; models = ["threads", "loop"]; active = (1, 2); seconds = 0.03; warmup_seconds = 0.01; }
);
PLAN
  run "$waitbench" run --plan "$plan" --output "$run_dir"
  echo "$output"
  [ "$status" -le 1 ] # others may have the CPUs: a trial fails then, and its setting is not decided
  python3 - "$run_dir/throughput.csv" "$output" <<'PYTHON'
import collections, csv, re, sys
path, said = sys.argv[1:]
blocks = collections.defaultdict(set)
for row in csv.DictReader(open(path, newline="")):
    arm = blocks[row["active"], row["subject"]]
    assert row["block"] not in arm, "a block twice"
    arm.add(row["block"])
sizes = {active: {len(found) for (of, _), found in blocks.items() if of == active} for active in ("1", "2")}
assert all(size in ({6}, {9}) for size in sizes.values()), sizes
more = re.search(r"more blocks for (\d) of them", said)
assert int(more[1]) if more else "no further blocks" in said
assert sum(size == {9} for size in sizes.values()) == (int(more[1]) if more else 0), sizes
PYTHON
  [ "$(jq -er .plan.looks "$run_dir/machine.json")" -eq 2 ]
  grep -q '^more_blocks = 3;' "$run_dir/plan.cfg"
  # So many blocks as were asked for, and no more.
  run "$waitbench" run --plan "$plan" --blocks 1 --model none --subject 'mine=false' --output "$BATS_TEST_TMPDIR/one"
  [ "$(jq -er .plan.looks "$BATS_TEST_TMPDIR/one/machine.json")" -eq 1 ]
}

@test "run takes --quick and --full as run_all.sh does" {
  local name
  for name in quick full; do
    run "$waitbench" run --$name --only flow --model none --output "$run_dir"
    [ "$status" -eq 2 ]
    [[ "$output" == *"nothing to measure: the plan $name has no arm"* ]]
  done
}

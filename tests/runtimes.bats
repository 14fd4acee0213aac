#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Runtimes of a catalogue: which there are, what is left out, what their arms are started with, and what
# rows and machine.json say of them.

bats_require_minimum_version 1.5.0
load helpers

setup() {
  waitbench=$WAITBENCH_BUILD/waitbench
  run_dir=$BATS_TEST_TMPDIR/run
  export WAITBENCH_RUN_LOCK="waitbench test $$ $BATS_TEST_NUMBER"
  export WAITBENCH_RUNTIMES=$WAITBENCH_SOURCE/tests/catalogue TOY_LOG=$BATS_TEST_TMPDIR/log
}

# plan SETTING...: a plan of these, with one block each.
plan() {
  local setting settings=
  for setting in "$@"; do settings+=${settings:+, }"{ blocks = 1; $setting }"; done
  echo "settings = ( $settings );" >"$BATS_TEST_TMPDIR/plan.cfg"
}

@test "list says which there are, which are here, and what brings the others" {
  run --separate-stderr "$waitbench" list
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\nruntimes     toy-threads (toy): a toy that is there; Toy 1.2\n'* ]]
  [[ "$output" == *' toy-loop (toy): '*'; installed'$'\n'* ]]
  [[ "$output" == *' toy-absent (absent): '*'; not here: cannot run no-such-toy: No such file or directory; Debian has it in toy-of-nobody'$'\n'* ]]
  [[ "$output" == *' toy-unbuilt (absent): '*'/bench/runtimes/no-such-toy was not built; Debian has it in toy-compiler, and then '*'--reconfigure'* ]]
}

@test "packages are printed each once, one a line" {
  run --separate-stderr "$waitbench" list --packages toy,absent
  [ "$status" -eq 0 ]
  [ "$output" = "python3
toy-dev | toy2-dev
toy-of-nobody
toy-compiler" ]
  run --separate-stderr "$waitbench" list --packages toy-absent
  [ "$output" = toy-of-nobody ]
  run --separate-stderr "$waitbench" list --packages typo
  [ "$status" -eq 2 ]
  [ "$output" = '' ]
  [[ "$stderr" == *"no 'typo'; there are the groups toy, absent, the runtimes toy-threads, "* ]]
}

@test "the catalogue of this tree is without faults" {
  unset WAITBENCH_RUNTIMES
  "$waitbench" list --packages all
}

@test "a name that nobody has, a fault of the catalogue, nothing left: refused with what is to be done" {
  run "$waitbench" run --profile quick --runtimes toy,typo --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"--runtimes: there is no 'typo'"* ]]
  run "$waitbench" run --profile runtimes --model none --runtimes absent --output "$run_dir"
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *'runtime toy-absent: left out: cannot run no-such-toy'*'toy-of-nobody'* ]]
  [[ "$output" == *'nothing to measure: runtime toy-absent: cannot run no-such-toy'* ]]
  run "$waitbench" run --profile quick --runtimes toy --subject 'toy-threads=true' --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'toy-threads: a runtime of this run is called so'* ]]
  mkdir -p "$BATS_TEST_TMPDIR/wrong/x"
  printf 'runtimes = (\n { name = "x"; } );' >"$BATS_TEST_TMPDIR/wrong/x/runtimes.cfg"
  WAITBENCH_RUNTIMES=$BATS_TEST_TMPDIR/wrong run "$waitbench" run --runtimes x --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *"/wrong/x/runtimes.cfg:2: a runtime needs group"* ]]
  [ ! -e "$run_dir" ]
}

@test "each takes part in its scenarios, with the words of its command and the options of its model" {
  plan 'experiment = "memory"; scenario = "echo"; models = ["loop"]; waiters = 3;' \
    'experiment = "throughput"; scenario = "blocking"; active = 2; seconds = 0.2; models = ["threads"];
      options = { block_us = 100; block_every = 50; };
      variants = ( { model = "loop"; block_call = "inline"; }, { model = "loop"; block_call = "pool"; pool_size = 3; } );' \
    'experiment = "throughput"; scenario = "echo"; models = []; subjects = true; active = 2; seconds = 0.2;' \
    'experiment = "flow"; scenario = "counter"; subjects = true; options = { workers = 2; increments = 10; };'
  beside_others "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --runtimes all --output "$run_dir" \
    2>"$BATS_TEST_TMPDIR/told"
  cat "$BATS_TEST_TMPDIR/told"
  # Those that are not there are named, and the run went on.
  grep -q 'runtime toy-absent: left out: .*Debian has it in toy-of-nobody' "$BATS_TEST_TMPDIR/told"
  grep -q 'runtime toy-unbuilt: left out: .*was not built' "$BATS_TEST_TMPDIR/told"
  grep -q "runtime toy-future: there is no scenario 'dreams'" "$BATS_TEST_TMPDIR/told"
  [ "$(rows "$run_dir/memory.csv")" -eq 2 ]
  [ "$(rows "$run_dir/throughput.csv")" -eq 7 ]
  # echo: its command's words alone, in memory and throughput.
  [ "$(grep -cx 'words of threads' "$TOY_LOG")" -eq 2 ]
  [ "$(grep -cE '^words of threads --seed [0-9]+ --request-size 64 --block-us 100 --block-every 50$' "$TOY_LOG")" -eq 1 ]
  [ "$(grep -cE '^words --seed [0-9]+ --request-size 64 .* --block-call inline$' "$TOY_LOG")" -eq 1 ]
  [ "$(grep -cE '^words --seed [0-9]+ --request-size 64 .* --block-call pool --pool-size 3$' "$TOY_LOG")" -eq 1 ]
  every_row "$run_dir/memory.csv" '(row["subject"] == "echo-loop" and row["pair"] == "c" or
    row["subject"] == "toy-threads" and row["model"] == "threads" and row["runtime"] == "Toy 1.2" and
    row["runtime_threads"] == "3" and row["pair"] == "toy")'
  every_row "$run_dir/throughput.csv" 'row["pair"] == ("toy" if row["subject"].startswith("toy") else "c")'
  every_row "$run_dir/flow.csv" '(row["subject"] == "toy-counter" and row["model"] == "coroutines" and
    row["metric"] == "toy_increment" and workers_count == 2 and increments_count == 10 and
    row["runtime"] == "Toy 1.2" and row["pair"] == "")'
  # What was asked for is a condition or an arm's in its rows, too.
  every_row "$run_dir/throughput.csv" 'row["scenario"] != "blocking" or block_us == 100 and block_every == 50'
  [ "$(jq -c '.runtimes["toy-threads"]' "$run_dir/machine.json")" = \
    '{"version":"Toy 1.2","group":"toy","pair":"toy","about":"a toy that is there"}' ]
  [ "$(jq -c '.runtimes | keys' "$run_dir/machine.json")" = '["toy-counter","toy-loop","toy-threads"]' ]
  [ "$(jq -c '.subjects' "$run_dir/machine.json")" = '["toy-threads","toy-loop","toy-counter"]' ]
  # The plan that the folder keeps is the same again.
  "$waitbench" run --plan "$run_dir/plan.cfg" --only flow --runtimes toy-counter --output "$run_dir/again"
  [ "$(rows "$run_dir/again/flow.csv")" -eq 1 ]
}

@test "the plan of runtimes has memory for them, and where nothing is for one that is told" {
  "$waitbench" run --profile runtimes --only memory --model none --runtimes toy --blocks 1 --waiters 3 \
    --output "$run_dir" 2>"$BATS_TEST_TMPDIR/told"
  grep -q 'has no trial for these runtimes: toy-loop, toy-counter$' "$BATS_TEST_TMPDIR/told"
  [ "$(rows "$run_dir/memory.csv")" -eq 2 ]
  every_row "$run_dir/memory.csv" 'valid == 1 and waiters == 3'
}

@test "a server is warmed up until it is steady, and it is told where it is not" {
  local active='experiment = "throughput"; scenario = "echo"; subjects = true; active = 2; seconds = 0.2; warmup_until_steady = true;'
  # Two crowds are slow: three that are alike have to come before the one that is measured.
  plan "$active warmup_longest_seconds = 20;"
  TOY_WORK_US=500 TOY_SLOW=2 beside_others "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --runtimes toy-threads \
    --output "$run_dir"
  refute grep -q 'not steady' "$run_dir/throughput.csv"
  [ "$(grep -c crowd "$TOY_LOG")" -ge 5 ]
  rm -r "$run_dir" "$TOY_LOG"
  plan "$active warmup_longest_seconds = 0.8;"
  TOY_WORK_US=500 TOY_GROWS=yes beside_others "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --runtimes toy-threads \
    --output "$run_dir"
  grep -q 'not steady after 0.8 s of warm-up: a reply took' "$run_dir/throughput.csv"
  # Four parts, and what is measured; its connections may be open still at the end.
  [ "$(grep -c crowd "$TOY_LOG")" -ge 4 ]
}

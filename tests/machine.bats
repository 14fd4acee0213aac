#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run says of its machine, in machine.json, in doctor and on the page.

bats_require_minimum_version 1.5.0
load helpers

# field PATH: a field of the run's machine.json, as JSON.
field() {
  jq -c "$1" "$run_dir/machine.json"
}

@test "a run records what the machine hides, and which version of the measurement it is" {
  "$waitbench" run --only memory --model loop --blocks 1 --waiters 5 --output "$run_dir" \
    --label "Bob's <b>box</b>"
  [ "$(field .label)" = "\"Bob's <b>box</b>\"" ]
  [ "$(field .measurement_version)" -ge 2 ]
  [ "$(field '.mitigations | has("command_line")')" = true ]
  [ "$(field '.io_uring | has("setup") and has("disabled") and has("libuv_can_use")')" = true ]
  [ "$(field '.kernel | has("irq_time_accounting")')" = true ]
  # On one CPU, or one core, there is no pair to try.
  if [ "$(field .placement.shared)" = false ]; then
    [ "$(field '.cpu_pair.before.ratio > 0 and .cpu_pair.after.ratio > 0')" = true ]
    [[ "$(field .cpu_pair.verdict)" =~ ^\"(independent|slow each other)\"$ ]]
  else
    [ "$(field .cpu_pair.verdict)" = null ]
  fi
  grep -q '<th scope="row">io_uring: setup</th>' "$run_dir/report.html"
  grep -q '<th scope="row">cpu_pair: verdict</th>' "$run_dir/report.html"
  grep -q '<th scope="row">measurement_version</th><td>[0-9]*</td>' "$run_dir/report.html"
}

@test "a name of the machine that no terminal can show is wrong usage" {
  local name
  for name in '' ' a' $'a\tb' $'\xff' "$(printf '%065d' 0)"; do
    run --separate-stderr "$waitbench" run --label "$name" --output "$run_dir"
    [ "$status" -eq 2 ]
    [[ "$stderr" == *"--label takes 1 to 64 bytes of printable UTF-8"* ]]
    [ ! -e "$run_dir" ]
  done
}

@test "the page says of an older run that its figures are of version 1" {
  cp -r "$WAITBENCH_SOURCE/tests/golden/report-run" "$run_dir"
  PATH=$BATS_TEST_TMPDIR run "$waitbench" report "$run_dir"
  grep -q '<th scope="row">measurement_version</th><td>1 (the run does not say)</td>' \
    "$run_dir/report.html"
}

@test "memory intervals say that they show repeatability where kernel stacks are modelled" {
  cp -r "$WAITBENCH_SOURCE/tests/golden/report-run" "$run_dir"
  PATH=$BATS_TEST_TMPDIR run "$waitbench" report "$run_dir"
  run grep -c "how well the figures repeat" "$run_dir/report.html"
  [ "$output" = 0 ]
  sed -i 's/cgroup-v2/cgroup-v1/' "$run_dir/memory.csv"
  PATH=$BATS_TEST_TMPDIR run "$waitbench" report "$run_dir"
  grep -q "how well the figures repeat, not how true they are" "$run_dir/report.html"
}

@test "doctor shows what the machine hides" {
  run "$waitbench" doctor
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\nWhat is in every figure, and shows in none\n'* ]]
  [[ "$output" == *"mitigations= on the kernel's command line: "* ]]
  [[ "$output" =~ "io_uring: "(available|denied|not built|not seen)"; libuv" ]]
  [[ "$output" == *"time in interrupts is "* ]]
}

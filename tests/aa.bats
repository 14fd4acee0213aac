#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench run --aa: what it writes and says. How often it errs is for the simulations of test_aa.

bats_require_minimum_version 1.5.0
load helpers

@test "an arm against itself: rows of both, aa.csv, and how often" {
  run --separate-stderr "$waitbench" run --aa --only flow --scenario counter --profile quick \
    --blocks 6 --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$output" = "$run_dir" ]
  [[ "$stderr" == *"A/A, flow: each of counter-threads"*", counter-loop"*" against itself"* ]]
  [[ "$stderr" =~ "different from itself in "[0-9]+" of "[0-9]+" comparisons" ]]
  # Without jemalloc, in a sanitizer build, it is counter-loop-libc.
  grep -Eq ",counter-loop(-libc)?," "$run_dir/flow.csv"
  grep -Eq ",counter-loop(-libc)?-again," "$run_dir/flow.csv"
  grep -Eq ",counter-threads(-libc)?-again," "$run_dir/flow.csv"
  grep -q "^flow,counter,.*,counter-threads" "$run_dir/aa.csv"
  grep -q "^flow,counter,.*,counter-loop" "$run_dir/aa.csv"
  [ "$(rows "$run_dir/aa.csv")" -gt 0 ]
  [ "$(cell "$run_dir/aa.csv" arm_b 1)" = "$(cell "$run_dir/aa.csv" arm_a 1)-again" ]
  # The page begins with that instead of a scorecard, and so it does when it is written again.
  [[ "$stderr" == *"$run_dir/report.html"* ]]
  grep -q "called different from itself in" "$run_dir/report.html"
  grep -q "The same comparisons by model" "$run_dir/report.html"
  refute grep -q "Scorecard" "$run_dir/report.html"
  cp "$run_dir/aa.csv" "$run_dir/report.html" "$BATS_TEST_TMPDIR"
  run --separate-stderr "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  [[ "$stderr" =~ "different from itself in "[0-9]+" of "[0-9]+" comparisons" ]]
  cmp "$run_dir/aa.csv" "$BATS_TEST_TMPDIR/aa.csv"
  cmp "$run_dir/report.html" "$BATS_TEST_TMPDIR/report.html"
}

@test "memory too, with the model that was asked for, and too few blocks for a verdict" {
  run --separate-stderr "$waitbench" run --aa --only memory --model threads --waiters 10,20 \
    --blocks 1 --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ "$stderr" == *"none of "*" comparisons"*"6 blocks"* ]]
  grep -q "^memory,echo,total," "$run_dir/aa.csv"
}

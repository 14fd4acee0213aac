#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run shows in a terminal of 80 columns: nothing is wider, and findings come while it works.

load helpers

# widest FILE: fails where a line is wider than 80 characters; names of files have none to break at.
widest() {
  python3 - "$1" <<'PYTHON'
import re, sys
shown = open(sys.argv[1], encoding="utf-8", newline="").read()
lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", shown))
wide = [line for line in lines if len(line) > 80 and " " in line.strip()]
assert not wide, wide
PYTHON
}

@test "a run at 80 columns: nothing is wider, warnings break at blanks, findings come" {
  python3 "$WAITBENCH_SOURCE/tests/in_terminal.py" 80 "$waitbench" run --only memory --profile quick --blocks 2 \
    --waiters 10,40,70,100 --output "$run_dir" >"$BATS_TEST_TMPDIR/shown"
  widest "$BATS_TEST_TMPDIR/shown"
  grep -q "KiB a waiter so far; memory: echo-" "$BATS_TEST_TMPDIR/shown"
  # What the plan leaves out, in the terminal and on the page.
  grep -q "(The plan leaves out: the connection alone, " "$BATS_TEST_TMPDIR/shown"
  grep -q "<p>The plan leaves out: the connection alone, .*; the default plan has them.</p>" "$run_dir/report.html"
  grep -q $'\033\\[3' "$BATS_TEST_TMPDIR/shown"
}

@test "a refusal at 80 columns breaks at blanks; in a file it is one line" {
  local wrong=(run --profile quick --only memory --model none --output "$run_dir"
    --subject 'mine=cat | sed s/a/b/' --waiters 10,20,30,40)
  run python3 "$WAITBENCH_SOURCE/tests/in_terminal.py" 80 "$waitbench" "${wrong[@]}"
  [ "$status" -eq 2 ]
  echo "$output" >"$BATS_TEST_TMPDIR/shown"
  widest "$BATS_TEST_TMPDIR/shown"
  [ "${#lines[@]}" -ge 2 ]
  run "$waitbench" "${wrong[@]}"
  [ "$status" -eq 2 ]
  [ "${#lines[@]}" -eq 1 ]
}

@test "a dumb terminal, and one of no kind, get plain lines" {
  local kind
  for kind in TERM=dumb -uTERM; do
    rm -rf "$run_dir"
    python3 "$WAITBENCH_SOURCE/tests/in_terminal.py" 80 env $kind "$waitbench" run --only flow --scenario counter \
      --profile quick --blocks 1 --output "$run_dir" >"$BATS_TEST_TMPDIR/shown"
    grep -q '^\[0/2\] .*flow: counter-' "$BATS_TEST_TMPDIR/shown"
    refute grep -q $'\033' "$BATS_TEST_TMPDIR/shown"
  done
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# bench/README.md, the page for those who write a subject: its programs run as they stand there, and
# its figures are the code's.

load helpers

setup_file() {
  page=$WAITBENCH_SOURCE/bench/README.md
  export page
}

# program LANGUAGE: the page's program, alone.
program() {
  sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/d; p}" "$page"
}

# measured COMMAND: every experiment that a subject takes part in finds nothing wrong with it. Of the
# timed trials those are left out that others kept off the CPUs.
measured() {
  run "$waitbench" run --profile quick --only memory,throughput --model none --blocks 1 --output "$run_dir" \
    --subject "mine=$1"
  echo "$output"
  [ "$status" -eq 0 ] || [ "$status" -eq 1 ]
  refute grep -E ',mine,[0-9]*,0,' "$run_dir/memory.csv"
  refute grep -Ev ',mine,[0-9]*,1,|^block,|did not run for|others used' "$run_dir/throughput.csv"
  [ "$(rows "$run_dir/memory.csv")" -ge 8 ]
  [ "$(rows "$run_dir/throughput.csv")" -ge 2 ]
  [ "$(cell "$run_dir/memory.csv" model 1)" = threads ]
}

# kept COMMAND: it keeps the contract, and nothing could be better. Others' programs may have a listen queue
# overflow meanwhile, which is counted for the whole machine.
kept() {
  run "$waitbench" check --subject "mine=$1"
  echo "$output"
  [ "$status" -eq 0 ]
  refute grep -E '^  (FAILED|WARNING|-) ' <<<"$(grep -v 'a listen queue was full' <<<"$output")"
  [[ "$output" == *'mine: keeps the contract: '* ]]
  printf '#!/bin/sh\nexec %s "$@"\n' "$1" >"$BATS_TEST_TMPDIR/mine"
  chmod +x "$BATS_TEST_TMPDIR/mine"
  python3 -B "$WAITBENCH_SOURCE/tests/work_client.py" host "$BATS_TEST_TMPDIR/mine"
}

# measured_once COMMAND MODEL: a short run finds nothing wrong with it either.
measured_once() {
  "$waitbench" run --profile quick --only memory --model none --waiters 100 --blocks 1 --output "$run_dir" --subject "mine=$1"
  [ "$(cell "$run_dir/memory.csv" model 1)" = "$2" ]
}

@test "the page's program in Python is a right subject" {
  program python >"$BATS_TEST_TMPDIR/echo.py"
  [ -s "$BATS_TEST_TMPDIR/echo.py" ]
  kept "python3 $BATS_TEST_TMPDIR/echo.py"
  measured "python3 $BATS_TEST_TMPDIR/echo.py"
}

@test "the page's program in C is a right subject, and compiles without a warning" {
  program c >"$BATS_TEST_TMPDIR/echo.c"
  [ -s "$BATS_TEST_TMPDIR/echo.c" ]
  "${CC:-cc}" -O2 -Wall -Wextra -Werror -pthread "$BATS_TEST_TMPDIR/echo.c" -o "$BATS_TEST_TMPDIR/echo"
  kept "$BATS_TEST_TMPDIR/echo"
  measured "$BATS_TEST_TMPDIR/echo"
}

@test "the page's program in Go is a right subject, and formatted as its community does" {
  command -v go >/dev/null || skip 'go is not here'
  program go >"$BATS_TEST_TMPDIR/echo.go"
  [ -s "$BATS_TEST_TMPDIR/echo.go" ]
  gofmt -d "$BATS_TEST_TMPDIR/echo.go" >"$BATS_TEST_TMPDIR/otherwise"
  cat "$BATS_TEST_TMPDIR/otherwise"
  [ ! -s "$BATS_TEST_TMPDIR/otherwise" ]
  HOME=${HOME:-$BATS_TEST_TMPDIR} GO111MODULE=off \
    go build -o "$BATS_TEST_TMPDIR/echo" "$BATS_TEST_TMPDIR/echo.go"
  kept "$BATS_TEST_TMPDIR/echo"
  measured_once "$BATS_TEST_TMPDIR/echo" goroutines
}

@test "the page's program in Node.js is a right subject" {
  command -v node >/dev/null || skip 'node is not here'
  program javascript >"$BATS_TEST_TMPDIR/echo.js"
  [ -s "$BATS_TEST_TMPDIR/echo.js" ]
  kept "node $BATS_TEST_TMPDIR/echo.js"
  measured_once "node $BATS_TEST_TMPDIR/echo.js" loop
}

@test "each clause that check tries is on the page, in its order, and no other" {
  sed -n '/^static const struct clause clauses/,/^};/p' "$WAITBENCH_SOURCE/src/check/check.c" |
    sed -nE 's/.*\.name = "([^"]+)".*/\1/p' >"$BATS_TEST_TMPDIR/tried"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tried")" -ge 20 ]
  sed -n '/^## What `check` says/,/^## What its/p' "$page" | sed -nE 's/^\| (`[^|]*) \|.*/\1/p' | grep -oE '`[^`]+`' |
    tr -d '`' | diff "$BATS_TEST_TMPDIR/tried" -
}

# constant NAME FILE: a number that the code defines.
constant() {
  sed -n "s/^#define $1 *\([0-9]*\)\$/\1/p" "$WAITBENCH_SOURCE/src/$2" | grep .
}

@test "the page's time limits and queue are the code's" {
  local listen answer stall exit window
  listen=$(constant SUBJECT_LISTEN_SECONDS measure/process/subject.h)
  answer=$(constant SUBJECT_ANSWER_SECONDS measure/process/subject.h)
  exit=$(constant SUBJECT_EXIT_SECONDS measure/process/subject.h)
  stall=$(constant IDLE_CLIENTS_STALL_SECONDS measure/process/idle_clients.h)
  window=$(constant IDLE_CLIENTS_WINDOW_FOREIGN measure/process/idle_clients.h)
  grep -q "^| .listening PORT. | $listen s from its start |" "$page"
  grep -q "^| an answer to .* | $answer s |" "$page"
  grep -q "^| one connection more .* | $stall s (5 s under load," "$page"
  grep -q "^| the end of the process .* 1 s by the contract; $exit s are granted |" "$page"
  grep -q "up to $window connections are opened before the first one is" "$page"
}

@test "each option of our own servers is on the page, and no other" {
  local program
  for program in echo-threads-libc blocking-loop-libc web-loop-libc; do
    "$WAITBENCH_BUILD/bench/$program" --help
  done | grep -oE -- '^ +--[a-z-]+=' | tr -d ' =' | sort -u >"$BATS_TEST_TMPDIR/taken"
  [ -s "$BATS_TEST_TMPDIR/taken" ]
  sed -n '/^## Options of our own servers/,/^## In Python/p' "$page" | grep '^| `--' | cut -d'|' -f2 |
    grep -oE -- '--[a-z-]+' | sort -u | diff "$BATS_TEST_TMPDIR/taken" -
}

@test "each key of stats that the code reads is on the page, and no other" {
  sed -n '/^static bool keep_stat/,/^}/p' "$WAITBENCH_SOURCE/src/measure/process/subject.c" | grep -oE '"[a-z_]+"' |
    tr -d '"' | sort -u >"$BATS_TEST_TMPDIR/read"
  [ -s "$BATS_TEST_TMPDIR/read" ]
  sed -n '/^## What its `stats` may say/,/^## What is done/p' "$page" | sed -nE 's/^\| `([a-z_]+)` .*/\1/p' |
    sort -u | diff "$BATS_TEST_TMPDIR/read" -
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# bats_lint.awk refuses what could never fail, and nothing else of ours. The examples are printed a
# line at a time, or it would find them here.

load helpers

lint() {
  awk -f "$WAITBENCH_SOURCE/tests/bats_lint.awk" "$BATS_TEST_TMPDIR/example.bats"
}

# refused LINE: it is, by its number.
refused() {
  printf '%s\n' 'a good line' "$1" 'another' >"$BATS_TEST_TMPDIR/example.bats"
  run lint
  echo "$1: $output"
  [ "$status" -eq 1 ]
  [[ "$output" == *"example.bats:2: "* ]]
  [[ "$output" != *"example.bats:"[13]* ]]
}

accepted() {
  printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/example.bats"
  run lint
  echo "$1: $output"
  [ "$status" -eq 0 ]
  [ "$output" = '' ]
}

@test "a command after an exclamation mark" {
  local not='!'
  refused "$not grep -q x file"
  refused "    $not cmp a b"
  refused "for x in a b; do $not kill -0 \$x; done"
  refused "command -v x || $not y"
  accepted "if $not grep -q x file; then"
  accepted "while $not kill -0 1; do"
  accepted "run $not grep x file"
  accepted "[ $not -e file ]"
  accepted "refute awk '$not/x/ && NF > 1' file"
  accepted "# $not in a comment"
}

@test "the first of two commands, where its failure is passed over" {
  local and='&&'
  refused "[ a = b ] $and [ c = d ]"
  refused "cmp a b $and echo same"
  accepted "[ a = b ] $and [ c = d ] || skip"
  accepted "[[ a == b $and c == d ]]"
  accepted "if a $and b; then"
  accepted "bash -c 'a $and b'"
  accepted $'a "of two \\\nlines '"$and"' b"'
}

@test "a failure that is thrown away without a word" {
  refused "wait 1 || "'true'
  refused "cp a b || :"
  accepted "wait 1 || "'true # whatever it says'
}

@test "emptiness that a failed command has, too" {
  local nothing='""'
  refused '[ "$(cell file column 1)" = '"$nothing ]"
  refused '[ "$(cell file column 1)" = '"'' ]"
  refused '[ -z '"\$(cell file column 1) ]"
  accepted '[ "$(cell file column 1)" = 1 ]'
  accepted '[ -n "$(cell file column 1)" ]'
  accepted '[ "$output" = '"$nothing ]"
}

@test "a failure that a declaration hides" {
  refused 'local x='"\$(command)"
  refused 'export url=http://'"\$(command)/"
  accepted 'local x=$1'
  accepted 'x=$(command)'
}

@test "our own tests are clean" {
  awk -f "$WAITBENCH_SOURCE/tests/bats_lint.awk" "$WAITBENCH_SOURCE"/tests/*.{bats,bash}
}

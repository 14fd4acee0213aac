#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# results/README.md has a line for each column of each CSV in a run folder, and none for a column
# that is not there. The charts' own CSVs are exempt: they repeat what is drawn.

load helpers

# described FILE: the columns that the dictionary's section on that file names; "common" stands for
# the section on those that every trial row begins with.
described() {
  python3 - "$WAITBENCH_SOURCE/results/README.md" "$1" <<'PYTHON'
import re, sys
path, file = sys.argv[1:]
inside = False
for line in open(path):
    if line.startswith("## "):
        common = line.startswith("## Columns that every trial row begins with")
        inside = common if file == "common" else file in re.split(r"[ ,]+", line.strip("#\n "))
    elif inside and line.startswith("| `"):
        print(*re.findall(r"`(\w+)`", line.split("|")[1]), sep="\n")
PYTHON
}

header() {
  head -n 1 "$1" | tr -d '\r' | tr ',' '\n'
}

# A file whose rows are trials begins with the common columns, in order.
is_of_trials() {
  [[ "$1" != memory-per-waiter.csv && "$1" != summary.csv && "$1" != claims.csv ]]
}

# agrees PATH: the file's columns and the dictionary's are the same. Says which are not. With `run`
# before it nothing ends a function but `return`, so each step does.
agrees() {
  local file=${1##*/} common
  described "$file" >"$BATS_TEST_TMPDIR/described"
  header "$1" >"$BATS_TEST_TMPDIR/header"
  [ -s "$BATS_TEST_TMPDIR/described" ] || return
  if is_of_trials "$file"; then
    described common >"$BATS_TEST_TMPDIR/common"
    common=$(wc -l <"$BATS_TEST_TMPDIR/common")
    head -n "$common" "$BATS_TEST_TMPDIR/header" | diff "$BATS_TEST_TMPDIR/common" - || return
    sed -i "1,${common}d" "$BATS_TEST_TMPDIR/header"
  fi
  diff <(sort "$BATS_TEST_TMPDIR/described") <(sort "$BATS_TEST_TMPDIR/header")
}

# begun EXPERIMENT: a run that is interrupted as soon as the experiment's file has a row: headers are all we
# want of it, and without a row nothing is kept.
begun() {
  local tries pid code=0
  "$waitbench" run --profile quick --only "$1" --output "$run_dir/$1" 2>"$BATS_TEST_TMPDIR/$1.log" 3>&- &
  pid=$!
  for tries in $(seq 600); do
    if [ -s "$run_dir/$1/$1.csv" ] && [ "$(wc -l <"$run_dir/$1/$1.csv")" -gt 1 ]; then break; fi
    kill -0 $pid
    sleep 0.1
  done
  kill -INT $pid
  wait $pid || code=$?
  [ "$code" -eq 130 ]
}

@test "every file of a run agrees with the dictionary, whatever the experiment" {
  local path experiment experiments
  experiments=$("$waitbench" list | sed -n 's/^experiments *//p')
  [ -n "$experiments" ]
  for experiment in $experiments; do
    begun "$experiment"
    agrees "$run_dir/$experiment/$experiment.csv"
  done
  # One that ends by itself, for the files that are made of the trials.
  "$waitbench" run --profile quick --only memory --model loop --blocks 1 --waiters 5 --output "$run_dir/whole"
  for path in "$run_dir"/*/*.csv; do
    agrees "$path"
  done
  [ -e "$run_dir/whole/memory-per-waiter.csv" ]
  [ -e "$run_dir/whole/summary.csv" ]
}

@test "a column more or less, in the file or in the dictionary, is found" {
  local file=$BATS_TEST_TMPDIR/summary.csv
  described summary.csv | paste -sd, >"$file"
  agrees "$file"
  described summary.csv | paste -sd, | sed 's/$/,more/' >"$file"
  run agrees "$file"
  [ "$status" -ne 0 ]
  [[ "$output" == *'> more'* ]]
  described summary.csv | paste -sd, | sed 's/,verdict//' >"$file"
  run agrees "$file"
  [ "$status" -ne 0 ]
  [[ "$output" == *'< verdict'* ]]
  # One of the common columns missing is found although the rest agrees.
  file=$BATS_TEST_TMPDIR/flow.csv
  { described common; described flow.csv; } | paste -sd, >"$file"
  agrees "$file"
  { described common | sed '$d'; described flow.csv; } | paste -sd, >"$file"
  run agrees "$file"
  [ "$status" -ne 0 ]
  { described common | sed '1{h;d};2G'; described flow.csv; } | paste -sd, >"$file"
  run agrees "$file"
  [ "$status" -ne 0 ]
}

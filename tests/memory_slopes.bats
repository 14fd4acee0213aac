#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a waiter takes of memory is measured before what may not fit, and what would not is left out or
# refused. How much memory there is comes from a file that stands in for /proc/meminfo.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
  export NOT_FAKED=
  unshare -m true 2>/dev/null || NOT_FAKED='a mount namespace takes root'
}

# with_memory KIB COMMAND...: so much of the machine's memory is free.
with_memory() {
  sed "s/^MemAvailable:.*/MemAvailable: $1 kB/" /proc/meminfo >"$BATS_TEST_TMPDIR/meminfo"
  # shellcheck disable=SC2016 # words of the other shell
  unshare -m bash -ec 'mount --bind "$1" /proc/meminfo; exec "${@:2}"' with_memory "$BATS_TEST_TMPDIR/meminfo" "${@:2}"
}

# planned COMMAND...: waitbench run with these words, which ends after planning because its folder is not empty.
planned() {
  mkdir -p "$run_dir"
  touch "$run_dir/mine"
  run "$@" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *'not empty'* ]]
}

mebibyte="mine=python3 $WAITBENCH_SOURCE/tests/subjects/holding.py 1048576"

@test "a subject that takes a mebibyte each: what does not fit is left out, by what was measured" {
  [ -z "$NOT_FAKED" ] || skip "$NOT_FAKED"
  planned with_memory 1048576 "$waitbench" run --profile quick --only memory --model none --subject "$mebibyte"
  # Measured once for what is cold, and once for what has served.
  [ "$(grep -c 'measured first: mine' <<<"$output")" -le 2 ]
  python3 - "$output" <<'PYTHON'
import re, sys
said = re.search(r"memory: left out: 1000 waiters of mine are too many: each takes ([0-9.]+) KiB as measured here, "
                 r"and with a quarter more to be safe they need ([0-9]+) MiB, of which (.*) leaves ([0-9]+): "
                 r"(\d+) fit; ", sys.argv[1])
assert said, "not left out"
each, needed, room, fit = float(said[1]), float(said[2]), float(said[4]), int(said[5])
assert 1024 <= each < 1300, each
assert abs(needed - 1000 * each * 1.25 / 1024) < 2, needed
assert room <= 0.9 * 1024 and abs(fit - room * 1024 / each / 1.25) < 2, (room, fit)
PYTHON
}

@test "what somebody asked for is refused, in one line, before anything is written" {
  [ -z "$NOT_FAKED" ] || skip "$NOT_FAKED"
  run --separate-stderr with_memory 1048576 "$waitbench" run --profile quick --only memory --model none --subject "$mebibyte" \
    --waiters 50,2000 --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 2 ]
  [ ! -e "$run_dir" ]
  grep -q '^waitbench: 2000 waiters of mine are too many: each takes 1[0-9]*\.[0-9] KiB as measured here' <<<"$stderr"
}

@test "where there is memory for eight times the estimate nothing is measured first" {
  [ -z "$NOT_FAKED" ] || skip "$NOT_FAKED"
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'the same without a sanitizer'
  local limit
  limit=$("$waitbench" doctor | awk '/^  cgroup memory limit/ { print $4 }')
  [ "$limit" = unlimited ] || skip 'a control group bounds memory here'
  planned with_memory 67108864 "$waitbench" run --profile quick --only memory,throughput,latency --subject "$mebibyte"
  [[ "$output" != *'measured first'* ]]
  # The same with our own, by a slope of theirs: 1,000 threads are cheaper than the estimate.
  planned with_memory 131072 "$waitbench" run --profile quick --only memory --model threads
  grep -q 'measured first: echo-threads [34][0-9]\.[0-9] KiB' <<<"$output"
  [[ "$output" != *'left out'* ]]
}

@test "a subject that does not start is told, and its trials say why" {
  [ -z "$NOT_FAKED" ] || skip "$NOT_FAKED"
  run with_memory 1048576 "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 1000 \
    --subject "mine=$(command -v false)" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *'mine: what a waiter takes could not be measured first: subject exited with status 1'* ]]
  every_row "$run_dir/memory.csv" 'valid == 0 and "status 1" in row["note"]'
}

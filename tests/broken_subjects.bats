#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign subjects that break the contract: a failed row that says how, within a bounded time, and
# the run goes on.

load helpers

# run_broken MODE FOLDER: a run of one broken foreign subject.
run_broken() {
  "$WAITBENCH_BUILD/waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 30 \
    --output "$2" --subject "mine=python3 $WAITBENCH_SOURCE/tests/subjects/broken.py $1"
}

# begin_waiting_for MODE: a run in the background, for a subject that takes until somebody's patience
# ends. Its exit code is in the file MODE.status when it is over.
begin_waiting_for() {
  local folder=$BATS_FILE_TMPDIR/$1 code=0
  {
    run_broken "$1" "$folder" >"$folder.log" 2>&1 || code=$?
    echo "$code" >"$folder.ending"
    mv "$folder.ending" "$folder.status"
  } 3>&- &
}

# load_broken MODE FOLDER: the same under load.
load_broken() {
  "$WAITBENCH_BUILD/waitbench" run --profile quick --only throughput --model none --blocks 1 \
    --output "$2" --subject "mine=python3 $WAITBENCH_SOURCE/tests/subjects/broken.py $1"
}

# Those that are waited for for ten seconds or more wait side by side.
setup_file() {
  local mode
  for mode in silent few mute deaf; do
    begin_waiting_for $mode
  done
}

# hanging MODE LEAST MOST: under load, every trial on so many connections fails since some of them hang,
# and says of how many that is true.
hanging() {
  run load_broken "$1" "$run_dir"
  echo "$output"
  [ "$status" -eq 1 ]
  python3 - "$run_dir/throughput.csv" "$2" "$3" <<'PYTHON'
import csv, re, sys
least, most = map(int, sys.argv[2:])
rows = [row for row in csv.DictReader(open(sys.argv[1])) if least <= int(row["active"]) <= most]
assert len(rows) >= 2, rows
for row in rows:
    active = int(row["active"])
    assert row["valid"] == "0" and row["achieved_per_second"] == "", row
    assert re.search(rf"\d+ of {active} active connections hang", row["note"]), row
PYTHON
}

# broken MODE: the run of that subject is over, its exit code in $status, its CSV in $csv.
broken() {
  local folder=$BATS_FILE_TMPDIR/$1
  if [ ! -e "$folder.log" ]; then
    run run_broken "$1" "$folder"
  else
    until [ -e "$folder.status" ]; do
      sleep 0.1
    done
    status=$(cat "$folder.status")
  fi
  csv=$folder/memory.csv
}

# one_failed NOTE: the run failed, its cold trial says so with a note that has these words.
one_failed() {
  [ "$status" -eq 1 ]
  [ "$(rows "$csv")" -eq 2 ]
  local row=1
  [ "$(cell "$csv" warm 1)" -eq "${2:-0}" ] || row=2
  [ "$(cell "$csv" valid $row)" -eq 0 ]
  [[ "$(cell "$csv" note $row)" == *"$1"* ]]
  cell_is_empty "$csv" total_bytes $row
}

@test "a subject that prints nothing" {
  broken silent
  one_failed 'did not say `listening PORT` within 10 s'
}

@test "a subject that prints garbage" {
  broken garbage
  one_failed "said 'hello, world' instead of \`listening PORT\`"
}

@test "a subject that prints bytes that are no text" {
  broken binary
  one_failed 'instead of `listening PORT`'
  refute env LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f-\xff]' "$csv"
}

@test "a subject that exits before it listens, with its last words" {
  broken early
  one_failed 'exited with status 1: no licence found'
}

@test "a subject whose program is not there, or may not be run, is refused before the run" {
  touch "$BATS_TEST_TMPDIR/text"
  local command code=3
  for command in /no/such/program pyhton3-of-nobody\ server.py "$BATS_TEST_TMPDIR/text" "$BATS_TEST_TMPDIR"; do
    [ ! -e "${command%% *}" ] || code=2
    run "$waitbench" run --profile quick --only memory --blocks 1 --waiters 30 --output "$run_dir" \
      --subject "mine=$command"
    echo "$output"
    [ "$status" -eq $code ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "$output" == *"--subject mine: cannot run ${command%% server.py}: "* ]]
    [ ! -e "$run_dir" ]
  done
}

@test "a subject that turns out not to run" {
  csv=$run_dir/memory.csv
  echo '#!/no/such/interpreter' >"$BATS_TEST_TMPDIR/script"
  chmod +x "$BATS_TEST_TMPDIR/script"
  run "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 30 \
    --output "$run_dir" --subject "mine=$BATS_TEST_TMPDIR/script"
  one_failed "cannot run $BATS_TEST_TMPDIR/script: No such file or directory"
}

@test "a subject that accepts too few connections" {
  broken few
  one_failed '5 waiters where 30 were asked for'
}

@test "a subject that dies while connections come" {
  broken during
  one_failed 'was killed by signal 11'
}

@test "a subject that dies while it is measured, before anything else that comes of it" {
  broken later
  one_failed 'subject was killed by signal 11'
}

# When it is asked how far it is, it says 31 or, one connection early, 30: that is the scheduler's
# choice. After the measurement it says 31 for certain.
@test "a subject that counts wrong" {
  broken liar
  one_failed '31 waiters where 30 connected'
}

@test "a subject that claims threads it does not have" {
  broken threads
  one_failed 'the kernel counts'
}

@test "a subject that echoes other bytes fails when it is warmed" {
  broken wrong
  one_failed 'request 1 on connection 1: wrong reply: not the bytes that were sent' 1
}

@test "a subject that never echoes fails when it is warmed" {
  broken mute
  one_failed 'request 1 on connection 1: silent for 10 s' 1
}

@test "a subject that answers a greeting and nothing more is not worth 0/s" {
  hanging hung 1 1000
}

# With more, a busy machine may keep good ones waiting for nearly as long.
@test "a subject of which every second connection hangs" {
  hanging half 10 100
}

@test "a subject that stops under load" {
  hanging stopped 1 1000
}

@test "a subject that ignores the end of its input" {
  broken deaf
  one_failed 'ignored the end of its standard input'
}

@test "a subject that talks on stderr is not held up" {
  broken chatty
  [ "$status" -eq 0 ]
}

@test "a broken subject does not keep the others from being measured" {
  run "$waitbench" run --profile quick --only memory --model loop --blocks 1 --waiters 10 \
    --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py early"
  [ "$status" -eq 1 ]
  [ "$(grep -c ',echo-loop.*,1,' "$run_dir/memory.csv")" -ge 2 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign subjects that break the contract: a failed row that says how, within a bounded time, and
# the run goes on.

load helpers

# Each way to break the contract is a subject of its own in a run of several: that those after it are
# measured all the same is a part of what is tested.
quick_modes='garbage binary early during later liar threads wrong chatty'
# Those that are waited for until somebody's patience ends.
slow_modes='silent few mute deaf'
load_modes='hung half stopped'

# begin NAME WORDS...: that run in the background. Its exit code is in NAME.status when it is over, its
# folder is NAME, what it said is in NAME.log.
begin() {
  local folder=$BATS_FILE_TMPDIR/$1 code=0
  shift
  {
    "$WAITBENCH_BUILD/waitbench" run --profile quick --blocks 1 --output "$folder" "$@" >"$folder.log" 2>&1 || code=$?
    echo "$code" >"$folder.ending"
    mv "$folder.ending" "$folder.status"
  } 3>&- &
}

setup_file() {
  echo '#!/no/such/interpreter' >"$BATS_FILE_TMPDIR/script"
  chmod +x "$BATS_FILE_TMPDIR/script"
  local mode quick=() load=() broken=$WAITBENCH_SOURCE/tests/subjects/broken.py
  for mode in $quick_modes; do quick+=(--subject "$mode=python3 $broken $mode"); done
  for mode in $load_modes; do load+=(--subject "$mode=python3 $broken $mode"); done
  # They wait more than they compute, and so side by side.
  begin quick --only memory --model loop --waiters 30 "${quick[@]}" --subject "script=$BATS_FILE_TMPDIR/script"
  begin load --only throughput --model none --active 10,100 "${load[@]}"
  for mode in $slow_modes; do
    begin $mode --only memory --model none --waiters 30 --subject "$mode=python3 $broken $mode"
  done
}

# over NAME: waits for the end of that run, which failed as a whole; its folder is in $folder.
over() {
  folder=$BATS_FILE_TMPDIR/$1
  until [ -e "$folder.status" ]; do
    sleep 0.1
  done
  cat "$folder.log"
  [ "$(cat "$folder.status")" -eq 1 ]
}

# one_failed RUN MODE NOTE [WARM]: of that subject the cold trial (or the warm one) failed with a note that
# has these words, and has no figure.
one_failed() {
  over "$1"
  python3 - "$folder/memory.csv" "${@:2}" <<'PYTHON'
import csv, sys
path, mode, note, *warm = sys.argv[1:]
rows = [row for row in csv.DictReader(open(path, newline="")) if row["subject"] == mode]
assert len(rows) == 2, rows
[row] = [row for row in rows if row["warm"] == (warm or ["0"])[0]]
assert row["valid"] == "0" and row["total_bytes"] == "", row
assert note in row["note"], row
PYTHON
}

# measured SUBJECT: every trial of it in the quick run is valid.
measured() {
  over quick
  python3 - "$folder/memory.csv" "$1" <<'PYTHON'
import csv, sys
rows = [row for row in csv.DictReader(open(sys.argv[1], newline="")) if row["subject"] == sys.argv[2]]
assert len(rows) >= 2 and all(row["valid"] == "1" for row in rows), rows
PYTHON
}

# hanging MODE: under load, every trial fails since connections hang, and says of how many that is true.
# On more of them a busy machine may keep good ones waiting for nearly as long.
hanging() {
  over load
  python3 - "$folder/throughput.csv" "$@" <<'PYTHON'
import csv, re, sys
path, mode = sys.argv[1:]
rows = [row for row in csv.DictReader(open(path, newline="")) if row["subject"] == mode]
assert {row["active"] for row in rows} == {"10", "100"}, rows
for row in rows:
    active = int(row["active"])
    assert row["valid"] == "0" and row["achieved_per_second"] == "", row
    assert re.search(rf"\d+ of {active} active connections hang", row["note"]), row
PYTHON
}

@test "a subject that prints nothing" {
  one_failed silent silent 'did not say `listening PORT` within 10 s'
}

@test "a subject that prints garbage" {
  one_failed quick garbage "said 'hello, world' instead of \`listening PORT\`"
}

@test "a subject that prints bytes that are no text" {
  one_failed quick binary 'instead of `listening PORT`'
  refute env LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f-\xff]' "$folder/memory.csv"
}

@test "a subject that exits before it listens, with its last words" {
  one_failed quick early 'exited with status 1: no licence found'
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
  one_failed quick script "cannot run $BATS_FILE_TMPDIR/script: No such file or directory"
}

@test "a subject that accepts too few connections" {
  one_failed few few '5 waiters where 30 were asked for'
}

@test "a subject that dies while connections come" {
  one_failed quick during 'was killed by signal 11'
}

@test "a subject that dies while it is measured, before anything else that comes of it" {
  one_failed quick later 'subject was killed by signal 11'
}

# When it is asked how far it is, it says 31 or, one connection early, 30: that is the scheduler's
# choice. After the measurement it says 31 for certain.
@test "a subject that counts wrong" {
  one_failed quick liar '31 waiters where 30 connected'
}

@test "a subject that claims threads it does not have" {
  one_failed quick threads 'the kernel counts'
}

@test "a subject that echoes other bytes fails when it is warmed" {
  one_failed quick wrong 'request 1 on connection 1: wrong reply: not the bytes that were sent' 1
}

@test "a subject that never echoes fails when it is warmed" {
  one_failed mute mute 'request 1 on connection 1: silent for 10 s' 1
}

@test "a subject that answers a greeting and nothing more is not worth 0/s" {
  hanging hung
}

@test "a subject of which every second connection hangs" {
  hanging half
}

@test "a subject that stops under load" {
  hanging stopped
}

@test "a subject that ignores the end of its input" {
  one_failed deaf deaf 'ignored the end of its standard input'
}

@test "a subject that talks on stderr is not held up" {
  measured chatty
}

@test "a broken subject does not keep the others from being measured" {
  measured echo-loop
}

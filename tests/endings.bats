#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A subject whose end fails: the trial's row is not valid and says how, in the same words in every
# experiment.

load helpers

# A build of its own with one flow program, which ends as the file beside it says.
make_flow_build() {
  mkdir -p "$BATS_FILE_TMPDIR/build/bench"
  cp "$WAITBENCH_BUILD/waitbench" "$BATS_FILE_TMPDIR/build"
  cat >"$BATS_FILE_TMPDIR/build/bench/counter-threads-libc" <<'SH'
#!/bin/sh
echo lost_count 0
echo end
exec >&-
case $ENDING in
deaf) while :; do sleep 100; done ;;
sour)
  echo 'no luck' >&2
  exit 3
  ;;
esac
SH
  chmod +x "$BATS_FILE_TMPDIR/build/bench/counter-threads-libc"
}

# begin ENDING EXPERIMENT [VARIABLE=VALUE]: its run in the background; its exit code is in a file of that
# name when it is over. Only `flow` takes programs of ours.
begin() {
  local ending=$1 experiment=$2 code=0 folder=$BATS_FILE_TMPDIR/$1-$2
  local program=$WAITBENCH_BUILD/waitbench
  local words=(--model none --subject "mine=python3 $WAITBENCH_SOURCE/tests/subjects/broken.py $ending")
  shift 2
  if [ "$experiment" = flow ]; then
    program=$BATS_FILE_TMPDIR/build/waitbench
    words=(--model threads --scenario counter)
  elif [ "$experiment" = memory ]; then
    words+=(--waiters 30)
  fi
  {
    env WAITBENCH_RUN_LOCK="waitbench test $folder" ENDING="$ending" "$@" "$program" run --profile quick \
      --blocks 1 --only "$experiment" --output "$folder" "${words[@]}" >"$folder.log" 2>&1 || code=$?
    echo "$code" >"$folder.ending"
    mv "$folder.ending" "$folder.status"
  } 3>&- &
}

# What waits for somebody's patience waits side by side.
setup_file() {
  make_flow_build
  local experiment
  for experiment in memory throughput flow; do
    begin deaf $experiment
  done
}

# over ENDING EXPERIMENT: waits for the end of that run, whose folder is in $folder then.
over() {
  folder=$BATS_FILE_TMPDIR/$1-$2
  until [ -e "$folder.status" ]; do
    sleep 0.1
  done
  cat "$folder.log"
}

# failed ENDING EXPERIMENT NOTE: no row of that run is valid or has a figure, and this is the note of
# every one; under load a trial that others kept from its CPUs has failed before.
failed() {
  over "$1" "$2"
  [ "$(cat "$folder.status")" -eq 1 ]
  python3 - "$folder/$2.csv" "$3" "$2" <<'PYTHON'
import csv, re, sys
file, note, experiment = sys.argv[1:]
rows = list(csv.DictReader(open(file, newline="")))
for row in rows:
    assert row["valid"] == "0", row
    for figure in "total_bytes", "achieved_per_second", "value":
        assert not row.get(figure), row
# A busy machine may keep the generator from every window.
kept_away = "did not run for" if experiment in ("throughput", "latency") else None
assert rows
for row in rows:
    assert re.fullmatch(note, row["note"]) or kept_away and kept_away in row["note"], row
PYTHON
}

@test "a subject that exits with status 3 at its end" {
  local experiment
  for experiment in memory throughput latency flow; do
    begin sour $experiment
    failed sour $experiment 'at its end the subject exited with status 3: no luck'
  done
}

@test "a cgroup that cannot be removed" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'a sanitizer wants to be loaded first'
  local experiment
  for experiment in memory throughput latency flow; do
    begin good $experiment LD_PRELOAD="$WAITBENCH_BUILD/tests/rmdir_fails.so"
    over good $experiment
    if grep -q "no cgroup of the trial's own" "$folder.log"; then
      skip 'no cgroup can be made here'
    fi
    failed good $experiment 'cannot remove the cgroup /.*/waitbench-[-0-9]*: Operation not permitted'
  done
}

@test "a subject that does not end" {
  local experiment
  for experiment in memory throughput flow; do
    failed deaf $experiment 'subject ignored the end of its standard input for 3 s'
  done
}

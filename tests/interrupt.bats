#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever ends a run, at whatever moment: nothing stays behind, completed trials do.

load helpers

# wait_for_rows COUNT: until the run has completed so many trials.
wait_for_rows() {
  until [ -e "$run_dir/memory.csv" ] && [ "$(wc -l <"$run_dir/memory.csv")" -gt "$1" ]; do
    kill -0 $pid
    sleep 0.1
  done
}

# interrupted SIGNAL COMMAND...: starts a run, ends it when the command is done, and leaves its
# process id in $pid, its exit code in $code and the processes that were below it in $below.
interrupted() {
  "$waitbench" run --only memory --blocks 50 --waiters 50,300 --output "$run_dir" \
    2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  pid=$!
  "${@:2}"
  below=$(descendants $pid)
  kill "-$1" $pid
  code=0
  wait $pid || code=$?
}

# gone PIDS...: each is no process any more; those that were killed get five seconds to go.
gone() {
  local pid tries
  for pid in "$@"; do
    for tries in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    ! kill -0 "$pid" 2>/dev/null
  done
}

@test "SIGINT and SIGTERM at different moments: exit 130 and 143, nothing left, rows whole" {
  for moment in 0.05 0.3 0.61 1.13; do
    for signal in INT TERM; do
      rm -rf "$run_dir"
      interrupted $signal sleep $moment
      [ "$code" -eq "$([ $signal = INT ] && echo 130 || echo 143)" ]
      # shellcheck disable=SC2086
      gone $below
      [ "$(cgroups_of $pid)" -eq 0 ]
      [ ! -e "$run_dir/memory.csv" ] || rows "$run_dir/memory.csv"
    done
  done
}

@test "completed trials are kept, whatever ends the run" {
  for signal in INT TERM KILL; do
    rm -rf "$run_dir"
    interrupted $signal wait_for_rows 2
    [ "$(rows "$run_dir/memory.csv")" -ge 2 ]
  done
}

@test "SIGKILL at different moments: the processes go with it, the next run removes the cgroups" {
  local killed=()
  for moment in 0.11 0.4 0.83; do
    rm -rf "$run_dir"
    interrupted KILL sleep $moment
    killed+=("$pid")
    [ "$code" -eq 137 ]
    # shellcheck disable=SC2086
    gone $below
    [ ! -e "$run_dir/memory.csv" ] || rows "$run_dir/memory.csv"
  done
  "$waitbench" run --only memory --model loop --blocks 1 --waiters 5 --output "$run_dir-next"
  [ "$(cgroups_of "${killed[@]}")" -eq 0 ]
}

@test "a process that a subject leaves behind is ended with its trial, where there is a cgroup" {
  # A time of its own tells it from another test run's.
  local seconds=3600.$$
  "$waitbench" run --only memory --model none --blocks 1 --waiters 5 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py orphan $seconds"
  [[ "$(cell "$run_dir/memory.csv" kernel_source 1)" == cgroup-* ]] || skip 'no cgroup here'
  ! pgrep -f "sleep $seconds"
}

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

# wait_for_processes: until there are processes below the run, which are then in $below.
wait_for_processes() {
  until below=$(descendants $pid) && [ -n "$below" ]; do
    kill -0 $pid
    sleep 0.02
  done
}

# wait_for_cgroup: until the run has a cgroup, or has measured without one.
wait_for_cgroup() {
  until [ "$(cgroups_of $pid)" -gt 0 ] || grep -qs ',meminfo' "$run_dir/memory.csv"; do
    kill -0 $pid
    sleep 0.02
  done
}

# What a script runs beside itself ignores SIGINT, until the program says otherwise: a signal that
# came before would be lost.
start_run() {
  env --default-signal=INT "$waitbench" run --profile quick --only memory --blocks 50 --waiters 50,300 \
    --output "$run_dir" 2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  pid=$!
  until [ "$(readlink "/proc/$pid/exe")" = "$(realpath "$waitbench")" ]; do
    kill -0 $pid
    sleep 0.01
  done
}

# interrupted SIGNAL COMMAND...: starts a run, ends it when the command is done, and leaves its
# process id in $pid, its exit code in $code and the processes that were below it in $below.
interrupted() {
  below=
  start_run
  "${@:2}"
  below+=" $(descendants $pid)"
  kill "-$1" $pid
  code=0
  wait $pid || code=$?
}

# How often `gone` looks, ten times a second: for ever, as machines go.
patience=600

# alive PID: it is a process that has not ended; one that nobody has reaped yet has.
alive() {
  local state
  state=$(ps -o stat= -p "$1") || return 1
  [[ "$state" != Z* ]]
}

# gone PIDS...: each of them has ended; those that were killed get time to go.
gone() {
  local pid tries
  for pid in "$@"; do
    for ((tries = 0; tries < patience; tries++)); do
      alive "$pid" || break
      sleep 0.1
    done
    if alive "$pid"; then
      echo "process $pid is still there" >&2
      return 1
    fi
  done
}

# start_sleeper: something that lasts, in $!. Until it is there it is bats, to which a signal means
# the end of the test.
start_sleeper() {
  sleep 3600 3>&- &
  until grep -qx sleep "/proc/$!/comm"; do
    kill -0 $!
  done
}

# A test that failed may have left something that sleeps for an hour.
teardown() {
  [ ! -s "$BATS_TEST_TMPDIR/sleepers" ] || xargs -r kill <"$BATS_TEST_TMPDIR/sleepers" || true # gone
}

@test "what is still there is not gone, wherever it stands among the others" {
  local first last
  start_sleeper
  first=$!
  start_sleeper
  last=$!
  echo "$first $last" >"$BATS_TEST_TMPDIR/sleepers"
  kill $last
  wait $last || [ "$?" -eq 143 ]
  patience=1
  refute gone $first $last
  refute gone $last $first
  kill $first
  wait $first || [ "$?" -eq 143 ]
  gone $first $last
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

@test "a run that ends before its first trial is over leaves no folder, and says so" {
  # The first trial lasts 10 seconds: its program says nothing.
  env --default-signal=INT "$waitbench" run --profile quick --only memory --model none --blocks 1 \
    --waiters 5 --output "$run_dir" --subject "mine=python3 $subjects/broken.py silent" \
    2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  pid=$!
  until [ -e "$run_dir/memory.csv" ]; do
    kill -0 $pid
    sleep 0.01
  done
  kill -INT $pid
  code=0
  wait $pid || code=$?
  [ "$code" -eq 130 ]
  [ ! -e "$run_dir" ]
  grep -q "interrupted before the first trial was over: nothing is kept" "$BATS_TEST_TMPDIR/stderr"
}

@test "completed trials are kept, whatever ends the run" {
  for signal in INT TERM KILL; do
    rm -rf "$run_dir"
    interrupted $signal wait_for_rows 2
    [ "$(rows "$run_dir/memory.csv")" -ge 2 ]
    grep -q '"ended_utc": null' "$run_dir/machine.json"
    [ "$signal" = KILL ] ||
      grep -q "completed trials are in $run_dir; .waitbench report $run_dir. shows them" "$BATS_TEST_TMPDIR/stderr"
    "$waitbench" report "$run_dir" 2>"$BATS_TEST_TMPDIR/report"
    grep -q "This run was cut short" "$run_dir/report.html"
  done
}

@test "SIGKILL at different moments: the processes go with it, the next run removes the cgroups" {
  local killed=() seen=
  for moment in wait_for_processes wait_for_cgroup 'sleep 0.11' 'sleep 0.4' 'sleep 0.83'; do
    rm -rf "$run_dir"
    # shellcheck disable=SC2086
    interrupted KILL $moment
    killed+=("$pid")
    seen+=$below
    [ "$code" -eq 137 ]
    # shellcheck disable=SC2086
    gone $below
    [ ! -e "$run_dir/memory.csv" ] || rows "$run_dir/memory.csv"
  done
  [ -n "${seen// /}" ]
  "$waitbench" run --profile quick --only memory --model loop --blocks 1 --waiters 5 --output "$run_dir-next"
  [ "$(cgroups_of "${killed[@]}")" -eq 0 ]
}

# A subject that hangs at its end would be waited for for three seconds.
@test "SIGINT is obeyed within a second, also while a subject ignores its end" {
  local marker=$BATS_TEST_TMPDIR/told begun seconds
  for _ in 1 2 3 4 5; do
    rm -rf "$run_dir" "$marker"
    env --default-signal=INT "$waitbench" run --profile quick --only memory --model none --blocks 1 \
      --waiters 5 --output "$run_dir" --subject "mine=python3 $subjects/broken.py deaf $marker" \
      2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
    pid=$!
    until [ -e "$marker" ]; do
      kill -0 $pid
      sleep 0.01
    done
    begun=$EPOCHREALTIME
    kill -INT $pid
    code=0
    wait $pid || code=$?
    seconds=$(awk "BEGIN { print $EPOCHREALTIME - $begun }")
    echo "ended with $code after $seconds s"
    [ "$code" -eq 130 ]
    # A busy machine may be slow about it, but not each time.
    if awk "BEGIN { exit !($seconds < 1) }"; then
      return 0
    fi
  done
  false
}

@test "a process that a subject leaves behind is ended with its trial, where there is a cgroup" {
  local orphans=$BATS_TEST_TMPDIR/sleepers
  "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 5 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py orphan $orphans"
  [[ "$(cell "$run_dir/memory.csv" kernel_source 1)" == cgroup-* ]] || skip 'no cgroup here'
  # Of the cold trial and of the warm one.
  [ "$(wc -w <"$orphans")" -eq 2 ]
  # shellcheck disable=SC2046
  gone $(cat "$orphans")
}

# hanging_gnuplot: one that draws nothing, ends for no signal that asks, and has a child; whose process ids
# go to a file as they start.
hanging_gnuplot() {
  mkdir "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/gnuplot" <<SCRIPT
#!/bin/sh
trap '' INT TERM
sleep 3600 &
echo \$! \$\$ >>"$BATS_TEST_TMPDIR/sleepers"
wait
SCRIPT
  chmod +x "$BATS_TEST_TMPDIR/bin/gnuplot"
}

# interrupted_drawing COMMAND...: of waitbench, by SIGINT when it has begun to draw; its exit code is in $code,
# and SECONDS counts from the signal.
interrupted_drawing() {
  rm -f "$BATS_TEST_TMPDIR/sleepers"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH env --default-signal=INT "$waitbench" "$@" 2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  pid=$!
  until [ -s "$BATS_TEST_TMPDIR/sleepers" ]; do
    kill -0 $pid
    sleep 0.05
  done
  SECONDS=0
  kill -INT $pid
  code=0
  wait $pid || code=$?
}

# A chart may take half a minute, and there are more: who is not heard until then is not heard.
@test "SIGINT while a chart hangs: exit 130 long before its time is over, and gnuplot's children are gone" {
  local golden=$WAITBENCH_SOURCE/tests/golden/report-run
  hanging_gnuplot
  cp -r "$golden" "$BATS_TEST_TMPDIR/report"
  while read -r -a command; do
    interrupted_drawing "${command[@]}"
    echo "${command[0]}: exit code $code $SECONDS s after the signal"
    [ "$code" -eq 130 ]
    [ "$SECONDS" -lt 20 ]
    [ "${command[0]}" != compare ] ||
      grep -qx "waitbench: interrupted: $BATS_TEST_TMPDIR/compare is not whole" "$BATS_TEST_TMPDIR/stderr"
    # shellcheck disable=SC2046
    gone $(cat "$BATS_TEST_TMPDIR/sleepers")
  done <<COMMANDS
report $BATS_TEST_TMPDIR/report
compare $golden $BATS_TEST_TMPDIR/report --output $BATS_TEST_TMPDIR/compare
run --profile quick --only memory --model loop --blocks 1 --waiters 5 --output $run_dir
COMMANDS
  [ "$(rows "$run_dir/memory.csv")" -ge 2 ]
}

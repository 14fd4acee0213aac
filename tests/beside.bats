#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What stops a run or goes on beside it is called by its name: a stopped generator, a second run, a CPU
# quota.

load helpers
load servers

teardown() {
  [ -z "${SERVER-}" ] || kill -KILL "$SERVER" 2>/dev/null || true # it has ended
  [ -z "${first-}" ] || kill -KILL "$first" 2>/dev/null || true   # it has ended
  [ -z "${group-}" ] || remove_group
}

# stopped_load OPTION...: puts a load, and stops its generator for a second in the middle of it.
stopped_load() {
  local load pid
  put_good_load --connections 10 --duration 3 --warmup 0.5 "$@" &
  load=$!
  sleep 1.2
  pid=$(pgrep -P "$load" waitbench)
  kill -STOP "$pid"
  sleep 1
  kill -CONT "$pid"
  wait "$load"
}

# told_of_stop OPTION...: a machine may be so slow that the stop misses the window, but not each time.
told_of_stop() {
  for _ in 1 2 3 4; do
    stopped_load "$@"
    if holds 'client_bound == 1 and generator_longest_stall_ns >= 0.5e9'; then
      grep -q 'the generator did not run for' notes
      return
    fi
  done
  false
}

@test "a generator that is stopped for a second" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  told_of_stop --closed
  told_of_stop --closed --idle-wait spin
  told_of_stop --rate 1000
  stop_server
}

# start_first: a run that lasts, in $first, with its first row written.
start_first() {
  "$waitbench" run --profile quick --only memory --blocks 500 --waiters 5 --model loop \
    --output "$run_dir-first" 2>"$BATS_TEST_TMPDIR/first" 3>&- &
  first=$!
  until [ -e "$run_dir-first/memory.csv" ] && [ "$(wc -l <"$run_dir-first/memory.csv")" -gt 1 ]; do
    kill -0 "$first"
    sleep 0.05
  done
}

# end_first: interrupts it; what it has measured stays.
end_first() {
  local code=0
  kill -TERM "$first"
  wait "$first" || code=$?
  [ "$code" -eq 143 ]
}

small_run() {
  "$waitbench" run --profile quick --only memory --model loop --blocks 1 --waiters 5 --output "$run_dir" "$@" \
    2>"$BATS_TEST_TMPDIR/stderr"
}

@test "a second run says so before it begins, and the first learns of it" {
  start_first
  small_run
  grep -q "another waitbench run is at work (pid $first)" "$BATS_TEST_TMPDIR/stderr"
  [[ "$(told before 'another run')" == *"(pid $first)"* ]]
  "$waitbench" doctor | grep -q "a waitbench run is at work (pid $first)"
  until grep -q 'another waitbench run has begun (pid ' "$BATS_TEST_TMPDIR/first"; do
    kill -0 "$first"
    sleep 0.05
  done
  end_first
  first=
  run_dir=$run_dir-first
  told during 'another run'
}

@test "with --wait it begins when the first has ended, whatever ended that" {
  local second
  start_first
  small_run --wait 3>&- &
  second=$!
  until grep -q "(pid $first): waiting" "$BATS_TEST_TMPDIR/stderr"; do
    kill -0 $second
    sleep 0.05
  done
  [ ! -e "$run_dir" ]
  kill -KILL "$first"
  wait "$first" || [ "$?" -eq 137 ]
  first=
  wait $second
  [ "$(rows "$run_dir/memory.csv")" -gt 0 ]
  refute told before 'another run'
}

@test "a run that waits can be interrupted, and has made nothing" {
  local second code=0
  start_first
  # Not through a function: the signal is for the program itself.
  env --default-signal=INT "$waitbench" run --wait --profile quick --only memory --output "$run_dir" \
    2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  second=$!
  until grep -q "(pid $first): waiting" "$BATS_TEST_TMPDIR/stderr"; do
    kill -0 $second
    sleep 0.05
  done
  kill -INT $second
  wait $second || code=$?
  [ "$code" -eq 130 ]
  [ ! -e "$run_dir" ]
  end_first
  first=
}

# try_group_v1 QUOTA, try_group_v2 QUOTA: fill $group, with another below it.
try_group_v1() {
  mkdir "$group" || return
  mkdir "$group/inner" || return
  echo 100000 >"$group/cpu.cfs_period_us" || return
  echo "$1" >"$group/cpu.cfs_quota_us"
}

try_group_v2() {
  mkdir "$group" || return
  echo +cpu >"$group/cgroup.subtree_control" || return
  mkdir "$group/inner" || return
  echo "$1 100000" >"$group/cpu.max"
}

# make_group QUOTA: a cgroup whose CPU time is QUOTA of 100,000 us, and one below it without a quota;
# their folders are $group and $group/inner. Skips where that cannot be done.
make_group() {
  local mount own
  mount=$(awk '$0 ~ / - cgroup [^ ]+ ([^ ]*,)?cpu(,|$)/ { print $5; exit }' /proc/self/mountinfo)
  if [ -n "$mount" ]; then
    own=$(sed -n 's/^[0-9]*:\([^:]*,\)\{0,1\}cpu\(,[^:]*\)\{0,1\}:\(.*\)/\3/p' /proc/self/cgroup)
    group=$mount${own%/}/waitbench-quota-$$
    try_group_v1 "$1" 2>/dev/null || skip 'no cgroup can be made here'
  else
    group=/sys/fs/cgroup/waitbench-quota-$$
    try_group_v2 "$1" 2>/dev/null || skip 'no cgroup can be made here'
  fi
}

remove_group() {
  rmdir "$group/inner" "$group" 2>/dev/null || true # it was not made whole
  group=
}

# within FOLDER COMMAND...: runs it in that cgroup.
within() {
  bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$@"
}

# quota_is_told FOLDER: by a run and by the doctor in that cgroup.
quota_is_told() {
  within "$1" "$waitbench" run --profile quick --only throughput --scenario echo --model loop --blocks 1 \
    --output "$run_dir" 2>"$BATS_TEST_TMPDIR/stderr" || [ "$?" -eq 1 ]
  [ "$(jq -r .cgroup.cpu_quota "$run_dir/machine.json")" = '0.15 CPUs' ]
  [[ "$(told before 'CPU quota')" == *'allows 0.15 of '*"$(basename "$group")"* ]]
  [[ "$(told during 'throttling')" == *'CPU quota was used up in '* ]]
  # A machine that is busy leaves less than the quota, but not all the time.
  grep -q 'the CPU quota stopped the trial for ' "$run_dir/throughput.csv"
  every_row "$run_dir/throughput.csv" 'valid == 0 or row["throttled_seconds"] != ""'
  grep -q 'CPU quota' "$run_dir/report.html"
  within "$1" "$waitbench" doctor >"$BATS_TEST_TMPDIR/doctor"
  tr -s '\n ' ' ' <"$BATS_TEST_TMPDIR/doctor" | grep -q 'the CPU quota was used up in [0-9]* of'
  refute grep -q 'other work took' "$BATS_TEST_TMPDIR/doctor"
}

@test "a CPU quota on the run's own cgroup" {
  make_group 15000
  if [ -e "$group/cpu.cfs_quota_us" ]; then
    quota_is_told "$group"
  else
    # A v2 group that hands controllers down has no processes; its only child may have the quota.
    echo "15000 100000" >"$group/inner/cpu.max"
    echo max >"$group/cpu.max"
    quota_is_told "$group/inner"
  fi
}

@test "a CPU quota on the cgroup above the run's own" {
  make_group 15000
  quota_is_told "$group/inner"
}

@test "without a quota nothing is said of one" {
  small_run
  [ "$(jq -r .cgroup.cpu_quota "$run_dir/machine.json")" = none ] || skip 'there is a quota here'
  refute told before 'CPU quota'
  refute told during throttling
}

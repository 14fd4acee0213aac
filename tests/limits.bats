#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What this machine's limits forbid: told by the limit's name, before anything is measured, alike by
# every experiment.

load helpers

# planned COMMAND...: waitbench run with these words, which ends after planning because its folder is
# not empty. What was told is in $output.
planned() {
  mkdir -p "$run_dir"
  touch "$run_dir/mine"
  run "$@" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *'not empty'* ]]
}

@test "a limit that leaves no room for anything is named with what lifts it: exit 3, no folder" {
  for experiment in memory throughput latency flow; do
    run prlimit --nofile=60:60 "$waitbench" run --profile quick --only $experiment --output "$run_dir"
    echo "$output"
    [ "$status" -eq 3 ]
    [[ "${lines[-1]}" == *'nothing to measure: '*'RLIMIT_NOFILE is 60 files'*'lift it with: '*'nofile='* ]]
    [ ! -e "$run_dir" ]
  done
}

@test "a program that is gone is named: exit 3" {
  local copy=$BATS_TEST_TMPDIR/copy only
  mkdir "$copy"
  cp "$waitbench" "$copy"
  for only in memory throughput latency flow; do
    run "$copy/waitbench" run --profile quick --only $only --output "$run_dir"
    echo "$output"
    [ "$status" -eq 3 ]
    [[ "$output" == *"the program "*" (libc) is missing in $copy/bench"* ]]
    [ ! -e "$run_dir" ]
  done
  mkdir "$copy/bench"
  find "$WAITBENCH_BUILD/bench" -maxdepth 1 -type f -name 'echo-[ts]*' -exec cp -t "$copy/bench" {} +
  run "$copy/waitbench" run --profile quick --only memory --output "$run_dir"
  [ "$status" -eq 3 ]
  [[ "$output" == *"the program echo-loop "* ]]
}

@test "nothing to measure for want of an arm is wrong usage, and blames no limit" {
  run "$waitbench" run --only memory --scenario counter --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'the plan default has no arm for this choice'* ]]
}

@test "numbers nobody asked for are left out by the limit's name, in each experiment" {
  planned prlimit --nofile=600:600 "$waitbench" run
  for what in 'memory: left out: 1000 waiters of model threads' 'memory: left out: 1000 waiters of model loop' \
    'throughput: left out: 1000 waiters of model loop' 'latency: left out: 1100 waiters'; do
    [[ "$output" == *"$what"*'RLIMIT_NOFILE is 600 files'* ]]
  done
  [[ "$output" != *'flow: left out'* ]]
  planned prlimit --nofile=300:300 "$waitbench" run --profile quick
  for model in threads loop; do
    [[ "$output" == *"flow: left out: cancel-$model"*' needs 450 open files: RLIMIT_NOFILE is 300 files'* ]]
  done
}

@test "flow: what its programs are said to take is enough for them" {
  run prlimit --nofile=64:64 "$waitbench" run --profile quick --only flow --blocks 1 --output "$run_dir/low"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *'left out: cancel-threads'* ]]
  refute grep -q ',cancel,' "$run_dir/low/flow.csv"
  for scenario in counter futures executor workflow nursery findself; do
    grep -q ",$scenario," "$run_dir/low/flow.csv"
  done
  run prlimit --nofile=450:450 "$waitbench" run --profile quick --only flow --scenario cancel --blocks 1 \
    --output "$run_dir/cancel"
  echo "$output"
  [ "$status" -eq 0 ]
  grep -q ',cancel,' "$run_dir/cancel/flow.csv"
}

@test "load beyond the limit on files: exit 3, its name, advice that works here, no file" {
  run prlimit --nofile=200:200 "$waitbench" load --port 1 --connections 500 --rate 1 \
    --csv "$BATS_TEST_TMPDIR/row.csv"
  echo "$output"
  [ "$status" -eq 3 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *'open files: RLIMIT_NOFILE is 200 files; lift it with: '* ]]
  [ ! -e "$BATS_TEST_TMPDIR/row.csv" ]
  # The same as the doctor's, but for the number.
  local advice=${output##*lift it with: }
  prlimit --nofile=200:200 "$waitbench" doctor | grep -qF -- "${advice%%nofile=*}nofile="
}

@test "where root may not write settings, it is not told to" {
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  run unshare -m bash -ec 'mount --bind /proc/sys /proc/sys
    mount -o remount,bind,ro /proc/sys
    "$0" doctor --waiters 99999999' "$waitbench"
  echo "$output"
  [ "$status" -eq 0 ]
  grep -q 'from outside, as root here may not: sysctl -w vm.max_map_count=' <<<"$output"
  refute grep -q '^ *sysctl -w' <<<"$output"
}

# alone COMMAND...: in a network of its own, whose queue of connections is of one.
alone() {
  unshare -n bash -ec 'echo 1 >/proc/sys/net/core/somaxconn
    python3 -c "import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh22x\", b\"lo\", 0x41))"
    "$@"' alone "$@"
}

@test "a short queue of connections is in doctor, with the command that lifts it" {
  unshare -n true 2>/dev/null || skip 'a network namespace takes root'
  run alone bash -ec '"$0" doctor
    eval "$("$0" doctor | grep -- "-w net.core.somaxconn=")"
    echo lifted
    "$0" doctor' "$waitbench"
  echo "$output"
  [ "$status" -eq 0 ]
  grep -Eq '^  net.core.somaxconn +1 ' <<<"${output%%lifted*}"
  grep -q 'sysctl -w net.core.somaxconn=1000' <<<"${output%%lifted*}"
  refute grep -q -- '-w net.core.somaxconn' <<<"${output##*lifted}"
}

@test "a run and a load that need a longer queue say so" {
  unshare -n true 2>/dev/null || skip 'a network namespace takes root'
  planned alone "$waitbench" run --profile quick --only throughput
  [[ "$output" == *'64 connections would be opened at once, and net.core.somaxconn lets 1 of them wait'* ]]
  run alone "$waitbench" load --port 1 --connections 10 --rate 10 --duration 1
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *'10 connections would be opened at once, and net.core.somaxconn lets 1 of them wait'* ]]
  # One needs no queue, and idle clients ask how long it may be.
  run alone "$waitbench" load --port 1 --connections 1 --rate 10 --duration 1
  [[ "$output" != *somaxconn* ]]
  planned alone "$waitbench" run --profile quick --only memory
  [[ "$output" != *somaxconn* ]]
}

@test "of several numbers that are too large the largest is refused, so that making room once is enough" {
  run prlimit --nofile=256:256 "$waitbench" run --profile quick --only memory --waiters 100,300,400,200 \
    --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "$output" == *'400 waiters of model '*'RLIMIT_NOFILE is 256 files and allows 156'*'nofile=500'* ]]
  [ ! -e "$run_dir" ]
}

@test "numbers on the command line are refused for what they are of; the plan's own are left out beside them" {
  planned prlimit --nofile=300:300 "$waitbench" run --waiters 20,40
  [[ "$output" == *'throughput: left out: 1000 waiters of model '* ]]
  [[ "$output" == *'latency: left out: 1100 waiters of model '* ]]
  run prlimit --nofile=300:300 "$waitbench" run --waiters 20,40 --idle 1000 --output "$run_dir"
  [ "$status" -eq 2 ]
  [[ "${lines[-1]}" == *' waiters of model '*'RLIMIT_NOFILE is 300 files'* ]]
}

@test "a small stack is the measured programs', and not our own" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer takes more of a stack"
  printf '#!/bin/sh\nulimit -s >>"%s"\nexec "%s"\n' "$BATS_TEST_TMPDIR/stacks" "$WAITBENCH_BUILD/bench/echo-threads" \
    >"$BATS_TEST_TMPDIR/mine"
  chmod +x "$BATS_TEST_TMPDIR/mine"
  prlimit --stack=65536: "$waitbench" run --profile quick --only memory --scenario echo --blocks 1 \
    --model threads --waiters 10,20,30,40 --subject "mine=$BATS_TEST_TMPDIR/mine" --output "$run_dir"
  [ "$(sort -u "$BATS_TEST_TMPDIR/stacks")" = 64 ]
  # The hard limit is raised by who may.
  local unable=(prlimit --stack=65536:65536)
  [ "$(id -u)" -ne 0 ] || unable=(setpriv --bounding-set=-sys_resource "${unable[@]}")
  "${unable[@]}" "$waitbench" --version
  run "${unable[@]}" "$waitbench" list
  [ "$status" -eq 3 ]
  [[ "$output" == *'ulimit -H -s'* ]]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench doctor: what it says must hold, and the commands it prints must work.

load helpers

# binding OUTPUT MODEL: the rest of the line that says how many waiters of MODEL there may be.
binding() {
  sed -n "s/^  $2  *\([0-9]\)/\1/p" <<<"$1" | head -n 1
}

@test "every section is there, exit 0, nothing on stderr" {
  "$waitbench" doctor >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
  [ ! -s "$BATS_TEST_TMPDIR/err" ]
  for title in 'What to do' 'Largest number of waiters' 'Every limit' 'Placement and floors' \
    'Memory accounting' 'Stores of web servers' 'What cannot be seen'; do
    grep -q "^$title" "$BATS_TEST_TMPDIR/out"
  done
  # What helps comes first.
  [[ "$(sed -n 2p "$BATS_TEST_TMPDIR/out")" == 'What to do'* ]]
  grep -q '^  memory by an estimate of 72 KiB for a thread' "$BATS_TEST_TMPDIR/out"
}

@test "where a database would run, and what decides how it shares a CPU" {
  run "$waitbench" doctor
  [ "$status" -eq 0 ]
  grep -qE "^  a database on CPUs [-,0-9]+ \((its own|the server's)\)$" <<<"$output"
  [ ! -e /proc/sys/kernel/sched_autogroup_enabled ] || [[ "$output" == *"autogroup is o"* ]]
}

@test "lines fit 80 columns; only commands and single long words may be longer" {
  run "$waitbench" doctor
  [ "$status" -eq 0 ]
  refute awk 'length > 80 && !/^    [^ ]/ && NF > 1 { print; found = 1 } END { exit !found }' \
    <<<"$output"
}

@test "a lowered limit on files is named, with what it allows" {
  run bash -c 'ulimit -n 500 && "$0" doctor' "$waitbench"
  [ "$status" -eq 0 ]
  for model in threads loop sockets; do
    [ "$(binding "$output" $model)" = '400   RLIMIT_NOFILE: 500 files' ]
  done
}

@test "the range of ports is shown as it was set, with what it allows in words" {
  local low high
  read -r low high </proc/sys/net/ipv4/ip_local_port_range
  run "$waitbench" doctor
  [ "$status" -eq 0 ]
  grep -Eq "^  net.ipv4.ip_local_port_range +$low $high " <<<"$output"
  grep -Eq "^    [0-9]+ connections from each of the loopback's [0-9]+ addresses$" <<<"$output"
}

@test "the command it prints lifts the limit" {
  bash -c 'ulimit -n 500 && prlimit --pid $$ --nofile=600' 2>/dev/null ||
    skip "raising a hard limit takes CAP_SYS_RESOURCE"
  run bash -ec 'ulimit -n 500
    eval "$("$0" doctor --waiters 1000 | grep -- "--nofile=")"
    ulimit -Hn
    "$0" doctor --waiters 1000' "$waitbench"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" -ge 1100 ]
  refute grep -q -- '--nofile=' <<<"$output"
}

@test "without root the commands say sudo, and what is hidden is told apart" {
  [ "$(id -u)" -eq 0 ] || skip "becoming another user takes root"
  # A private copy, because the build folder may not be open to others.
  local copy
  copy=$(mktemp -d)
  chmod 755 "$copy"
  cp "$waitbench" "$copy/waitbench"
  run setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
    bash -c 'ulimit -n 500 && "$0/waitbench" doctor' "$copy"
  rm -r "$copy"
  [ "$status" -eq 0 ]
  grep -q 'sudo prlimit --pid \$\$ --nofile=100100' <<<"$output"
}

@test "looking leaves no cgroup behind" {
  "$waitbench" doctor >/dev/null 3>&- &
  wait $!
  [ "$(cgroups_of $!)" -eq 0 ]
}

@test "wrong usage is exit 2, help is exit 0" {
  run "$waitbench" doctor --waiters 0
  [ "$status" -eq 2 ]
  run "$waitbench" doctor --waiters many
  [ "$status" -eq 2 ]
  run "$waitbench" doctor please
  [ "$status" -eq 2 ]
  run "$waitbench" doctor --bogus
  [ "$status" -eq 2 ]
  run "$waitbench" doctor --help
  [ "$status" -eq 0 ]
}

@test "without gnuplot the doctor and the run say so, the run before anything is measured" {
  PATH=$BATS_TEST_TMPDIR run "$waitbench" doctor
  [ "$status" -eq 0 ]
  [[ "$output" == *"a run will have no charts"*"gnuplot is not installed: apt-get install"*"To make room"* ]]
  PATH=$BATS_TEST_TMPDIR run "$waitbench" run --profile quick --only flow --scenario counter --blocks 1 \
    --output "$run_dir"
  [ "$status" -eq 3 ]
  [[ "$output" == *"there will be no charts: gnuplot is not installed"*"[0/"*"Scorecard"* ]]
  # What goes to both streams is in order where they are one.
  [[ "$output" == *$'\nRun folder\n'"$run_dir"$'\n'"waitbench: chart flow: gnuplot is not installed"* ]]
}

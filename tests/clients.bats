#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Load generators behind prefixes: one load of several, and what becomes of a run when one of them fails.

bats_require_minimum_version 1.5.0
load helpers

# plan SETTINGS: of echo, short, at a rate that leaves any machine idle.
plan() {
  cat >"$BATS_TEST_TMPDIR/plan.cfg" <<PLAN
name = "clients"; calibration_seconds = 0.1; capacity_steps = 1;
settings = ($1);
PLAN
}

# latency ACTIVE IDLE SECONDS: a setting of the loop.
latency() {
  echo "{ experiment = \"latency\"; scenario = \"echo\"; blocks = 1; models = [\"loop\"]; active = $1; idle = $2;
    rate = 300; seconds = $3; warmup_seconds = 0.1; }"
}

# others_had_the_cpus: so says a row that failed, for which a run of another test may be to blame.
others_had_the_cpus() {
  grep -qs ',0,[^,]*\(others used\|did not run for\)' "$run_dir/latency.csv"
}

measure_once() {
  "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --seed 3 --output "$run_dir" "$@"
}

# measure OPTION...: again where others had the CPUs.
measure() {
  local code tries=3
  while [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    code=0
    rm -rf "$run_dir"
    measure_once "$@" || code=$?
    if [ "$code" -ne 1 ] || ! others_had_the_cpus; then return "$code"; fi
  done
  skip 'others had the CPUs, three times'
}

# wait_until SECONDS COMMAND...: until it says yes.
wait_until() {
  local end
  end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# is_gone PID: there is no such process, or it has ended and waits for whoever started it.
is_gone() {
  [ ! -e "/proc/$1/stat" ] || grep -q ') Z ' "/proc/$1/stat" 2>/dev/null || [ ! -e "/proc/$1/stat" ]
}

between() {
  printf 'python3 %q %s %q' "$WAITBENCH_SOURCE/tests/between.py" "$1" "$BATS_TEST_TMPDIR/$2"
}

@test "a closed loop over two clients, whose replies are summed up" {
  plan '{ experiment = "throughput"; scenario = "echo"; blocks = 1; models = ["threads"]; active = 3; seconds = 1;
    warmup_seconds = 0.1; }'
  beside_others measure_once --client env --client env
  every_row "$run_dir/throughput.csv" "clients == 2 and errors == 0 and (samples > 300 or $others)"
}

@test "a program that does not listen at --host is told of it" {
  plan "$(latency 2 0 0.5)"
  run --separate-stderr measure_once --host 127.0.0.2 --client env --model none \
    --subject "mine=sh -c $WAITBENCH_BUILD/bench/echo-loop-libc"
  [ "$status" -eq 1 ]
  grep -q "2 refused .*; it was given --host, and has to listen there" <<<"$(cell "$run_dir/latency.csv" note 1)"
}

@test "a load of one connection takes one of two clients" {
  plan "$(latency 1 0 0.5)"
  measure --client env --client env
  [ "$(cell "$run_dir/latency.csv" clients 1)" = 1 ]
  [ "$(cell "$run_dir/latency.csv" valid 1)" = 1 ]
}

@test "a server of several processes has connections of every client" {
  plan "$(latency 4 0 0.5)"
  measure --client env --client env --shards 3
  [ "$(cell "$run_dir/latency.csv" shards 1)" = 3 ]
  [ "$(cell "$run_dir/latency.csv" valid 1)" = 1 ]
}

@test "web's replies are checked by clients, too" {
  plan '{ experiment = "latency"; scenario = "web"; blocks = 1; models = ["loop"]; active = 2; idle = 1; rate = 200;
    seconds = 0.5; warmup_seconds = 0.1; }'
  measure --client env --client env --store memory
  [ "$(cell "$run_dir/latency.csv" valid 1)" = 1 ]
  [ "$(cell "$run_dir/latency.csv" clients 1)" = 2 ]
}

@test "a client that cannot be started is named, and nothing is measured" {
  plan "$(latency 1 0 0.5)"
  run --separate-stderr measure_once --client "$BATS_TEST_TMPDIR/nosuch"
  [ "$status" -eq 3 ]
  grep -q "client '.*nosuch' exited with status 127: cannot run .*nosuch: No such file" <<<"$stderr"
  run --separate-stderr measure_once --client false
  [ "$status" -eq 3 ]
  grep -q "client 'false' exited with status 1" <<<"$stderr"
  run --separate-stderr measure_once --client "a \$(b)"
  [ "$status" -eq 2 ]
  run --separate-stderr measure_once --client "ssh 'load1"
  [ "$status" -eq 2 ]
  grep -q -- "--client ssh 'load1: a quote or a bracket is not closed" <<<"$stderr"
  [ ! -e "$run_dir" ]
}

@test "a client of another version is named with it" {
  plan "$(latency 1 0 0.5)"
  # A path that ends in waitbench is the client's own.
  mkdir "$BATS_TEST_TMPDIR/other"
  printf '%s\n' '#!/bin/sh' 'echo welcome' 'echo protocol 1' 'echo version 0.0.7' 'echo measurement 1' 'echo end' 'cat' \
    >"$BATS_TEST_TMPDIR/other/waitbench"
  chmod +x "$BATS_TEST_TMPDIR/other/waitbench"
  run --separate-stderr measure_once --client "env $BATS_TEST_TMPDIR/other/waitbench"
  [ "$status" -eq 3 ]
  grep -q "client 'env .*' is waitbench 0.0.7 (measurement version 1), and this is .* install the same there" <<<"$stderr"
}

@test "a client that dies under load is named in the row, and the next trial has a new one" {
  plan "$(latency 2 0 0.4), $(latency 3 0 0.4)"
  run --separate-stderr measure_once --client env --client "$(between dies mark)"
  [ "$status" -eq 1 ]
  python3 - "$run_dir/latency.csv" <<'PYTHON'
import csv, sys
first, second = csv.DictReader(open(sys.argv[1], newline=""))
assert first["valid"] == "0" and "between.py dies" in first["note"] and "lost its power" in first["note"], first
assert second["clients"] == "2", second
assert second["valid"] == "1" or "did not run for" in second["note"], second
PYTHON
}

@test "a client that dies while it is found out what an arm sustains costs a try, and not the arm" {
  plan '{ experiment = "latency"; scenario = "echo"; blocks = 1; models = ["loop"]; active = 2; share = 0.3; seconds = 0.3;
    warmup_seconds = 0.1; }'
  run --separate-stderr measure_once --client env --client "$(between dies mark)"
  [ -e "$BATS_TEST_TMPDIR/mark" ]
  refute grep 'cannot find what .* sustains: client' <<<"$stderr"
}

@test "a client that hears too late when to begin is named in the row" {
  plan "$(latency 2 0 0.4)"
  run --separate-stderr measure_once --client env --client "$(between lags mark)"
  [ "$status" -eq 1 ]
  grep -q "client '.*between.py lags.*' heard .* ms too late when to begin" <<<"$(cell "$run_dir/latency.csv" note 1)"
}

@test "no client outlives an interrupted run, nor one that is killed" {
  local signal pid client
  plan "$(latency 2 0 60)"
  for signal in INT TERM KILL; do
    rm -rf "$run_dir" "$BATS_TEST_TMPDIR/pids"
    "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --output "$run_dir" --client env \
      --client "$(between notes pids)" 2>"$BATS_TEST_TMPDIR/errors" &
    pid=$!
    wait_until 60 test -s "$run_dir/latency.csv"
    wait_until 60 test -s "$BATS_TEST_TMPDIR/pids"
    sleep 0.5
    kill -"$signal" "$pid"
    wait "$pid" || true # with the signal's code, or killed
    while read -r client; do
      wait_until 30 is_gone "$client"
    done <"$BATS_TEST_TMPDIR/pids"
  done
}

@test "a client that ends between two trials is started again, and no trial is lost" {
  plan "$(latency 2 0 0.4), $(latency 3 0 0.4)"
  measure --client env --client "$(between ends mark)"
  [ "$(rows "$run_dir/latency.csv")" -eq 2 ]
  every_row "$run_dir/latency.csv" 'valid == 1 and clients == 2'
  [ -e "$BATS_TEST_TMPDIR/mark" ]
}

@test "a client that ends before it says what it is: with what usually helps" {
  plan "$(latency 1 0 0.5)"
  run --separate-stderr measure_once --client "sh -c 'exec /nowhere/x'"
  [ "$status" -eq 3 ]
  grep -q "exited with status 127: .*(waitbench has to be there: at this one's path, or" <<<"$stderr"
  # As in `ssh load1 waitbench`.
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$waitbench" "$BATS_TEST_TMPDIR/bin/waitbench"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run --separate-stderr measure_once --client 'env waitbench'
  [ "$status" -eq 3 ]
  grep -q "client 'env waitbench' exited with status 2: .*named by its own, as in /usr/bin/waitbench" <<<"$stderr"
  # As docker exec does without -i.
  run --separate-stderr measure_once --client "sh -c '\"\$@\" </dev/null' x"
  [ "$status" -eq 3 ]
  grep -q "exited with status 0 (its standard input has to reach it: docker exec -i" <<<"$stderr"
  # What it says may end as lines on a terminal do.
  run --separate-stderr measure_once --client "sh -c 'printf \"no route\\r\\n\" >&2; exit 255'"
  [ "$status" -eq 3 ]
  grep -q 'exited with status 255: no route$' <<<"$stderr"
  [ ! -e "$run_dir" ]
}

@test "a client that would ask at the terminal is told at once" {
  plan "$(latency 1 0 0.5)"
  run python3 "$WAITBENCH_SOURCE/tests/in_terminal.py" 300 "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" \
    --output "$run_dir" --client "sh -c 'read -r answer </dev/tty'"
  echo "$output"
  [ "$status" -eq 3 ]
  grep -q "client 'sh .*' wants to ask at the terminal, where nobody can answer it" <<<"$output"
  [ ! -e "$run_dir" ]
}

@test "clients and an address that nothing measured would use are refused" {
  run --separate-stderr "$waitbench" run --profile quick --only memory --model loop --client env --output "$run_dir"
  [ "$status" -eq 2 ]
  grep -q -- '--client is for throughput and latency, and this choice of .* has none' <<<"$stderr"
  run --separate-stderr "$waitbench" run --profile quick --only flow --host 127.0.0.2 --output "$run_dir"
  [ "$status" -eq 2 ]
  grep -q -- '--host is for memory, throughput and latency' <<<"$stderr"
  [ ! -e "$run_dir" ]
}

@test "an address of no one host is refused, and a program that does not listen at its own is told so" {
  local address
  plan "$(latency 1 0 0.5), { experiment = \"memory\"; scenario = \"echo\"; blocks = 1; models = [\"loop\"]; waiters = (2, 4); }"
  for address in 0.0.0.0 224.0.0.1 255.255.255.255 localhost ::1 ''; do
    run --separate-stderr measure_once --host "$address"
    [ "$status" -eq 2 ]
    grep -q -- "--host takes a numeric IPv4 address of this machine" <<<"$stderr"
  done
  [ ! -e "$run_dir" ]
  # It takes the option, and goes on listening at 127.0.0.1.
  run --separate-stderr measure_once --model none --host 127.0.0.2 \
    --subject "mine=sh -c 'exec \"$WAITBENCH_BUILD/bench/echo-loop-libc\"' sh"
  [ "$status" -eq 1 ]
  [ "$(cell "$run_dir/memory.csv" valid 1)" = 0 ]
  [[ "$(cell "$run_dir/memory.csv" note 1)" == 'connection 1 to 127.0.0.2 failed: Connection refused; it was given --host, and has to listen there'* ]]
  [[ "$(cell "$run_dir/latency.csv" note 1)" == *'it was given --host, and has to listen there'* ]]
}

@test "a client that is started by hand says that it has nothing to do" {
  run python3 "$WAITBENCH_SOURCE/tests/in_terminal.py" 300 sh -c "stty -icanon min 0 && exec '$waitbench' client"
  echo "$output"
  [[ "$output" == *'by hand there is nothing to do here'* ]]
  run "$waitbench" client </dev/null
  [ "$status" -eq 0 ]
  [[ "$output" != *'by hand'* ]]
}

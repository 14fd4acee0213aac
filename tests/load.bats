#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench load against servers whose truth is known: one that stalls, one that delays, several
# that misbehave.

load helpers

# start_server COMMAND...: sets SERVER (pid) and PORT. The server ends with its standard input,
# which is descriptor 8 here.
start_server() {
  cd "$BATS_TEST_TMPDIR"
  # What an earlier server said must not be taken for this one's.
  rm -f said
  mkfifo control
  "$@" <control >said 3>&- 8>&- &
  SERVER=$!
  exec 8>control
  until grep -qs listening said; do
    kill -0 "$SERVER"
    sleep 0.02
  done
  PORT=$(awk '/listening/ { print $2 }' said)
}

stop_server() {
  exec 8>&-
  wait "$SERVER"
  SERVER=
  rm control
}

# A test that failed half-way may leave its server stopped.
teardown() {
  [ -z "${SERVER-}" ] || kill -KILL "$SERVER" 2>/dev/null || true # it has ended
}

# put_load OPTION...: runs waitbench load, with its row in row.csv and what it said in notes.
put_load() {
  rm -f row.csv
  "$waitbench" load --port "$PORT" --csv row.csv "$@" 2>notes
}

# holds EXPRESSION: over the row's columns, as numbers.
holds() {
  python3 - "$1" <<'PYTHON'
import csv, sys
row = next(csv.DictReader(open("row.csv")))
numbers = {}
for name, text in row.items():
    try:
        numbers[name] = float(text)
    except ValueError:
        pass
if not eval(sys.argv[1], {}, numbers):
    sys.exit(f"{sys.argv[1]} does not hold: {row}")
PYTHON
}

balance='requests_offered == requests_answered + requests_lost + requests_failed'

# A second of silence in ten: a tenth of the requests was kept waiting, up to a second each. The
# closed loop's view of it, service time, has next to nothing to show.
stall() {
  start_server "$WAITBENCH_BUILD/bench/$1"
  put_load --connections 10 --rate 2000 --duration 10 --warmup 0.5 &
  local load=$!
  sleep 4
  kill -STOP "$SERVER"
  sleep 1
  kill -CONT "$SERVER"
  wait "$load"
  holds 'p99_ns >= 0.5e9'
  holds 'max_ns >= 0.95e9'
  holds 'service_p99_ns < p99_ns / 10'
  holds 'errors == 0 and requests_lost == 0'
  holds "$balance"
  stop_server
}

@test "a stall of echo-threads cannot hide" {
  stall echo-threads-libc
}

@test "a stall of echo-loop cannot hide" {
  stall echo-loop-libc
}

@test "without a stall the same load shows none" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  put_load --connections 10 --rate 2000 --duration 6 --warmup 0.5
  holds 'p99_ns < 0.5e9'
  stop_server
}

@test "what a dead server leaves unanswered is lost, and counted with its age" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_load --connections 10 --rate 2000 --duration 3 --warmup 0 &
  local load=$!
  sleep 1.5
  kill -STOP "$SERVER"
  wait "$load"
  holds "$balance"
  holds 'requests_lost > 0 and requests_failed == 0'
  holds 'samples == requests_answered + requests_lost'
  # It was silent for the last second at least, and for the two seconds of drain.
  holds 'max_ns >= 2.5e9'
  grep -q 'requests unanswered at the end' notes
  kill -CONT "$SERVER"
  stop_server
}

# p50_with_delay MICROSECONDS
p50_with_delay() {
  start_server "$WAITBENCH_BUILD/tests/delay" "$1"
  put_load --connections 1 --rate 100 --arrivals constant --duration 2.5 --warmup 0.5 \
    --idle-wait block
  P50=$(cell row.csv p50_ns 1)
  stop_server
}

# within LIMIT A B: whether A and B differ by at most that.
within() {
  (($2 - $3 <= $1 && $3 - $2 <= $1))
}

# Once with the delay between twice without. Where the two without differ by more than the tolerance
# themselves, other work on the machine moves the median, and that try tells nothing.
@test "a server that waits 2 ms moves the median by 2 ms within 5 %" {
  local before delayed quiet=0
  for _ in 1 2 3 4; do
    p50_with_delay 0
    before=$P50
    p50_with_delay 2000
    delayed=$P50
    [ "$delayed" -ge 2000000 ]
    p50_with_delay 0
    echo "p50: $before, delayed $delayed, $P50 ns"
    within 100000 "$before" "$P50" || continue
    quiet=1
    if within 100000 "$((delayed - before))" 2000000; then
      return 0
    fi
  done
  [ "$quiet" -eq 1 ] || skip 'the machine is too busy to tell'
  false
}

@test "bytes that come one by one are as good as any" {
  start_server python3 "$subjects/faulty.py" drip
  put_load --connections 5 --rate 200 --duration 1 --warmup 0
  holds 'errors == 0 and requests_answered == requests_offered'
  stop_server
}

# faulty FAULT NOTE: the fault strikes each connection after its fifth echo.
faulty() {
  start_server python3 "$subjects/faulty.py" "$1"
  run put_load --connections 10 --rate 500 --duration 1 --warmup 0
  cat notes
  [ "$status" -eq 1 ]
  grep -q "10 $2" notes
  holds "$balance"
  holds 'requests_answered == 40 and errors == requests_failed'
  run put_load --connections 10 --closed --duration 1 --warmup 0
  [ "$status" -eq 1 ]
  grep -q "10 $2" notes
  holds "$balance"
  holds 'requests_answered == 40 and errors == 10'
  stop_server
}

@test "a wrong byte is found out" {
  faulty wrong 'wrong echo'
}

@test "the echo of another request is found out" {
  faulty stale 'wrong echo'
}

@test "a byte too many is found out" {
  faulty extra 'wrong echo'
}

@test "a reset is counted" {
  faulty reset reset
}

@test "an early close is counted" {
  faulty close closed
}

@test "a server that accepts and never answers is no server" {
  start_server python3 "$subjects/faulty.py" silent
  run put_load --connections 10 --closed --duration 1
  [ "$status" -eq 1 ]
  grep -q '0 of 10 connections were served; 10 silent' notes
  stop_server
}

@test "a server that serves too few connections is named" {
  start_server python3 "$subjects/faulty.py" few
  run put_load --connections 10 --closed --duration 1
  [ "$status" -eq 1 ]
  grep -q '5 of 10 connections were served; 5 silent' notes
  holds 'errors == 5'
  stop_server
}

@test "a dropped idle connection is noticed" {
  start_server python3 "$subjects/faulty.py" drop-idle
  run put_load --connections 10 --active 2 --rate 100 --duration 3 --warmup 0
  [ "$status" -eq 1 ]
  grep -q '8 closed' notes
  holds 'requests_answered == requests_offered and errors == 8'
  stop_server
}

@test "SIGINT ends the run, and keeps what was measured" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  # A background job of a script ignores SIGINT unless it is told not to.
  python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$waitbench" load --port "$PORT" \
    --connections 10 --rate 1000 --duration 600 --warmup 0 --csv row.csv 2>notes &
  local load=$!
  sleep 2
  kill -INT "$load"
  local code=0
  wait "$load" || code=$?
  [ "$code" -eq 130 ]
  grep -q interrupted notes
  holds "$balance"
  holds 'requests_answered > 0 and duration_seconds < 60'
  stop_server
}

@test "the percentile file is HdrHistogram's" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  put_load --connections 10 --rate 2000 --duration 1 --warmup 0 --hgrm out.hgrm
  grep -Eq '^ *Value +Percentile +TotalCount +1/\(1-Percentile\)$' out.hgrm
  grep -Eq "^ *[0-9.]+ 1\.000000000000 +$(cell row.csv samples 1)$" out.hgrm
  grep -Eq "^#\[Max .*Total count += +$(cell row.csv samples 1)\]" out.hgrm
  stop_server
}

@test "without --csv the row goes to standard output, and nothing else does" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  "$waitbench" load --host localhost --port "$PORT" --connections 2 --closed --duration 0.2 --warmup 0 \
    >out 2>notes
  [ "$(wc -l <out)" -eq 2 ]
  [ "$(head -c 19 out)" = connections,active, ]
  stop_server
}

@test "wrong usage exits 2 and says what is wrong" {
  local wrong=(
    '--connections 1 --closed'
    '--port 1 --closed'
    '--port 1 --connections 1'
    '--port 1 --connections 1 --closed --rate 5'
    '--port 1 --connections 1 --active 2 --closed'
    '--port 1 --connections 1 --rate none'
    '--port 1 --connections 1 --rate 0'
    '--port 1 --connections 1 --closed --size 7'
    '--port 1 --connections 1 --closed --idle-wait sometimes'
    '--port 1 --connections 1 --closed --cpus x'
    '--port 70000 --connections 1 --closed'
    '--port 1 --connections 1 --closed stray'
  )
  for options in "${wrong[@]}"; do
    echo "load $options"
    # Unquoted on purpose: several words.
    run "$waitbench" load $options
    [ "$status" -eq 2 ]
    [ -n "$output" ]
  done
}

@test "a row is not written over" {
  cd "$BATS_TEST_TMPDIR"
  touch row.csv
  run "$waitbench" load --port 1 --connections 1 --closed --csv row.csv
  [ "$status" -eq 2 ]
  [[ "$output" == *"row.csv"* ]]
}

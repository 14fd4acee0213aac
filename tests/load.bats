#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench load against servers whose truth is known: one that stalls, several that misbehave.

load helpers
load servers

balance='requests_offered == requests_answered + requests_lost + requests_failed'

# server_has_read COUNT: until the kernel has counted so many reads of the server's, under the load
# $load; where it does not count, for two seconds.
server_has_read() {
  if [ ! -r "/proc/$SERVER/io" ]; then
    sleep 2
    return
  fi
  until [ "$(awk '/syscr/ { print $2 }' "/proc/$SERVER/io")" -ge "$1" ]; do
    kill -0 "$SERVER"
    kill -0 "$load"
    sleep 0.05
  done
}

# A second of silence in four: a quarter of the requests was kept waiting, up to a second each. The
# closed loop's view of it, service time, has next to nothing to show. It was one event, which makes
# no tail.
stall() {
  start_server "$WAITBENCH_BUILD/bench/$1"
  put_load --connections 10 --rate 2000 --duration 4 --warmup 0.5 &
  local load=$! service_p90_us
  # The first half of a second warms up.
  server_has_read 2000
  kill -STOP "$SERVER"
  sleep 1
  kill -CONT "$SERVER"
  wait "$load"
  service_p90_us=$(awk '/^service/ { print $5 }' notes)
  holds 'p90_ns >= 0.5e9'
  holds 'max_ns >= 0.95e9'
  holds 'longest_stall_ns >= 0.95e9'
  holds "1e3 * $service_p90_us < p90_ns / 10"
  holds 'excursions_p99 < 10'
  cell_is_empty row.csv p99_ns 1
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

# The machine may stall by itself, but not each time.
@test "without a stall the same load shows none" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  for _ in 1 2 3 4; do
    put_load --connections 10 --rate 2000 --duration 3 --warmup 0.5
    if holds 'p90_ns < 0.25e9 and longest_stall_ns < 0.5e9'; then
      stop_server
      return 0
    fi
  done
  false
}

@test "what a dead server leaves unanswered is lost, and counted with its age" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_load --connections 10 --rate 2000 --duration 3 --warmup 0 &
  local load=$!
  server_has_read 2000
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

@test "bytes that come one by one are as good as any" {
  start_server python3 "$subjects/faulty.py" drip
  put_load --connections 5 --rate 200 --duration 1 --warmup 0
  holds 'errors == 0 and requests_answered == requests_offered'
  stop_server
}

# faulty FAULT NOTE: the fault strikes each connection after its fifth echo.
faulty() {
  start_server python3 "$subjects/faulty.py" "$1"
  # It ends when no connection is left.
  run put_load --connections 10 --rate 500 --duration 30 --warmup 0
  cat notes
  [ "$status" -eq 1 ]
  grep -q "10 $2" notes
  holds "$balance"
  holds 'requests_answered == 40 and errors == requests_failed'
  run put_load --connections 10 --closed --duration 30 --warmup 0
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
  # On a busy machine the server may not come to drop them all in two seconds.
  for seconds in 2 20 120; do
    run put_load --connections 10 --active 2 --rate 100 --duration $seconds --warmup 0
    if grep -q '8 closed' notes; then
      break
    fi
  done
  [ "$status" -eq 1 ]
  grep -q '8 closed' notes
  holds 'requests_answered == requests_offered and errors == 8'
  stop_server
}

@test "SIGINT ends the run, and keeps what was measured" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  # A background job of a script ignores SIGINT unless it is told not to.
  env --default-signal=INT "$waitbench" load --port "$PORT" \
    --connections 10 --rate 1000 --duration 600 --warmup 0 --csv row.csv 2>notes &
  local load=$!
  # Far more than it takes to try the connections.
  server_has_read 1000
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
  put_load --connections 10 --rate 2000 --duration 1 --warmup 0 --idle-wait spin --hgrm out.hgrm
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

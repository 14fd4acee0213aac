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
  put_good_load --connections 10 --rate 2000 --duration 4 --warmup 0.5 &
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
  # Where the generator stood still meanwhile, what is its own is taken off the server's.
  holds 'longest_stall_ns + generator_longest_stall_ns >= 0.95e9'
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
    put_good_load --connections 10 --rate 2000 --duration 3 --warmup 0.5
    if holds 'p90_ns < 0.25e9 and longest_stall_ns < 0.5e9'; then
      stop_server
      return 0
    fi
  done
  false
}

@test "what a dead server leaves unanswered is lost, and counted with its age" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_good_load --connections 10 --rate 2000 --duration 3 --warmup 0 &
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
  put_good_load --connections 5 --rate 200 --duration 1 --warmup 0
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
  faulty wrong 'wrong reply'
}

@test "the echo of another request is found out" {
  faulty stale 'wrong reply'
}

@test "a byte too many is found out" {
  faulty extra 'wrong reply'
}

@test "a reset is counted" {
  faulty reset reset
}

@test "an early close is counted" {
  faulty close closed
}

# hangs COUNT OPTION...: so many of the 10 connections are found to hang, and the row is not valid for
# it. A busy machine may keep a good connection waiting for as long, too, but not each time.
hangs() {
  local expected=$1
  shift
  for _ in 1 2 3 4; do
    run put_load --connections 10 --duration 1 --warmup 0.2 "$@"
    cat notes
    [ "$status" -eq 1 ]
    holds "$balance"
    if holds "connections_hung == $expected"; then
      holds "requests_lost >= $expected"
      grep -q "$expected of 10 active connections hang" notes
      return 0
    fi
  done
  false
}

# Four ways to hang.

@test "every second connection hangs after its greeting" {
  start_server python3 "$subjects/faulty.py" hang-half
  hangs 5 --closed
  hangs 5 --rate 1000
  stop_server
}

@test "all connections hang after their greeting" {
  start_server python3 "$subjects/faulty.py" hang
  hangs 10 --closed
  grep -q 'none of 10 requests was answered' notes
  grep -Eq '^reply unread by the client( +-){6}$' notes
  holds 'requests_offered == 10 and requests_answered == 0 and achieved_per_second == 0'
  hangs 10 --rate 1000
  stop_server
}

@test "a server that answers only the first request of a connection" {
  start_server python3 "$subjects/faulty.py" once
  hangs 10 --closed
  stop_server
}

@test "a server that is stopped once it serves" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_load --connections 10 --closed --duration 2 --warmup 0.2 &
  local load=$! code=0
  server_has_read 100
  kill -STOP "$SERVER"
  wait "$load" || code=$?
  kill -CONT "$SERVER"
  cat notes
  [ "$code" -eq 1 ]
  holds 'connections_hung == 10 and requests_lost == 10'
  grep -q '10 of 10 active connections hang' notes
  stop_server
}

@test "what the warm-up left is told, and is not achieved" {
  start_server python3 "$subjects/faulty.py" hang
  run put_load --connections 10 --rate 1000 --arrivals constant --duration 1 --warmup 0.5
  cat notes
  [ "$status" -eq 1 ]
  holds 'backlog_begin == 500 and achieved_per_second == 0 and requests_answered == 0'
  grep -q '1000.0 requests per second offered (constant); backlog when the window began: 500' notes
  stop_server
}

@test "a window in which no request is due is told" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  run put_load --connections 1 --rate 0.1 --arrivals constant --duration 1 --warmup 0.1
  [ "$status" -eq 1 ]
  grep -q 'no request was due in the window' notes
  holds 'requests_offered == 0'
  stop_server
}

@test "a server that accepts and never answers is no server" {
  start_server python3 "$subjects/faulty.py" silent
  run put_load --connections 10 --closed --duration 1
  [ "$status" -eq 1 ]
  grep -q '0 of 10 connections were served; 10 silent for 5 s' notes
  stop_server
}

@test "a server that serves too few connections is named" {
  start_server python3 "$subjects/faulty.py" few
  run put_load --connections 10 --closed --duration 1
  [ "$status" -eq 1 ]
  grep -q '5 of 10 connections were served; 5 silent for 5 s' notes
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

# seconds_to_end PID SIGNAL...: how long the load takes to end once it gets that; its exit code is in
# $code. It must not be running down its schedule for longer than a person waits.
seconds_to_end() {
  local begun=$EPOCHREALTIME
  kill "-$2" "$1"
  code=0
  wait "$1" || code=$?
  seconds=$(awk "BEGIN { print $EPOCHREALTIME - $begun }")
  echo "ended with $code after $seconds s"
}

# heeds_sigint SECONDS OPTION...: SIGINT ends such a load in less, once it had $heard_after seconds. A
# machine with other things to do may be slow about it, but not each time.
heeds_sigint() {
  local most=$1
  shift
  for _ in 1 2 3 4 5; do
    rm -f row.csv
    env --default-signal=INT "$waitbench" load --port "$PORT" --connections 10 --idle-wait block \
      --csv row.csv "$@" 2>notes &
    sleep "$heard_after"
    seconds_to_end $! INT
    [ "$code" -eq 130 ]
    # It was not connected yet.
    if cell_is_empty row.csv requests_offered 1; then continue; fi
    holds "$balance"
    if awk "BEGIN { exit !($seconds < $most) }"; then
      return 0
    fi
  done
  false
}

# It took eight seconds to work the schedule off, and then the drain's two.
@test "SIGINT is heeded by a generator that is behind its schedule" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  heard_after=3 heeds_sigint 4 --rate 10000000 --duration 10 --warmup 0
  stop_server
}

@test "SIGINT is heeded while draining" {
  start_server python3 "$subjects/faulty.py" hang
  heard_after=0.5 heeds_sigint 1 --closed --duration 0.1 --warmup 0
  stop_server
}

@test "the percentile file is HdrHistogram's" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  put_good_load --connections 10 --rate 2000 --duration 1 --warmup 0 --idle-wait spin --hgrm out.hgrm
  grep -Eq '^ *Value +Percentile +TotalCount +1/\(1-Percentile\)$' out.hgrm
  grep -Eq "^ *[0-9.]+ 1\.000000000000 +$(cell row.csv samples 1)$" out.hgrm
  grep -Eq "^#\[Max .*Total count += +$(cell row.csv samples 1)\]" out.hgrm
  stop_server
}

@test "without --csv the row goes to standard output, and nothing else does" {
  start_server "$WAITBENCH_BUILD/bench/echo-threads-libc"
  "$waitbench" load --host localhost --port "$PORT" --connections 2 --closed --duration 0.2 --warmup 0 \
    --idle-wait block >out 2>notes || was_kept_off notes
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
    '--port 1 --connections 1 --closed --size 1048577'
    '--port 1 --connections 1 --closed --protocol gopher'
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

# counted WORD: what counting.py said of it.
counted() {
  awk -v word="$1" '$1 == word { print $2 }' said
}

@test "--size is that of every request" {
  start_server python3 "$subjects/counting.py"
  put_good_load --connections 3 --rate 100 --duration 1 --warmup 0 --size 1000
  stop_server
  holds 'errors == 0 and requests_lost == 0 and requests_answered > 0'
  # Each connection's greeting is one, too.
  holds "(requests_answered + 3) * 1000 == $(counted bytes)"
  holds "connections == 3 and $(counted connections) == 3 and payload_bytes == 1000"
}

@test "--requests-per-connection ends a connection after so many, its greeting among them" {
  start_server python3 "$subjects/counting.py"
  put_good_load --connections 2 --rate 100 --duration 1 --warmup 0 --size 8 --requests-per-connection 4
  stop_server
  holds 'errors == 0 and requests_lost == 0 and requests_per_connection == 4'
  holds "reconnects > 0 and $(counted connections) == 2 + reconnects"
  holds "(requests_answered + 2) * 8 == $(counted bytes)"
  [ "$(counted most)" -eq 32 ]
}

@test "--seed makes the payload, and the schedule" {
  local offered=()
  for seed in 5 5 6; do
    start_server python3 "$subjects/counting.py"
    put_good_load --connections 1 --rate 300 --duration 1 --warmup 0 --seed $seed
    stop_server
    counted first >>firsts
    offered+=("$(cell row.csv requests_offered 1)")
  done
  cat firsts
  echo "${offered[@]}"
  [ "$(sed -n 1p firsts)" = "$(sed -n 2p firsts)" ]
  [ "$(sed -n 1p firsts)" != "$(sed -n 3p firsts)" ]
  [ "${offered[0]}" = "${offered[1]}" ]
}

@test "--cpus is where the generator's threads run" {
  local cpu
  cpu=$(python3 -c 'import os; print(max(os.sched_getaffinity(0)))')
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  "$waitbench" load --port "$PORT" --connections 2 --rate 500 --duration 600 --warmup 0 \
    --idle-wait block --cpus "$cpu" --csv row.csv 2>notes &
  local load=$! code=0 allowed
  server_has_read 100
  allowed=$(awk '/^Cpus_allowed_list/ { print $2 }' /proc/$load/task/*/status)
  kill -TERM $load
  wait $load || code=$?
  echo "$allowed"
  [ "$code" -eq 143 ]
  [ "$(wc -l <<<"$allowed")" -eq 2 ]
  [ "$(sort -u <<<"$allowed")" = "$cpu" ]
  [ "$(cell row.csv client_cpus 1)" = "$cpu" ]
  stop_server
}

@test "what was asked for stands in the row" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_good_load --host 127.0.0.1 --connections 5 --active 2 --rate 250 --arrivals poisson --duration 0.5 \
    --warmup 0.1 --size 100
  holds 'connections == 5 and active == 2 and idle == 3 and offered_per_second == 250'
  holds 'duration_seconds == 0.5 and payload_bytes == 100 and requests_per_connection == 0'
  [ "$(cell row.csv arrivals 1) $(cell row.csv idle_wait 1)" = 'poisson block' ]
  put_good_load --connections 1 --closed --duration 0.5 --warmup 0.1 --idle-wait spin
  [ "$(cell row.csv arrivals 1) $(cell row.csv idle_wait 1)" = 'closed spin' ]
  cell_is_empty row.csv offered_per_second 1
  stop_server
}

@test "the protocol can be named, and an unknown one is told which there are" {
  start_server "$WAITBENCH_BUILD/bench/echo-loop-libc"
  put_good_load --protocol echo --connections 2 --closed --duration 0.3 --warmup 0.1
  [ "$(cell row.csv protocol 1)" = echo ]
  stop_server
  run "$waitbench" load --port 1 --connections 1 --closed --protocol gopher
  [ "$status" -eq 2 ]
  [[ "$output" == *"there is no protocol 'gopher'; there is: echo"* ]]
  "$waitbench" load --help | grep -q '^Protocols: echo'
  run "$waitbench" load --port 1 --connections 1 --closed --size 7
  [[ "$output" == *'the size in bytes must be from 8 to 1048576, not 7'* ]]
}

@test "a refused load leaves no file, so that it can be tried again" {
  cd "$BATS_TEST_TMPDIR"
  local refused=(--port 1 --connections 100 --closed --csv row.csv --hgrm out.hgrm)
  for _ in 1 2; do
    run prlimit --nofile=50:50 "$waitbench" load "${refused[@]}"
    echo "$output"
    [ "$status" -eq 3 ]
    [[ "${output,,}" == *nofile* ]]
    [ ! -e row.csv ]
    [ ! -e out.hgrm ]
  done
  # Nor does one whose second file cannot be made leave the first.
  touch out.hgrm
  run "$waitbench" load "${refused[@]}"
  [ "$status" -eq 2 ]
  [[ "$output" == *'out.hgrm: File exists'* ]]
  [ ! -e row.csv ]
  run "$waitbench" load --host no.such.host.invalid "${refused[@]:0:5}" --csv row.csv
  [ "$status" -eq 2 ]
  [[ "$output" == *"cannot resolve host 'no.such.host.invalid'"* ]]
  [ ! -e row.csv ]
}

@test "a full disk is called one" {
  run bash -c '"$1" load --port 1 --connections 1 --closed 2>&1 >/dev/full' bash "$waitbench"
  [ "$status" -eq 1 ]
  [[ "$output" == *'standard output: No space left on device'* ]]
}

@test "a row is not written over" {
  cd "$BATS_TEST_TMPDIR"
  touch row.csv
  run "$waitbench" load --port 1 --connections 1 --closed --csv row.csv
  [ "$status" -eq 2 ]
  [[ "$output" == *"row.csv"* ]]
}

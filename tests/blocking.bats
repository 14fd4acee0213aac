#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The server whose requests block for a while, in each way to wait for them.

load helpers

# ask CLIENT CASE PROGRAM [OPTION...]: a case of tests/CLIENT_client.py.
ask() {
  echo "$2: ${*:3}"
  python3 -B "$WAITBENCH_SOURCE/tests/$1_client.py" "$2" "$WAITBENCH_BUILD/bench/$3" "${@:4}"
}

# each CASE: a case of blocking_client.py with threads, and with a loop that calls through the pool.
each_waiting() {
  ask blocking "$1" blocking-threads-libc
  ask blocking "$1" blocking-loop-libc --block-call pool
}

each() {
  each_waiting "$1"
  ask blocking "$1" blocking-loop-libc
}

@test "which requests block, seed and number say, in every way to wait for them" {
  each which
}

@test "others are not held up, with threads or a pool, and the server ends during a call" {
  each_waiting free
  ask blocking free blocking-loop-libc --block-call pool --loops 2 --pool-size 2
}

@test "a loop that makes the call itself holds up its own connections, no other loop's" {
  ask blocking held blocking-loop-libc
  ask blocking held blocking-loop-libc --loops 2
  ask blocking end_inline blocking-loop-libc
}

@test "the server ends with 0 while calls begin and end" {
  ask blocking busy blocking-loop-libc --block-call pool --loops 2
}

@test "calls of several connections go on together, as many as the pool has threads" {
  each_waiting together
  ask blocking in_turn blocking-loop-libc --block-call pool
}

@test "a connection's requests are answered in order" {
  each order
}

@test "clients that go away during a call leave nothing behind" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer's allocator does not say what is taken"
  each gone
}

@test "a slow reader gets its answers in order, and one that never reads leaves nothing behind" {
  each flood
  [ "$WAITBENCH_SANITIZER" = none ] || return 0 # its allocator does not say what is taken
  ask blocking flood_gone blocking-loop-libc --block-call pool
}

@test "the threads of a pool are there from the start, and no more" {
  ask blocking threads blocking-loop-libc
  UV_THREADPOOL_SIZE=9 ask blocking threads blocking-loop-libc
}

@test "what echo does with its requests, this does" {
  local program
  for program in blocking-threads-libc blocking-loop-libc 'blocking-loop-libc --block-call pool'; do
    # shellcheck disable=SC2086
    ask work cut $program --block-us 100 --block-every 5
    # shellcheck disable=SC2086
    ask work calls $program
  done
  ask work come_and_go blocking-loop-libc --block-call pool
}

@test "a generator finds nothing wrong, and the kernel as many waiters as there are" {
  local block='--request-size 64 --block-us 1000 --block-every 50' bench=$WAITBENCH_BUILD/bench
  run "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 10,40 --output "$run_dir" \
    --subject "threads=$bench/blocking-threads-libc $block" --subject "inline=$bench/blocking-loop-libc $block" \
    --subject "pool=$bench/blocking-loop-libc $block --block-call pool"
  echo "$output"
  [ "$status" -eq 0 ]
  every_row "$run_dir/memory.csv" 'valid == 1'
}

# refused WORDS PROGRAM OPTION...: wrong usage, and these words say why.
refused() {
  run "$WAITBENCH_BUILD/bench/$2" "${@:3}" </dev/null
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *"$1"* ]]
}

@test "options that make no sense are refused" {
  local program
  for program in blocking-threads-libc blocking-loop-libc; do
    refused '--block-us needs --block-every' $program --block-us 5 --request-size 64
    refused '--block-every needs --request-size, of at least 8 bytes' $program --block-every 5
    refused '--block-every needs --request-size, of at least 8 bytes' $program --block-every 5 --request-size 7
    refused "--block-call takes inline|pool, not 'queue'" $program --block-call queue
    refused '--pool-size is for --block-call pool' $program --pool-size 4
    refused "--pool-size takes a whole number from 1 to 1024, not '0'" $program --block-call pool --pool-size 0
  done
  refused '--block-call pool is for the loop model only' blocking-threads-libc --block-call pool
}

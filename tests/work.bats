#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What server subjects do per request (--work-*), the same in every model, and how they get it.

load helpers

# each CASE: a case of work_client.py with the threads, one loop and two.
each() {
  local program
  for program in echo-threads-libc echo-loop-libc 'echo-loop-libc --loops 2'; do
    echo "$1: $program"
    # shellcheck disable=SC2086
    python3 -B "$WAITBENCH_SOURCE/tests/work_client.py" "$1" "$WAITBENCH_BUILD/bench/"$program
  done
}

@test "bytes come back in order, however requests are cut" {
  each cut
}

@test "--work-cpu-us is burnt once per request, when it is complete" {
  each per_request
}

@test "--work-slow-us: which requests are slow, seed and number say, in every model" {
  each slow
}

@test "--work-cache is the connection's own memory" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer's allocator does not say what is taken"
  each cache
}

@test "--hold is the connection's own memory" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer's allocator does not say what is taken"
  each hold
}

@test "--work-stack and --work-heap are touched by each request" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer has memory of its own"
  each touch
}

@test "--stack-size is the size of each waiter's stack" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer has memory of its own"
  python3 -B "$WAITBENCH_SOURCE/tests/work_client.py" stack "$WAITBENCH_BUILD/bench/echo-threads-libc"
}

@test "--host is where a subject listens, and nowhere else" {
  each host
}

@test "a request of up to 16 KiB takes one read and one write" {
  [ -r /proc/self/io ] || skip "this kernel does not count them"
  each calls
}

@test "connections that come and go leave nothing behind" {
  each come_and_go
}

@test "--work-spins-per-us is told in stats" {
  each given
}

# refused WORDS OPTION...: wrong usage, and these words say why.
refused() {
  local program
  for program in echo-threads-libc echo-loop-libc echo-sockets-libc; do
    run "$WAITBENCH_BUILD/bench/$program" "${@:2}" </dev/null
    [ "$status" -eq 2 ]
    [[ "$output" == *"$1"* ]]
  done
}

@test "slow requests need a size, a number and a share" {
  refused '--work-slow-every needs --request-size' --work-slow-us 5 --work-slow-every 10
  refused '--work-slow-every needs --request-size, of at least 8 bytes' --work-slow-every 10 --request-size 7
  refused '--work-slow-us needs --work-slow-every' --work-slow-us 5 --request-size 64
  refused '--seed takes a whole number' --seed -1
  refused '--seed takes a whole number' --seed 18446744073709551616
  refused '--work-cache takes a whole number' --work-cache 64K
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Every server subject at work, briefly: in a build with ThreadSanitizer a race ends the subject, and
# with it the test.

load helpers

@test "waiters of every model, cold and warm" {
  "$waitbench" run --only memory --model threads,loop,loops,sockets --blocks 1 --waiters 20,100 \
    --output "$run_dir"
}

# loaded PROGRAM ARGUMENTS...: 50 connections of which 20 speak all the time, for a second; then the
# subject must end by itself with 0.
loaded() {
  local port word code=0
  mkfifo "$BATS_TEST_TMPDIR/in"
  "$WAITBENCH_BUILD/bench/$1" "${@:2}" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
  exec 4>"$BATS_TEST_TMPDIR/in"
  until read -r word port 2>/dev/null <"$BATS_TEST_TMPDIR/out"; do
    kill -0 $!
    sleep 0.1
  done
  [ "$word" = listening ]
  "$waitbench" load --port "$port" --connections 50 --active 20 --closed --duration 1 >&2 2>"$BATS_TEST_TMPDIR/notes" ||
    was_kept_off "$BATS_TEST_TMPDIR/notes"
  exec 4>&-
  wait $! || code=$?
  rm "$BATS_TEST_TMPDIR"/{in,out}
  [ "$code" -eq 0 ]
}

@test "calls that block: threads, one loop and two that call through the pool" {
  local block='--request-size 64 --block-us 200 --block-every 5 --hold 1000'
  # shellcheck disable=SC2086
  for subject in blocking-threads-libc blocking-loop-libc 'blocking-loop-libc --loops 2 --block-call pool'; do
    loaded $subject $block
  done
}

@test "active connections, with work, live heap and all: threads, one loop, two loops" {
  local work='--work-stack 4096 --work-heap 4096 --hold 1000 --work-cache 4096 --request-size 64
    --work-slow-us 100 --work-slow-every 10'
  # shellcheck disable=SC2086
  for subject in echo-threads-libc echo-loop-libc 'echo-loop-libc --loops 2'; do
    loaded $subject $work
  done
}

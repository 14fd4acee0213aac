#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Other ways to wait in C (bench/runtimes/c): each program under load, with peers of every kind, and
# measured. What was not built, or is not allowed here, is skipped by name.

bats_require_minimum_version 1.5.0
load helpers

built=$WAITBENCH_BUILD/bench/runtimes
catalogue=$WAITBENCH_SOURCE/bench/runtimes/c/runtimes.cfg

# entries: the names of the catalogue.
entries() {
  sed -nE 's/.*name = "([^"]*)";.*/\1/p' "$catalogue" | grep .
}

# needs NAME: it is here, which is what the catalogue's probe finds out.
needs() {
  [ -x "$built/$1" ] || skip "$1 was not built"
  run "$built/$1" --version
  [ "$status" -ne 3 ] || skip "$output"
  [ "$status" -eq 0 ]
}

# loaded NAME ARGUMENTS...: a hundred connections of which each has a request under way, and as many
# idle ones, with requests of three sizes: no reply is missing or wrong.
loaded() {
  local port word size least code=0
  mkfifo "$BATS_TEST_TMPDIR/in"
  "$built/$1" "${@:2}" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
  exec 4>"$BATS_TEST_TMPDIR/in"
  until read -r word port 2>/dev/null <"$BATS_TEST_TMPDIR/out"; do
    kill -0 $!
    sleep 0.1
  done
  [ "$word" = listening ]
  for size in 8 64 100000; do
    least=1
    "$waitbench" load --port "$port" --connections 200 --active 100 --closed --size "$size" --warmup 0 \
      --duration 0.3 --csv "$BATS_TEST_TMPDIR/$size.csv" 2>"$BATS_TEST_TMPDIR/notes" || least=0
    if [ "$least" -eq 0 ]; then was_kept_off "$BATS_TEST_TMPDIR/notes"; fi
    every_row "$BATS_TEST_TMPDIR/$size.csv" "errors == requests_lost == requests_failed == 0 and samples >= $least"
  done
  exec 4>&-
  wait $! || code=$?
  rm "$BATS_TEST_TMPDIR/in"
  [ "$code" -eq 0 ]
}

# serves NAME ARGUMENTS...
serves() {
  needs "$1"
  loaded "$@"
  python3 "$WAITBENCH_SOURCE/tests/runtimes_c_peers.py" "$built/$1" "${@:2}"
}

@test "c-epoll: a loop by hand" { serves c-epoll; }

@test "c-epoll-pool: threads that share one" { serves c-epoll-pool --pool-size 4; }

@test "c-io-uring: multishot where the kernel has it" { serves c-io-uring; }

@test "c-io-uring: as where the kernel has no multishot" { serves c-io-uring --receive plain; }

@test "c-state-threads: the library's coroutines" { serves c-state-threads; }

@test "c-ucontext: the C library's" { serves c-ucontext; }

@test "each is measured as a subject, and is what its entry says" {
  local name subjects=() names=()
  for name in $(entries); do
    if "$built/$name" --version; then
      subjects+=(--subject "$name=$built/$name")
      names+=("$name")
      run bash -c "echo stats | '$built/$name'"
      [ "$status" -eq 0 ]
      grep -qx "model $(sed -n "/name = \"$name\"/,/}/s/.*model = \"\(.*\)\";/\1/p" "$catalogue")" <<<"$output"
    fi
  done
  [[ " ${names[*]} " == *" c-epoll "* ]]
  "$waitbench" run --only memory --profile quick --blocks 1 --waiters 150 --model none \
    "${subjects[@]}" --output "$run_dir"
  every_row "$run_dir/memory.csv" 'valid == 1 and waiters == waiters_requested'
  [ "$(rows "$run_dir/memory.csv")" -ge "${#names[@]}" ]
}

@test "where io_uring is not allowed it says so, and exits 3" {
  needs c-io-uring
  # Filters of system calls are kept by programs that are started: 425 is io_uring_setup, everywhere.
  cat >"$BATS_TEST_TMPDIR/forbid.py" <<'PYTHON'
import ctypes, errno, os, struct, sys
LOAD_NUMBER, SKIP_UNLESS, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
lines = [(LOAD_NUMBER, 0, 0, 0), (SKIP_UNLESS, 0, 1, 425), (RETURN, 0, 0, FAIL | errno.EPERM), (RETURN, 0, 0, ALLOW)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code)))
prctl = ctypes.CDLL(None, use_errno=True).prctl
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
assert prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
assert prctl(PR_SET_SECCOMP, 2, filter, 0, 0) == 0, os.strerror(ctypes.get_errno())
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
  for argument in --version --receive=plain; do
    run --separate-stderr python3 "$BATS_TEST_TMPDIR/forbid.py" "$built/c-io-uring" "$argument"
    [ "$status" -eq 3 ]
    [ -z "$output" ]
    grep -q "^c-io-uring: io_uring is not allowed here: Operation not permitted" <<<"$stderr"
    [ "$(wc -l <<<"$stderr")" -eq 1 ]
  done
}

@test "a request's stack that does not fit the coroutine's is refused" {
  local name
  for name in c-state-threads c-ucontext; do
    if [ -x "$built/$name" ]; then
      run "$built/$name" --work-stack 60000
      [ "$status" -eq 2 ]
      grep -q "does not fit a stack of 65536 bytes" <<<"$output"
      "$built/$name" --work-stack 30000 </dev/null
    fi
  done
}

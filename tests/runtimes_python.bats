#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# CPython's subjects: each speaks the contract, those of `blocking` draw as ours do, and the programs
# that measure themselves print what ours print. Skipped by name where the interpreter or uvloop is not.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
  export programs=$WAITBENCH_SOURCE/bench/runtimes/python python=/usr/bin/python3
}

# needs MODULE...: Debian's interpreter, with these.
needs() {
  local module
  [ -x "$python" ] || skip "$python is not installed"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || skip "$python is older than 3.9"
  for module in "$@"; do
    "$python" -c "import asyncio, $module; asyncio.Runner" 2>/dev/null || skip "$module is not installed for $python"
  done
}

# program NAME [OPTION...]: a command of one word that starts that one, as $program.
program() {
  program=$BATS_TEST_TMPDIR/$1
  printf '#!/bin/sh\nexec %s -B %s/%s.py %s "$@"\n' "$python" "$programs" "$1" "${*:2}" >"$program"
  chmod +x "$program"
}

# speaks NAME MODEL: every clause of the contract, with connections that are closed, reset and left open.
speaks() {
  program "$1"
  PYTHONPATH=$WAITBENCH_SOURCE/tests python3 -B - "$program" "$2" <<'PYTHON'
import sys
from server_client import Server, echo, leave
path, model = sys.argv[1:]
with Server([path, "--host", "127.0.0.2"], "127.0.0.2") as server:
    assert server.waiters() == 0
    connections = [server.connect() for _ in range(20)]
    server.await_waiters(20)
    for size in (1, 64, 5000, 300000):
        for i, connection in enumerate(connections[:3]):
            echo(connection, bytes((i + k) % 251 for k in range(size)))
    for i, connection in enumerate(connections[:10]):
        leave(connection, i % 2 == 0)
    server.await_waiters(10)
    echo(connections[15], b"still here")
    stats = server.stats()
    assert stats["model"] == model, stats
    assert stats["runtime"].startswith("CPython 3."), stats
    threads = server.count("task") - int(stats["runtime_threads"])
    assert threads == (12 if model == "threads" else 2), threads
PYTHON
}

@test "threading speaks the contract" {
  needs
  speaks threading_server threads
}

@test "asyncio streams and protocols speak the contract" {
  needs
  speaks asyncio_server loop
  speaks asyncio_protocol_server loop
}

@test "uvloop speaks the contract" {
  needs uvloop
  speaks uvloop_server loop
}

# each CASE: one of tests/blocking_client.py, whoever waits for the call.
each_blocks() {
  echo "$program: $1"
  python3 -B "$WAITBENCH_SOURCE/tests/blocking_client.py" "$1" "$program"
}

@test "which requests block, seed and number say as for our programs; answers keep their order" {
  needs
  program threading_server
  each_blocks which
  each_blocks order
  program asyncio_server
  each_blocks which
  program asyncio_server --block-call pool
  each_blocks order
}

@test "a call holds up nobody else with threads or to_thread, and everybody inline" {
  needs
  program threading_server
  each_blocks free
  program asyncio_server --block-call pool
  each_blocks free
  program asyncio_server
  each_blocks held
  each_blocks end_inline
}

@test "options that make no sense are refused" {
  needs
  program asyncio_server
  run "$program" --block-us 5 --request-size 64 </dev/null
  [ "$status" -eq 2 ]
  [[ "$output" == *"--block-us needs --block-every"* ]]
  run "$program" --block-every 5 --request-size 7 </dev/null
  [ "$status" -eq 2 ]
  [[ "$output" == *"--block-every needs --request-size, of at least 8 bytes"* ]]
}

# counts NAME FORM...: the program counts in these forms, in the words of ours.
counts() {
  program "$1"
  "$program" --workers 3 --increments 2000 >"$BATS_TEST_TMPDIR/said"
  python3 - "$BATS_TEST_TMPDIR/said" "${@:2}" <<'PYTHON'
import sys
path, *forms = sys.argv[1:]
*lines, end = open(path).read().splitlines()
said = dict(line.split(" ") for line in lines)
keys = ["parameter_workers_count", "parameter_increments_count"]
for form in forms:
    keys += [f"{form}_increment_ns", f"{form}_lost_count", f"{form}_lost_ratio"]
assert list(said) == keys and end == "end", said
assert said["parameter_workers_count"] == "3" and said["parameter_increments_count"] == "2000", said
for form in forms:
    assert float(said[f"{form}_increment_ns"]) > 0, form
    lost = int(said[f"{form}_lost_count"])
    assert 0 <= lost < 6000 and abs(float(said[f"{form}_lost_ratio"]) - lost / 6000) < 1e-6, form
    may_lose = "unsynchronised" in form and "mutex" in forms
    assert lost == 0 or may_lose, form
PYTHON
}

@test "the counter prints what ours does, and loses nothing with a lock or in tasks" {
  needs
  counts counter_threads unsynchronised call_unsynchronised mutex
  counts counter_asyncio unsynchronised call_unsynchronised yield
}

@test "those who wait without a network say so once they all wait" {
  local half count
  needs
  for half in threads asyncio; do
    program "sleep_$half"
    for count in 0 50; do
      run --separate-stderr "$program" --waiters $count <<<$'waiters\nstats'
      [ "$status" -eq 0 ]
      [ "${lines[0]}" = "waiting $count" ]
      [ "${lines[1]}" = "waiters $count" ]
      [ "${lines[-1]}" = end ]
    done
  done
}

@test "a run finds nothing wrong with them" {
  needs
  run "$waitbench" run --only memory --profile quick --model none --blocks 1 --waiters 20 --output "$run_dir" \
    --subject "threads=$python -B $programs/threading_server.py" \
    --subject "streams=$python -B $programs/asyncio_server.py" \
    --subject "protocol=$python -B $programs/asyncio_protocol_server.py"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(rows "$run_dir/memory.csv")" -eq 6 ]
  every_row "$run_dir/memory.csv" 'valid == 1 and waiters == 20'
}

@test "each program of the catalogue is there" {
  grep -o '{source}/[a-z_/]*\.py' "$programs/runtimes.cfg" | sed 's/{source}/./' | sort -u >"$BATS_TEST_TMPDIR/named"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 8 ]
  while read -r name; do
    [ -s "$programs/../$name" ]
    head -n 1 "$programs/../$name" | grep -q '^# SPDX-License-Identifier: GPL-3.0-or-later$'
  done <"$BATS_TEST_TMPDIR/named"
}

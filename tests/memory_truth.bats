#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What the memory experiment says, against what is known: a foreign subject that touches exactly so
# many bytes of heap per connection, and what this kernel gives a thread.
#
# A slope's error is what others did to the machine between its trials, divided by the span of N:
# tasks that came or went while KernelStack was read (a few stacks of 16 KiB), charges that move in
# batches per CPU (0.5 MB at most), and pages of shared libraries, which count for less the more
# processes map them (0.7 MB where other test runs go on): so each subject here has a copy of its
# libraries to itself. Each N is as large as makes the bounds several times the rest: 2 % of 50 KiB
# over 2,400 waiters are 2.4 MB, 2 % of a kernel stack over 2,400 threads are 48 stacks, and the 70
# bytes between an idle loop handle and its bound need 12,000 handles to be 0.8 MB.

load helpers

heap_waiters=800,1600,2400,3200
loop_waiters=4000,8000,12000,16000

# measure NAME WAITERS SUBJECT=CMD...: one run, its folder $BATS_FILE_TMPDIR/NAME. Our own programs
# are named as foreign subjects too: that gives each just two arms, cold and warm.
measure() {
  local name=$1 waiters=$2 subject arguments=()
  for subject in "${@:3}"; do
    arguments+=(--subject "${subject%%=*}=env LD_LIBRARY_PATH=$BATS_FILE_TMPDIR/lib ${subject#*=}")
  done
  "$WAITBENCH_BUILD/waitbench" run --only memory --model none --blocks 1 --waiters "$waiters" \
    --output "$BATS_FILE_TMPDIR/$name" "${arguments[@]}" >"$BATS_FILE_TMPDIR/$name.log" 2>&1 ||
    { cat "$BATS_FILE_TMPDIR/$name.log"; return 1; }
}

copy_libraries() {
  mkdir "$BATS_FILE_TMPDIR/lib"
  ldd "$@" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort -u | xargs cp -Lt "$BATS_FILE_TMPDIR/lib"
}

# why_not: why nothing can be said here; else nothing.
why_not() {
  if [ "$WAITBENCH_SANITIZER" != none ]; then
    echo 'a sanitizer changes what memory costs'
  elif [ "$(ulimit -Hn)" != unlimited ] && [ "$(ulimit -Hn)" -lt 16200 ]; then
    echo 'RLIMIT_NOFILE is below 16,200, and with fewer waiters the bounds are within the noise'
  fi
}

setup_file() {
  export skip_reason
  skip_reason=$(why_not)
  [ -z "$skip_reason" ] || return 0
  local bench=$WAITBENCH_BUILD/bench heap=$WAITBENCH_BUILD/tests/known_heap
  copy_libraries "$bench/echo-threads" "$bench/echo-loop" "$heap"
  measure small $heap_waiters "heap50=$heap 51200" "heap40=$heap 40960" \
    "threads=$bench/echo-threads" "threads64=$bench/echo-threads --stack-size 65536"
  measure large $loop_waiters "loop=$bench/echo-loop"
}

setup() {
  [ -z "$skip_reason" ] || skip "$skip_reason"
}

# holds SUBJECT EXPRESSION [WARM]: the expression about the subject's bytes per waiter (`user`,
# `total`, ...) is true, cold and warm. Returns 1 where it is not, 2 where there are no figures.
holds() {
  python3 - "$BATS_FILE_TMPDIR" "$@" <<'PYTHON'
import csv, glob, sys
folder, subject, expression, *warm = sys.argv[1:]
arms = {}
for path in glob.glob(folder + "/*/memory-per-waiter.csv"):
    for row in csv.DictReader(open(path, newline="")):
        if row["subject"] == subject and row["warm"] in (warm or "01"):
            slope = float(row["bytes_per_waiter"] or "nan")
            arms.setdefault(row["warm"], {})[row["component"]] = slope
false = [slopes for slopes in arms.values() if not eval(expression, {}, slopes)]
print("not so:", subject, expression, false)
sys.exit(2 if not arms else 1 if false else 0)
PYTHON
}

needs_known_stacks() {
  [ "$(uname -m)" = x86_64 ] && [ "$(getconf PAGESIZE)" -eq 4096 ] ||
    skip 'known for x86-64 with 4 KiB pages only'
}

@test "50 KiB of heap per connection are a slope of 50 KiB of user memory within 2 %" {
  holds heap50 'abs(user / 51200 - 1) < 0.02'
}

@test "40 KiB of heap per connection are not taken for 50, but for 40" {
  run holds heap40 'abs(user / 51200 - 1) < 0.02'
  [ "$status" -eq 1 ]
  holds heap40 'abs(user / 40960 - 1) < 0.02'
}

@test "a thread has 16 KiB of kernel stack within 2 %, a loop's handle none" {
  needs_known_stacks
  holds threads 'abs(kernel_stack / 16384 - 1) < 0.02'
  holds threads64 'abs(kernel_stack / 16384 - 1) < 0.02'
  holds loop 'abs(kernel_stack) < 200'
}

@test "the sum of the parts is what the kernel charged, within 3 % over the slope" {
  [[ "$(cell "$BATS_FILE_TMPDIR/small/memory.csv" kernel_source 1)" == cgroup-* ]] ||
    skip 'no cgroup can be made here, so nothing is charged to compare with'
  for subject in heap50 heap40 threads threads64 loop; do
    holds $subject 'abs(total / charged - 1) < 0.03'
  done
}

@test "an idle loop handle takes at most 400 bytes of user memory, with jemalloc" {
  holds loop '200 < user <= 400'
}

@test "a thread with a 64 KiB stack that never spoke takes at most 9 KiB of user memory" {
  needs_known_stacks
  holds threads64 '4096 < user <= 9216' 0
}

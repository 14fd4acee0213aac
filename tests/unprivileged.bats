#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Without root, with a single CPU, without standard input and output: it works, and says what is different.

load helpers

# A private copy of what `waitbench run` needs, because the build folder may not be open to others.
copy_for_others() {
  copy=$BATS_TEST_TMPDIR/copy
  mkdir -p "$copy/bench" "$copy/results"
  cp "$waitbench" "$copy/"
  find "$WAITBENCH_BUILD/bench" -maxdepth 1 -type f -name 'echo-*' -exec cp -t "$copy/bench" {} +
  chmod -R a+rX "$BATS_RUN_TMPDIR"
  chmod a+rwx "$copy/results"
}

@test "a user without root measures: exit 0, and the rows say where kernel memory was read" {
  [ "$(id -u)" -eq 0 ] || skip 'becoming another user takes root'
  copy_for_others
  cd "$copy"
  run setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
    ./waitbench run --profile quick --only memory --blocks 1 --waiters 50,200 --output results/run
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(cell results/run/memory.csv kernel_source 1)" = meminfo ]
  [[ "$output" == *"no cgroup of the trial's own"* ]]
  [[ "$(cell results/run/memory.csv note 1)" == *"whole machine's growth"* ]]
}

@test "with one CPU everything shares it, and the run says so" {
  run taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" \
    "$waitbench" run --only memory --model loop --blocks 1 --waiters 10 --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *'one CPU'* ]]
  [ "$(cell "$run_dir/memory.csv" valid 1)" -eq 1 ]
}

@test "with standard input, output and error closed a run measures what it would" {
  local closed
  for closed in '<&-' '>&- <&-' '>&- <&- 2>&-'; do
    rm -rf "$run_dir"
    bash -c "exec '$waitbench' run --profile quick --only memory,flow --scenario echo,findself \
      --model threads --blocks 1 --waiters 5 --output '$run_dir' $closed"
    [ "$(rows "$run_dir/memory.csv")" -ge 2 ]
    refute grep -Eq '^([^,]*,){8}0,' "$run_dir/memory.csv"
    refute grep -Eq '^([^,]*,){8}0,' "$run_dir/flow.csv"
  done
}

@test "our servers and programs do without standard streams, too" {
  # One that ends with its input, and has none.
  "$WAITBENCH_BUILD/bench/echo-threads-libc" <&- >&-
  "$WAITBENCH_BUILD/bench/echo-loop-libc" <&- >&-
  "$WAITBENCH_BUILD/bench/findself-threads-libc" --clusters 1 --servers 2 --requests 1 --deadline-ms 60000 <&- >&- 2>&-
  "$WAITBENCH_BUILD/bench/cancel-loop-libc" --cancellations 10 --crowds 1 --waiters 5 --checks 100 <&- >&-
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The flow subjects: every scenario in both models, small. Each verifies its own answer, so exit code 0
# says that it was right; what the figures are is no test's business, only that they are there.

load helpers

# subject SCENARIO MODEL [OPTION...]: runs it, with both allocators where both were built.
subject() {
  local name=$1-$2
  shift 2
  run "$WAITBENCH_BUILD/bench/$name-libc" "$@"
  if [ "$status" -eq 0 ] && [ -x "$WAITBENCH_BUILD/bench/$name" ]; then
    run "$WAITBENCH_BUILD/bench/$name" "$@"
  fi
  echo "$output" >&2 # bats shows it where the test fails
}

# right KEY...: it exited 0, said `end` last, every line is a key and a value, and these keys are there.
right() {
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = end ]
  local key line
  for line in "${lines[@]:0:${#lines[@]}-1}"; do
    [[ $line =~ ^[a-z0-9_]+\ -?[0-9.]+(e[-+]?[0-9]+)?$ ]]
  done
  for key in "$@"; do
    grep -q "^$key " <<<"$output"
  done
}

# metric KEY: its value.
metric() {
  awk -v key="$1" '$1 == key { print $2 }' <<<"$output"
}

@test "counter: threads lose nothing with a mutex or atomically" {
  subject counter threads --workers 3 --increments 20000
  right parameter_workers_count parameter_increments_count unsynchronised_lost_count \
    unsynchronised_lost_ratio unsynchronised_increment_ns mutex_increment_ns atomic_increment_ns
  [ "$(metric mutex_lost_count)" -eq 0 ]
  [ "$(metric atomic_lost_count)" -eq 0 ]
}

@test "counter: tasks that yield lose nothing without either" {
  subject counter loop --workers 3 --increments 20000
  right unsynchronised_lost_ratio unsynchronised_increment_ns yield_lost_ratio yield_increment_ns
  [ "$(metric unsynchronised_lost_count)" -eq 0 ]
  [ "$(metric yield_lost_count)" -eq 0 ]
}

@test "counter: one thread alone loses nothing" {
  subject counter threads --workers 1 --increments 20000
  right
  [ "$(metric unsynchronised_lost_count)" -eq 0 ]
}

@test "futures: threads" {
  subject futures threads --rounds 100 --futures 50 --waiters 3 --timeouts 2
  right handoff_p50_ns handoff_max_ns arrivals_per_second timeout_late_ns future_bytes
}

@test "futures: loop" {
  subject futures loop --rounds 100 --futures 50 --waiters 3 --timeouts 2
  right handoff_p50_ns handoff_max_ns arrivals_per_second timeout_late_ns future_bytes \
    callback_p50_ns callback_future_bytes
}

@test "a quantile is printed with 100 samples beyond it, not with 99" {
  subject futures loop --rounds 100 --futures 1 --timeouts 1
  right handoff_p50_ns handoff_samples_count
  [ "$(metric handoff_samples_count)" -eq 200 ]
  refute grep -q '^handoff_p99_ns ' <<<"$output"
  subject futures loop --rounds 99 --futures 1 --timeouts 1
  right
  refute grep -q '^handoff_p50_ns ' <<<"$output"
  subject futures loop --rounds 5000 --futures 1 --timeouts 1
  right handoff_p99_ns
}

@test "executor: threads" {
  subject executor threads --items 5000 --roundtrips 300 --in-flight 7 --workers 3
  right inline_tasks_per_second map_tasks_per_second submit_tasks_per_second roundtrip_p50_ns \
    task_bytes
}

@test "executor: loop" {
  subject executor loop --items 5000 --roundtrips 300 --in-flight 7 --workers 3
  right inline_tasks_per_second map_tasks_per_second submit_tasks_per_second roundtrip_p50_ns \
    task_bytes
}

@test "executor: fewer items than workers" {
  for model in threads loop; do
    subject executor $model --items 2 --workers 5 --in-flight 10
    right map_tasks_per_second
  done
}

# HACKING.md says how 10,000 are run by hand.
@test "workflow: threads, 2,000 random timings in an order the recipe allows" {
  subject workflow threads --repeats 1 --at-once 20 --minute-us 100 --random 2000 \
    --random-minute-us 5 --sleepless 200
  right coffee_makespan_ratio coffee_early_ratio afternoon_makespan_ratio at_once_makespan_ratio \
    sleepless_workflows_per_second
}

@test "workflow: loop, 2,000 random timings in an order the recipe allows" {
  subject workflow loop --repeats 1 --at-once 500 --minute-us 1000 --random 2000 \
    --random-minute-us 500 --sleepless 200
  right coffee_makespan_ratio coffee_early_ratio afternoon_makespan_ratio at_once_makespan_ratio \
    sleepless_workflows_per_second
}

@test "nursery: threads" {
  subject nursery threads --children 5 --failing 3 --rounds 200 --scopes 50 --trees 2 --depth 2
  right asking_scope_ns asking_child_ns thread_start_join_ns failure_to_quiet_p50_ns \
    failure_to_quiet_max_ns
}

@test "nursery: loop" {
  subject nursery loop --children 5 --failing 3 --rounds 200 --scopes 50 --trees 2 --depth 2
  right asking_scope_ns asking_child_ns timer_start_close_ns failure_to_quiet_p50_ns \
    failure_to_quiet_max_ns
}

@test "nursery: all children fail, one child alone fails" {
  for model in threads loop; do
    subject nursery $model --children 4 --failing 4 --rounds 20 --scopes 1 --trees 1 --depth 1
    right asking_scope_ns
    subject nursery $model --children 1 --failing 1 --rounds 20 --scopes 1 --trees 1 --depth 1
    right asking_scope_ns
  done
}

@test "cancel: threads, nothing is left of 2,000" {
  subject cancel threads --cancellations 1000 --crowds 2 --waiters 50 --checks 1000
  right compute_stop_p50_ns socket_stop_p50_ns crowd_stop_ns check_ns
}

@test "cancel: loop, nothing is left of 2,000" {
  subject cancel loop --cancellations 1000 --crowds 2 --waiters 50 --checks 1000
  right compute_stop_p50_ns socket_stop_p50_ns crowd_stop_ns check_ns loop_turn_ns
  [ "$(metric compute_stop_samples_count)" -eq 1000 ]
  [ "$(metric socket_stop_samples_count)" -eq 1000 ]
}

# keys SCENARIO MODEL OPTION...: what it prints, without the parameters, quantiles and units.
keys() {
  subject "$@"
  right
  sed -E '/^(parameter_|end$)/d; s/ .*//; s/_(p50_ns|p99_ns|p999_ns|max_ns|samples_count)$//
    s/_(per_second|seconds|bytes|count|ratio|ns)$//' <<<"$output" | sort -u
}

# Only what is the same thing in both models may have the same name; the rest is on the list of prices
# of their own in results/README.md, with the model that has it.
@test "a figure that only one model has is known as a price of its own, and the other way round" {
  local -A options=(
    [counter]='--workers 2 --increments 1000'
    [futures]='--rounds 10 --futures 10 --timeouts 1'
    [executor]='--items 1000 --roundtrips 10'
    [workflow]='--repeats 1 --at-once 2 --random 2 --sleepless 2'
    [nursery]='--rounds 10 --scopes 10 --trees 1 --depth 1'
    [cancel]='--cancellations 10 --crowds 1 --waiters 5 --checks 100'
    [findself]='--clusters 1 --servers 2 --requests 1 --deadline-ms 60000'
  )
  local dictionary=$WAITBENCH_SOURCE/results/README.md listed=$BATS_TEST_TMPDIR/listed scenario model
  for scenario in "${!options[@]}"; do
    for model in threads loop; do
      # shellcheck disable=SC2086
      keys "$scenario" $model ${options[$scenario]} >"$BATS_TEST_TMPDIR/$model"
    done
    for model in threads loop; do
      grep -E "^\| $scenario \`.* \| $model \|" "$dictionary" | cut -d'|' -f2 | grep -oE '`[a-z_.]+`' |
        tr -d '\`' >"$listed"
      local other=threads key name
      [ $model = loop ] || other=loop
      while read -r key; do
        name=
        while read -r name; do
          # `callback_...` stands for all that begin with callback.
          if [ "$key" = "$name" ] || { [ "${name%_...}" != "$name" ] &&
            [ "${key#"${name%_...}"}" != "$key" ]; }; then
            break
          fi
          name=
        done <"$listed"
        if [ -z "$name" ]; then
          echo "$scenario-$model alone prints $key, which results/README.md does not list" >&2
          return 1
        fi
      done < <(comm -23 "$BATS_TEST_TMPDIR/$model" "$BATS_TEST_TMPDIR/$other")
      while read -r name; do
        grep -q "^${name%_...}" <(comm -23 "$BATS_TEST_TMPDIR/$model" "$BATS_TEST_TMPDIR/$other")
      done <"$listed"
    done
  done
}

# Both are waited for at the least, whatever else the machine does.
@test "cancel: a longer slice is stopped later, and a longer delay takes longer" {
  local model begin
  for model in threads loop; do
    # Who asks is woken at a slice's end, and on a busy machine on the worker's own CPU: with a short
    # delay it asks before the worker goes on, which so sees it at once. In this one they take turns.
    subject cancel $model --cancellations 5 --crowds 1 --waiters 5 --checks 100 --slice 50000000 --delay-us 60000
    right parameter_slice_count
    awk '$1 == "compute_stop_max_ns" { exit !($2 > 1e6) }' <<<"$output"
    begin=$(date +%s%N)
    subject cancel $model --cancellations 20 --crowds 1 --waiters 5 --checks 100 --delay-us 60000
    right parameter_delay_us
    [ $(($(date +%s%N) - begin)) -gt 500000000 ]
  done
}

@test "an option that is wrong is refused with exit code 2" {
  subject counter threads --workers 0
  [ "$status" -eq 2 ]
  subject cancel loop --waiters many
  [ "$status" -eq 2 ]
}

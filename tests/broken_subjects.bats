#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign subjects that break the contract: a failed row that says how, within a bounded time, and
# the run goes on. They are waited for, so this takes long and little of the machine.

load helpers

# broken MODE: a run of one broken foreign subject; its CSV is left in $csv.
broken() {
  csv=$run_dir/memory.csv
  run "$waitbench" run --only memory --model none --blocks 1 --waiters 30 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py $1"
}

# one_failed NOTE: the run failed, its cold trial says so with a note that has these words.
one_failed() {
  [ "$status" -eq 1 ]
  [ "$(rows "$csv")" -eq 2 ]
  local row=1
  [ "$(cell "$csv" warm 1)" -eq "${2:-0}" ] || row=2
  [ "$(cell "$csv" valid $row)" -eq 0 ]
  [[ "$(cell "$csv" note $row)" == *"$1"* ]]
  [ "$(cell "$csv" total_bytes $row)" = "" ]
}

@test "a subject that prints nothing" {
  broken silent
  one_failed 'did not say `listening PORT` within 10 s'
}

@test "a subject that prints garbage" {
  broken garbage
  one_failed "said 'hello, world' instead of \`listening PORT\`"
}

@test "a subject that prints bytes that are no text" {
  broken binary
  one_failed 'instead of `listening PORT`'
  ! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f-\xff]' "$csv"
}

@test "a subject that exits before it listens, with its last words" {
  broken early
  one_failed 'exited with status 1: no licence found'
}

@test "a subject whose program is not there" {
  csv=$run_dir/memory.csv
  run "$waitbench" run --only memory --model none --blocks 1 --waiters 30 --output "$run_dir" \
    --subject 'mine=/no/such/program'
  one_failed 'cannot run /no/such/program: No such file or directory'
}

@test "a subject that accepts too few connections" {
  broken few
  one_failed '5 waiters where 30 were asked for'
}

@test "a subject that dies while connections come" {
  broken during
  one_failed 'was killed by signal 11'
}

@test "a subject that counts wrong" {
  broken liar
  one_failed '31 waiters where 30 connected'
}

@test "a subject that claims threads it does not have" {
  broken threads
  one_failed 'the kernel counts'
}

@test "a subject that echoes other bytes fails when it is warmed" {
  broken wrong
  one_failed 'came back with other bytes' 1
}

@test "a subject that never echoes fails when it is warmed" {
  broken mute
  one_failed 'was not echoed within 10 s' 1
}

@test "a subject that ignores the end of its input" {
  broken deaf
  one_failed 'ignored the end of its standard input'
}

@test "a subject that talks on stderr is not held up" {
  broken chatty
  [ "$status" -eq 0 ]
}

@test "a broken subject does not keep the others from being measured" {
  run "$waitbench" run --only memory --model loop --blocks 1 --waiters 10 --output "$run_dir" \
    --subject "mine=python3 $subjects/broken.py early"
  [ "$status" -eq 1 ]
  [ "$(grep -c ',echo-loop.*,1,' "$run_dir/memory.csv")" -ge 2 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a command prints on standard output reaches its reader, or the command says why not and fails.

load helpers

# to_full COMMAND...: the command with a full disk as its standard output: what it says is in $output.
to_full() {
  run bash -c '"$@" 2>&1 >/dev/full' bash "$waitbench" "$@"
  echo "$output"
}

@test "no command is content with a full disk" {
  # The last has more to say than is kept until the end.
  local golden=$WAITBENCH_SOURCE/tests/golden/report-run
  local commands=('list' '--help' 'list --help' 'run --help' 'load --help' 'compare --help' 'doctor --help'
    'report --help' "list $golden" "export $golden")
  for command in "${commands[@]}"; do
    # shellcheck disable=SC2086
    to_full $command
    [ "$status" -eq 1 ]
    [[ "$output" == *'cannot write to standard output: No space left on device'* ]]
  done
}

@test "version and help are had by the names that people try" {
  local word
  for word in --version -V version; do
    run "$waitbench" $word
    [ "$status" -eq 0 ]
    [[ "$output" =~ ^waitbench\ [0-9]+\.[0-9]+\.[0-9]+ ]]
  done
  for word in --help -h help; do
    run "$waitbench" $word
    [ "$status" -eq 0 ]
    [[ "$output" == "usage: waitbench COMMAND"* ]]
  done
  for word in 'help export' 'export --help' 'export -h'; do
    # shellcheck disable=SC2086
    run "$waitbench" $word
    [ "$status" -eq 0 ]
    [[ "$output" == "Usage: waitbench export "* ]]
  done
  run "$waitbench" --verison
  [ "$status" -eq 2 ]
}

@test "a limit on the size of files is as a full disk" {
  cp -r "$WAITBENCH_SOURCE/tests/golden/report-run" "$run_dir"
  run bash -c 'ulimit -f 64; "$1" report "$2" 2>&1' bash "$waitbench" "$run_dir"
  [ "$status" -eq 1 ]
  [[ "$output" == *"cannot write $run_dir/report.html: File too large"* ]]
}

@test "a reader that has had enough is no failure" {
  # It has gone before the command prints, or else the test shows nothing, but does not fail either.
  run bash -c 'trap "" PIPE; { sleep 0.5; "$1" list; } | true; echo "code ${PIPESTATUS[0]}"' bash "$waitbench"
  [ "$output" = 'code 0' ]
}

@test "to a reader that reads, nothing is said" {
  run bash -c '"$1" list 2>&1 >/dev/null' bash "$waitbench"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

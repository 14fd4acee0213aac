# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A run of web and blocking, whose figures are invented: every store, every way to call it, calls that block.

load helpers

setup_file() {
  folder=$BATS_FILE_TMPDIR/run
  python3 "$WAITBENCH_SOURCE/tests/simulated_web.py" "$folder" --only web-sqlite,web-postgres,blocking
  "$WAITBENCH_BUILD/waitbench" report "$folder" 2>"$BATS_FILE_TMPDIR/report"
  export folder
}

@test "summary, claims, charts and page are right of each workload and each way" {
  python3 "$WAITBENCH_SOURCE/tests/web_runs.py" report "$folder"
}

@test "the terminal has tables of each workload, whose arms are told apart" {
  output=$(<"$BATS_FILE_TMPDIR/report")
  echo "$output"
  [[ "$output" == *$'\nScenario web with SQLite\n'*$'\nScenario web with PostgreSQL\n'*$'\nScenario blocking\n'* ]]
  [[ "$output" == *" threads            loop · inline"$'\n'* ]]
  [[ "$output" == *"           loop · pool 4 "* ]]
  [[ "$output" == *$'\neach query takes 1 ms more, over 16 database connections\n'* ]]
  [[ "$output" == *$'\n1 in 100 blocks for 10 ms\n'* ]]
  [[ "$output" == *"web with SQLite"$'\n'"web-loop inline cold"$'\n'* ]]
  [[ "$output" =~ $'\n'"reproduced blocking calls just work "[^$'\n']*" times "[^$'\n']*" 3/4"$'\n' ]]
  tables_fit "$BATS_FILE_TMPDIR/report"
}

@test "a comparison matches each way with itself" {
  python3 "$WAITBENCH_SOURCE/tests/web_runs.py" slower "$folder" "$BATS_TEST_TMPDIR/other"
  run "$WAITBENCH_BUILD/waitbench" compare --output "$BATS_TEST_TMPDIR/compared" "$folder" "$BATS_TEST_TMPDIR/other"
  echo "$output" | head -c 20000
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\nthroughput, web with SQLite: requests per second\n'* ]]
  [[ "$output" == *"  web-loop pool 4 100 active "* ]]
  [[ "$output" == *"  pipeline 100 active +1ms "* ]]
  python3 "$WAITBENCH_SOURCE/tests/web_runs.py" compared "$BATS_TEST_TMPDIR/compared"
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench compare on folders as they come from elsewhere, whole and broken.

bats_require_minimum_version 1.5.0
load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

# copy_run NAME: a copy of the golden run to spoil.
copy_run() {
  mkdir -p "$BATS_TEST_TMPDIR/$1"
  cp "$golden"/*.csv "$golden"/machine.json "$BATS_TEST_TMPDIR/$1"
  echo "$BATS_TEST_TMPDIR/$1"
}

# refused STATUS PATTERN RUN: one clear line, no crash, no folder made.
refused() {
  run --separate-stderr "$waitbench" compare "$golden" "$3" --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq "$1" ]
  [ "${#stderr_lines[@]}" -eq 1 ]
  [ "${#stderr}" -lt 1000 ]
  [[ "$stderr" =~ $2 ]]
  [ -z "$output" ]
  [ ! -e "$run_dir" ]
}

@test "two runs: verdict first, then the table, and compare.csv" {
  run --separate-stderr "$waitbench" compare "$golden" "$(copy_run other)" --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = comparable ]
  [[ "$output" == *synthetic-host#2* ]]
  [ "$(rows "$run_dir/compare.csv")" -gt 100 ]
  [ "$(cell "$run_dir/compare.csv" ratio_to_first 2)" = 1 ]
  [ "$(cell "$run_dir/compare.csv" verdict 2)" = "no difference resolved" ]
}

@test "every column of compare.csv is in the dictionary" {
  "$waitbench" compare "$golden" "$golden" --output "$run_dir"
  sed -n '/^## compare.csv/,/^## [^c]/p' "$WAITBENCH_SOURCE/results/README.md" | grep '^| `' |
    cut -d'|' -f2 | grep -o '[a-z0-9_]*' | sort >"$BATS_TEST_TMPDIR/described"
  head -n 1 "$run_dir/compare.csv" | tr -d '\r' | tr ',' '\n' | sort | diff "$BATS_TEST_TMPDIR/described" -
}

@test "three runs: each against the first" {
  run --separate-stderr "$waitbench" compare "$golden" "$(copy_run b)" "$(copy_run c)" --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ "$output" == *"First synthetic-host, second synthetic-host#2: comparable"* ]]
  [[ "$output" == *"First synthetic-host, second synthetic-host#3: comparable"* ]]
}

@test "a run with parts missing is compared by what it has" {
  other=$(copy_run other)
  rm "$other"/machine.json "$other"/memory.csv "$other"/latency.csv
  run --separate-stderr "$waitbench" compare "$golden" "$other" --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "not comparable" ]
}

@test "the page: hostile names are text, and in a browser nothing scrolls sideways at 375 pixels" {
  local chromium other
  other=$(copy_run other)
  sed -i 's/"hostname": *"[^"]*"/"hostname": "<script>document.title=1<\/script>"/' "$other/machine.json"
  "$waitbench" compare "$golden" "$other" --output "$run_dir"
  refute grep -q '<script' "$run_dir/compare.html"
  grep -q '&lt;script&gt;document.title=1&lt;/script&gt;' "$run_dir/compare.html"
  [ "$WAITBENCH_SANITIZER" = none ] || skip "the page is the same as without a sanitizer"
  chromium=$(command -v chromium) || skip "chromium is not installed"
  run browse compare.html 'page.querySelector("svg").getBoundingClientRect().height > 100'
  echo "$output"
  [ "$output" = "375 true 3 0 true" ]
  [ "$(grep -c "CONSOLE" "$BATS_TEST_TMPDIR/log")" -eq 0 ]
}

@test "one run is not enough, and an output folder is not overwritten" {
  run "$waitbench" compare "$golden"
  [ "$status" -eq 2 ]
  mkdir "$run_dir"
  touch "$run_dir/mine"
  run "$waitbench" compare "$golden" "$golden" --output "$run_dir"
  [ "$status" -eq 2 ]
  [ "$(ls "$run_dir")" = mine ]
}

@test "a folder that is no run" {
  mkdir "$BATS_TEST_TMPDIR/empty"
  refused 2 "empty is no run" "$BATS_TEST_TMPDIR/empty"
  refused 2 "No such file" "$BATS_TEST_TMPDIR/nowhere"
  refused 2 "not a folder" "$golden/memory.csv"
}

@test "a bad number" {
  other=$(copy_run other)
  sed -i '3s/20408765/2040876O/' "$other/memory.csv"
  refused 1 "memory.csv:3" "$other"
}

@test "a truncated last line" {
  other=$(copy_run other)
  truncate -s -20 "$other/throughput.csv"
  refused 1 "throughput.csv:[0-9]+" "$other"
}

@test "a NUL" {
  other=$(copy_run other)
  printf '1,2\0,3\n' >>"$other/latency.csv"
  refused 1 "latency.csv:[0-9]+" "$other"
}

@test "10 MB on one line" {
  other=$(copy_run other)
  head -c 10000000 /dev/zero | tr '\0' 7 >>"$other/flow.csv"
  refused 1 "flow.csv:[0-9]+" "$other"
  other=$(copy_run another)
  { printf '{"hostname": '; head -c 10000000 /dev/zero | tr '\0' 7; } >"$other/machine.json"
  refused 1 "machine.json:1" "$other"
}

@test "a machine.json that is none" {
  other=$(copy_run other)
  printf '{"hostname": "a",\n "hostname": "b"}' >"$other/machine.json"
  refused 1 "machine.json:2" "$other"
  printf '' >"$other/machine.json"
  refused 1 "machine.json:" "$other"
}

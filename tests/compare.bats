#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench compare on folders as they come from elsewhere, whole and broken.

bats_require_minimum_version 1.5.0
load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

# copy_run NAME: the golden run's figures as those of another run on its machine, to spoil.
copy_run() {
  mkdir -p "$BATS_TEST_TMPDIR/$1"
  cp "$golden"/*.csv "$BATS_TEST_TMPDIR/$1"
  sed "s/\"started_utc\": *\"[^\"]*\"/\"started_utc\": \"2026-02-03T04:05:06Z ($1)\"/" "$golden/machine.json" \
    >"$BATS_TEST_TMPDIR/$1/machine.json"
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

@test "a run and itself are one run, and nothing is said of its figures" {
  run --separate-stderr "$waitbench" compare "$golden" "$golden/../report-run" --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "one run" ]
  [ "$(cell "$run_dir/compare.csv" comparable 2)" = "one run" ]
  [ "$(cell "$run_dir/compare.csv" tells 2)" = "one run" ]
  cell_is_empty "$run_dir/compare.csv" verdict 2
  grep -q "synthetic-host#2: one run" "$run_dir/compare.html"
}

@test "no field that a run records is unknown to compare, and one that is new is named" {
  local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
  "$waitbench" run --only memory --model loop --waiters 100 --blocks 1 --profile quick \
    --subject "mine=$WAITBENCH_BUILD/bench/echo-loop-libc" --baseline mine --output "$a"
  cp -r "$a" "$b"
  jq '.kernel.colour = "blue" | .started_utc = "2026-02-03T04:05:06Z"' "$a/machine.json" >"$b/machine.json"
  run --separate-stderr "$waitbench" compare "$a" "$b" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = comparable ]
  [ "$(grep -c "^Unknown to this version" <<<"$output")" -eq 1 ]
  [ "$(grep -A 1 "^Unknown to this version and not compared, of " <<<"$output" | tail -n 1)" = "  kernel.colour" ]
  grep -q "Recorded and not compared" <<<"$output"
  grep -q "<td>each figure is matched by its own conditions</td>" "$run_dir/compare.html"
}

@test "each field that was passed over takes its part" {
  local change a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
  needs_reference_runs
  local machine=$WAITBENCH_SOURCE/results/reference/2cpu-kvm/machine.json
  mkdir "$a" "$b"
  cp "$golden"/throughput.csv "$a"
  cp "$golden"/throughput.csv "$b"
  cp "$machine" "$a"
  for change in .seed=9 '.cpu.microcode = "0x2"' '.memory.total_bytes = 4e9' '.memory.swap_total_bytes = 4e9' \
    '.kernel.preemption = "full"' '.frequency.boost = 0' '.cpu.isolated_cpus = "1"' \
    '.kernel.numa_balancing = 1' '.environment.LD_BIND_NOW = "1"' '.mitigations.mds = "Vulnerable"'; do
    jq "$change" "$machine" >"$b/machine.json"
    run --separate-stderr "$waitbench" compare "$a" "$b" --output "$run_dir"
    echo "$change: ${lines[0]}"
    [ "$status" -eq 0 ]
    if [ "$change" = .seed=9 ]; then
      [ "${lines[0]}" = comparable ]
    else
      [[ "${lines[0]}" == "ratios only" || "${lines[0]}" == "not comparable" ]]
    fi
    rm -r "$run_dir"
  done
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

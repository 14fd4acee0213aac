#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench compare on folders as they come from elsewhere, whole and broken.

bats_require_minimum_version 1.5.0
load helpers

golden=$WAITBENCH_SOURCE/tests/golden/report-run

# copy_run NAME [DAY]: the golden run's figures as those of another run on its machine, to spoil.
copy_run() {
  mkdir -p "$BATS_TEST_TMPDIR/$1"
  cp "$golden"/*.csv "$BATS_TEST_TMPDIR/$1"
  sed "s/\"started_utc\": *\"[^\"]*\"/\"started_utc\": \"2026-02-${2:-03}T04:05:06Z\"/" "$golden/machine.json" \
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
  [[ "$output" == *$'\nImaginary CPU 9000 (2026-02-03)\n'* ]]
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
  run --separate-stderr "$waitbench" compare "$golden" "$(copy_run b)" "$(copy_run c 04)" --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'First Imaginary CPU 9000 (2026-01-02),\nsecond Imaginary CPU 9000 (2026-02-03): comparable'* ]]
  [[ "$output" == *$'First Imaginary CPU 9000 (2026-01-02),\nsecond Imaginary CPU 9000 (2026-02-04): comparable'* ]]
}

@test "a run and itself are one run, and nothing is said of its figures" {
  run --separate-stderr "$waitbench" compare "$golden" "$golden/../report-run" --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "one run" ]
  [ "$(cell "$run_dir/compare.csv" comparable 2)" = "one run" ]
  [ "$(cell "$run_dir/compare.csv" tells 2)" = "one run" ]
  cell_is_empty "$run_dir/compare.csv" verdict 2
  grep -q "Imaginary CPU 9000, again: one run" "$run_dir/compare.html"
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
  local machine=$WAITBENCH_SOURCE/results/reference/2cpu-vm/machine.json
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
  jq '.label = "<script>document.title=1</script>" | .seed = 2' "$golden/machine.json" >"$other/machine.json"
  "$waitbench" compare "$golden" "$other" --output "$run_dir"
  refute grep -q '<script' "$run_dir/compare.html"
  grep -q '&lt;script&gt;document.title=1&lt;/script&gt;' "$run_dir/compare.html"
  [ "$WAITBENCH_SANITIZER" = none ] || skip "the page is the same as without a sanitizer"
  chromium=$(command -v chromium) || skip "chromium is not installed"
  run browse compare.html 'page.querySelector("svg").getBoundingClientRect().height > 100'
  echo "$output"
  [ "$output" = "375 true 4 0 true" ]
  [ "$(grep -c "CONSOLE" "$BATS_TEST_TMPDIR/log")" -eq 0 ]
}

# simulate NAME LABEL [KEY=VALUE...]: a run of a machine that does not exist (tests/simulated_machines.py).
simulate() {
  python3 "$WAITBENCH_SOURCE/tests/simulated_machines.py" "$BATS_TEST_TMPDIR/$1" "${@:2}"
  echo "$BATS_TEST_TMPDIR/$1"
}

# said TEXT: the comparison's words have it, wherever lines break.
said() {
  tr -s '\n' ' ' <<<"$output" | grep -qF "$1" || {
    echo "not said: $1"
    false
  }
}

@test "in words: where machines agree, where they part, and what may explain it" {
  run --separate-stderr "$waitbench" compare "$(simulate 1 one)" "$(simulate 2 two SEED=2 kernel.release=6.6)" \
    "$(simulate 3 three SEED=3 FACTOR=0.6 "cgroup.cpu_quota=0.50 CPUs" kernel.release=6.6)" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  said "All 3 machines agree on 2 of 11 claims. Reproduced: A thread costs more memory than a task; The event loop's"
  said 'They part on "Threads are at least as fast as an event loop": reproduced on three, refuted on one and two.'
  # The kernel is another one on the same side, too.
  said "What differs in the same way, and may explain it: CPU quota (0.50 CPUs against none). They part on"
  refute said "was measured on the machine"
  awk 'length > 80 { print; wide = 1 } END { exit wide }' <<<"$output"
  grep -q "<p>They part on &quot;Threads are at least" "$run_dir/compare.html"
  [ "$(grep -c '<td>part</td>' "$run_dir/compare.html")" -eq 2 ]
}

@test "machines that part although nothing recorded differs: that is said, and nothing is made up" {
  run --separate-stderr "$waitbench" compare "$(simulate 1 one)" "$(simulate 2 two SEED=2 FACTOR=0.6)" --output "$run_dir"
  echo "$output"
  said 'They part on "Threads are at least as fast as an event loop": reproduced on two, refuted on one.'
  said "Nothing that is recorded parts them in the same way"
  refute said "and may explain it: "
}

@test "machines that part on what they were not asked in the same settings: that is said first" {
  local one two
  one=$(simulate 1 one)
  two=$(simulate 2 two SEED=2 FACTOR=0.6)
  sed -i '/,1000,1000,0,/d' "$two/throughput.csv"
  run --separate-stderr "$waitbench" compare "$one" "$two" --output "$run_dir"
  echo "$output"
  said "They were not asked in the same settings (4 on one, 3 on two), which alone may part them. Nothing that"
  refute said "in none that they share"
}

@test "a machine at several times: what was changed, and what moved" {
  local first second
  first=$(simulate 1 vm hostname=a started_utc=2026-01-01T03:04:05Z)
  second=$(simulate 2 vm SEED=2 hostname=a started_utc=2026-01-03T03:04:05Z)
  rm "$second/throughput.csv"
  jq '.disturbances = {before: [{name: "load"}], during: [{name: "steal"}, {name: "load"}]}' "$second/machine.json" \
    >"$second/machine.new"
  mv "$second/machine.new" "$second/machine.json"
  run --separate-stderr "$waitbench" compare "$first" \
    "$second" \
    "$(simulate 3 vm SEED=3 hostname=a started_utc=2026-01-04T04:04:05Z kernel.release=6.6 FACTOR=3)" --output "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  said "vm (2026-01-03) was measured on the machine of vm (2026-01-01), 2 days later (same host name, CPU,"
  said "Nothing that is recorded and compared was changed"
  said "vm (2026-01-04) was measured on the machine of vm (2026-01-03), 1 day later"
  said "What was changed: kernel (6.1 then 6.6)."
  said "16 figures of one have no like in the other, such as those of echo-loop 1 active."
  said "Only the later run was disturbed by load and steal."
  said "Only the earlier run was disturbed by load and steal."
  said " figures moved by more than their interval"
  said "Were the two as alike as the blocks of one run, about "
  said "From one run to the next more do that nothing was changed for"
  said "(threads/loop 100 active load 80%) x 3.1"
}

@test "16 runs are compared, 17 are refused in one line" {
  local number runs=()
  for number in {1..16}; do
    runs+=("$(simulate "$number" "machine $number" SEED="$number" FACTOR="1.$number")")
  done
  run --separate-stderr "$waitbench" compare "${runs[@]}" "$golden" --output "$run_dir"
  [ "$status" -eq 2 ]
  [ "$stderr" = "waitbench: at most 16 runs can be compared, and these are 17" ]
  [ ! -e "$run_dir" ]
  run --separate-stderr "$waitbench" compare "${runs[@]}" --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  said "All 16 machines agree on"
  [[ "$output" == *"The tables of 16 runs are in compare.html and compare.csv."* ]]
  for number in {1..16}; do
    [ "$(grep -c ">machine $number</text>\|>machine $number<" "$run_dir/charts/ratios.svg")" -gt 0 ]
  done
}

@test "hostile labels are text on the page, in charts and in CSV" {
  local other
  other=$(simulate 1 '<script>x("1", %s)</script> {/} $a `id`')
  run --separate-stderr "$waitbench" compare "$other" "$(simulate 2 $'\e[2J,"' SEED=2)" --output "$run_dir"
  echo "$stderr"
  [ "$status" -eq 0 ]
  refute grep -rq '<script>x' "$run_dir/compare.html" "$run_dir/charts"/*.svg
  grep -q '&lt;script&gt;x(' "$run_dir/compare.html"
  grep -q '&lt;script>x(' "$run_dir/charts/ratios.svg"
  refute grep -q $'\e' <<<"$output"
  [ "$(cell "$run_dir/compare.csv" machine 1)" = "<script>x('1', %s)</script> {/} \$a \`id\`" ]
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
  # One level too low.
  cp -r "$golden" "$BATS_TEST_TMPDIR/deep"
  mkdir "$BATS_TEST_TMPDIR/deep/charts"
  cp "$golden/throughput.csv" "$BATS_TEST_TMPDIR/deep/charts"
  refused 2 "deep/charts is a part of a run: give the folder above it" "$BATS_TEST_TMPDIR/deep/charts"
  # One level too high, and two: what is below is named.
  mkdir -p "$BATS_TEST_TMPDIR/results/vm"
  cp -r "$golden" "$BATS_TEST_TMPDIR/results/vm/2026-01-01"
  refused 2 "vm is no run, but holds one: $BATS_TEST_TMPDIR/results/vm/2026-01-01" "$BATS_TEST_TMPDIR/results/vm"
  cp -r "$golden" "$BATS_TEST_TMPDIR/results/vm/2026-01-02"
  refused 2 "results is no run, but holds 2; the last by name is $BATS_TEST_TMPDIR/results/vm/2026-01-02" \
    "$BATS_TEST_TMPDIR/results"
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

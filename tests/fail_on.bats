#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench compare --fail-on: what becomes worse fails a script, and nothing else does.

bats_require_minimum_version 1.5.0
load helpers

# simulate NAME DAY [KEY=VALUE...]: a run of a machine that does not exist (tests/simulated_machines.py).
simulate() {
  python3 "$WAITBENCH_SOURCE/tests/simulated_machines.py" "$1" vm "started_utc=2026-01-0$2T03:04:05Z" \
    "SEED=$2" hostname=a "${@:3}"
}

# Runs that several tests look at; who changes one takes a copy.
setup_file() {
  cd "$BATS_FILE_TMPDIR"
  simulate base 1
  simulate same 2
  simulate slow 3 FACTOR=2
  simulate noisy 4 NOISE=0.1
  simulate noisy_again 5 NOISE=0.1
}

# copy NAME: of such a run.
copy() {
  cp -r "$BATS_FILE_TMPDIR/$1" "$BATS_TEST_TMPDIR/$1"
  echo "$BATS_TEST_TMPDIR/$1"
}

# check STATUS RUN OPTION...: against the run `base`.
check() {
  run --separate-stderr "$waitbench" compare --against "$base" "${@:2}"
  # shellcheck disable=SC2154 # bats sets it
  printf '%s\n' "$output" "$stderr"
  [ "$status" -eq "$1" ]
}

# change RUN FILE EXPRESSION: each row of a CSV again, after that Python.
change() {
  python3 - "$@" <<'PYTHON'
import csv, sys
path = sys.argv[1] + "/" + sys.argv[2]
rows = list(csv.DictReader(open(path, newline="")))
for row in rows:
    exec(sys.argv[3])
with open(path, "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
PYTHON
}

@test "equal programs pass, and no folder is made" {
  base=$BATS_FILE_TMPDIR/base
  cd "$BATS_TEST_TMPDIR"
  check 0 "$BATS_FILE_TMPDIR/same" --fail-on larger:5%,slower:5%,later:5%
  [ -z "$output" ]
  [ "${stderr_lines[0]}" = "0 of 28 figures became worse than allowed (larger:5%, slower:5%, later:5%)" ]
  [ ! -e results ]
}

@test "what became slower is a line each: setting, metric, both figures, ratio with interval, what is allowed" {
  base=$BATS_FILE_TMPDIR/base
  check 4 "$BATS_FILE_TMPDIR/slow" --fail-on slower:10% --fail-on larger:5%
  [ "${#lines[@]}" -eq 4 ]
  local line='^slower: echo-threads 100 active, requests per second: [0-9.]+ k then [0-9.]+ k, x 0.7[0-9]* \(0.[0-9]+ to 0.[0-9]+\), allowed x 0.9091$'
  [ "$(grep -cE "$line" <<<"$output")" -eq 1 ]
  # A third more time for each request is within a half.
  check 0 "$BATS_FILE_TMPDIR/slow" --fail-on slower:50%
}

@test "a run whose trials fail where the first one's did not has no figure that is worse, and does not pass" {
  base=$BATS_FILE_TMPDIR/base
  local failing
  failing=$(copy same)
  # Three blocks more, in which threads hang: eight of eleven trials are left.
  change "$failing" throughput.csv \
    'if row["model"] == "threads" and str(row["block"]) in "012": rows.append(dict(row, block=8 + int(row["block"]), valid=0))'
  check 1 "$failing" --fail-on slower:5%
  [ -z "$output" ]
  grep -q "^  no verdict on [1-9][0-9]*: its trials fail, of which the first run's did not; the first is echo-threads " <<<"$stderr"
  [ "${stderr_lines[-1]}" = "waitbench: --fail-on slower: trials of $failing fail where those of the first run did not" ]
  # Where the first run's fail, too, what is left of either may be its good ones.
  base=$failing
  check 0 "$BATS_FILE_TMPDIR/base" --fail-on slower:5%
  grep -q '^  no verdict on [1-9][0-9]*: over a quarter of its trials failed; the first is echo-threads ' <<<"$stderr"
}

@test "a setting in which all trials fail is not one that was not run" {
  base=$BATS_FILE_TMPDIR/base
  local failing
  failing=$(copy same)
  # As a run writes them: what is known in the end only is empty.
  change "$failing" throughput.csv \
    'if row["model"] == "threads" and row["active"] == "100": row.update(valid=0, arrivals="", achieved_per_second="")'
  check 1 "$failing" --fail-on slower:5%
  [[ "$stderr" == *"  no verdict on 1: its trials fail, of which the first run's did not: echo-threads 100 active, requests per second"* ]]
  failing=$(copy noisy)
  change "$failing" throughput.csv 'row["valid"] = 1'
  sed -i '/,threads,.*,100,100,0,/d' "$failing/throughput.csv"
  check 0 "$failing" --fail-on slower:90%
  [[ "$stderr" == *"  no verdict on 1: the run does not have it: echo-threads 100 active, requests per second"* ]]
}

@test "what disturbed a run is said, since figures may have moved for that" {
  local disturbed
  base=$BATS_FILE_TMPDIR/base
  disturbed=$(copy same)
  jq '.disturbances = {before: [{name: "load"}], during: [{name: "steal"}]}' "$disturbed/machine.json" \
    >"$BATS_TEST_TMPDIR/machine.json"
  mv "$BATS_TEST_TMPDIR/machine.json" "$disturbed/machine.json"
  check 0 "$disturbed" --fail-on slower:5%
  [ "${#stderr_lines[@]}" -eq 2 ]
  [[ "${stderr_lines[1]}" == "  disturbed: vm ("*") by load, steal" ]]
}

@test "what became better fails nothing" {
  base=$BATS_FILE_TMPDIR/slow
  check 0 "$BATS_FILE_TMPDIR/same" --fail-on slower:0%
}

@test "a tail that grew by a half, at one rate" {
  base=$BATS_FILE_TMPDIR/base
  local later
  later=$(copy same)
  change "$later" latency.csv 'row["p999_ns"] = str(float(row["p999_ns"]) * (1.5 if row["model"] == "loop" else 1))'
  check 4 "$later" --fail-on later:20%
  [ "$(grep -c '^later: echo-loop .*, latency, 99.9th percentile: ' <<<"$output")" -eq 3 ]
  [ "${#lines[@]}" -eq 3 ]
}

@test "a run that no longer keeps up has no percentiles, and does not pass" {
  base=$BATS_FILE_TMPDIR/base
  local behind
  behind=$(copy same)
  change "$behind" latency.csv 'row["overloaded"] = "1" if row["model"] == "loop" and int(row["block"]) < 2 else "0"'
  check 0 "$behind" --fail-on later:20%
  change "$behind" latency.csv 'row["overloaded"] = "1" if row["model"] == "loop" else "0"'
  check 1 "$behind" --fail-on later:20%
  [ -z "$output" ]
  [[ "$stderr" == *"  no verdict on "*": the run does not keep up with the rate, which the first one did; the first is echo-loop "* ]]
  [ "${stderr_lines[-1]}" = "waitbench: --fail-on later: $behind does not keep up where the first run did" ]
  # Of a first run that did not keep up there is nothing to fall behind.
  base=$behind
  check 0 "$BATS_FILE_TMPDIR/base" --fail-on later:20%
}

@test "a difference that its interval does not part from what is allowed passes" {
  base=$BATS_FILE_TMPDIR/noisy
  local larger
  larger=$(copy noisy_again)
  change "$larger" memory.csv 'row["total_bytes"] = round(int(row["total_bytes"]) * 1.08)'
  check 0 "$larger" --fail-on larger:5%
  change "$larger" memory.csv 'row["total_bytes"] = round(int(row["total_bytes"]) * 1.2)'
  check 4 "$larger" --fail-on larger:5% --output "$run_dir"
  [ -s "$run_dir/compare.csv" ]
}

@test "many figures share one level of error: what is enough for one is not among twenty" {
  base=$(copy noisy)
  local one
  one=$(copy noisy_again)
  change "$base" throughput.csv 'row["valid"] = "1" if row["model"] == "loop" and row["active"] == "1" else "0"'
  change "$one" throughput.csv 'row["achieved_per_second"] = str(float(row["achieved_per_second"]) * 0.73)'
  check 4 "$one" --fail-on slower:2%
  [ "${#lines[@]}" -eq 1 ]
  check 0 "$one" --fail-on slower:2%,later:1000%,larger:1000%
}

@test "too few blocks: no verdict, which is said and is no pass" {
  base=$BATS_FILE_TMPDIR/base
  local few
  few=$(copy slow)
  sed -i -E '/^[5-9],/d' "$few/throughput.csv"
  check 1 "$few" --fail-on slower:10%
  [ -z "$output" ]
  [ "${stderr_lines[1]}" = "  no verdict on 8: too few blocks (a verdict takes 6); the first is echo-loop 1 active, requests per second" ]
  [ "${stderr_lines[2]}" = "waitbench: --fail-on slower: no figure of $few has a verdict" ]
  rm "$few/throughput.csv"
  check 1 "$few" --fail-on slower:10%
  [[ "${stderr_lines[1]}" == "  no verdict on 8: the run does not have it; the first is "* ]]
}

@test "runs that are not comparable are refused in a line, by what is watched" {
  base=$BATS_FILE_TMPDIR/base
  local other
  other=$(copy slow)
  sed -i 's/Simulated CPU/Other CPU/' "$other/machine.json"
  check 2 "$other" --fail-on slower:10%
  [ "${#stderr_lines[@]}" -eq 1 ]
  [ "$stderr" = "waitbench: $other is not to be held against $base: they differ in CPU (Simulated CPU | Other CPU); --anyway does so all the same" ]
  check 0 "$other" --fail-on larger:5%
  check 4 "$other" --fail-on slower:10% --anyway
  check 2 "$base" --fail-on larger:5%
  [ "$stderr" = "waitbench: $base is the run that it is held against" ]
}

@test "several runs: each line says whose it is" {
  base=$BATS_FILE_TMPDIR/base
  check 4 "$BATS_FILE_TMPDIR/same" "$BATS_FILE_TMPDIR/slow" --fail-on slower:10%
  [ "${#lines[@]}" -eq 4 ]
  [[ "${lines[0]}" == *", of vm (2026-01-03)" ]]
}

@test "what is not understood is refused" {
  base=$BATS_FILE_TMPDIR/base
  check 2 "$base" --fail-on larger:5
  [[ "$stderr" == *"--fail-on larger:5: a share is written as 5%"* ]]
  check 2 "$base" --anyway
  [[ "$stderr" == *"--anyway goes with --fail-on"* ]]
}

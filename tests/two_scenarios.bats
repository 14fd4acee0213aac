# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two server scenarios in one run: what is said of each is what a run of it alone says.

load helpers

# Runs of echo, of toy, and of both, each with a report.
setup_file() {
  folder=$BATS_FILE_TMPDIR
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$folder/load"
  mkdir "$folder/memory"
  cp "$WAITBENCH_SOURCE/tests/golden/six-blocks/memory.csv" "$folder/memory"
  python3 "$WAITBENCH_SOURCE/tests/two_scenarios.py" make "$folder" "$folder/load" "$folder/memory"
  local name
  for name in echo toy both; do
    "$WAITBENCH_BUILD/waitbench" report "$folder/$name" >"$folder/$name.text" 2>&1
  done
  export folder
}

# table_of SCENARIO: the terminal's tables of it, from $output.
table_of() {
  awk -v wanted="Scenario $1" '/^Scenario / { shown = $0 == wanted } /^k: thousand/ { shown = 0 } shown' <<<"$output"
}

@test "charts, summary, bill, claims and tables keep two scenarios apart" {
  python3 "$WAITBENCH_SOURCE/tests/two_scenarios.py" check "$folder"
  output=$(<"$folder/both.text")
  [[ "$output" == *$'\nScenario echo\n'*$'\nScenario toy\n'* ]]
  [[ "$output" == *"yours against mine "*$'\n\nscenario echo\n'*"yours against mine "*$'\n\nscenario toy\n'* ]]
  refute grep -q '^Scenario' "$folder/echo.text"
  for name in echo toy; do
    diff <(table_of $name | sed "/^Scenario/d; /^$/d") \
      <(sed -n '/^Throughput of a closed/,/^k: thousand/p' "$folder/$name.text" | sed '/^k: thousand/d; /^$/d')
  done
}

@test "a comparison of runs keeps two scenarios apart" {
  for name in echo toy both; do
    run "$waitbench" compare --output "$folder/$name-compared" "$folder/$name" "$folder/$name-again"
    echo "$output" | head -c 20000
    [ "$status" -eq 0 ]
  done
  [[ "$output" == *$'\nmemory, echo: all bytes per waiter\n'*$'\nmemory, toy: all bytes per waiter\n'* ]]
  grep -q 'latency, toy: ' "$folder/both-compared/compare.html"
  refute grep -q 'latency, echo: ' "$folder/echo-compared/compare.html"
  python3 "$WAITBENCH_SOURCE/tests/two_scenarios.py" compared "$folder"
}

@test "a page's sections are about the plain server" {
  for name in echo both; do
    for section in memory throughput latency scorecard; do
      printf '<!-- waitbench:%s -->\n<!-- /waitbench -->\n' "$section"
    done >"$folder/$name.md"
    ln -sfn "$name" "$folder/run"
    cd "$folder"
    "$waitbench" report --readme "$name.md" run
  done
  [ "$(wc -l <"$folder/echo.md")" -gt 40 ]
  diff "$folder/echo.md" "$folder/both.md"
}

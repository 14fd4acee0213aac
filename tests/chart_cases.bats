#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Every chart on every run that is hard on charts: tests/chart_cases.py has them in a table. None fails,
# whatever the rows say; each draws what there is.

load helpers

setup_file() {
  base=$BATS_FILE_TMPDIR/base
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$base" --blocks 2
  cp "$WAITBENCH_SOURCE"/tests/golden/report-run/{memory,flow}.csv "$base"
  export base
}

cases=$WAITBENCH_SOURCE/tests/chart_cases.py

# drawn CASE: the case's run has a page, tables and charts, and nothing that went wrong.
drawn() {
  python3 "$cases" write "$1" "$base" "$run_dir"
  run "$waitbench" report "$run_dir"
  echo "$1: exit code $status: $output"
  [ "$status" -eq 0 ]
  [[ "$output" == *$'\nReport\n'* ]]
  [[ ! "$output" =~ [^[:alpha:]](nan|inf)[^[:alpha:]] ]]
  refute grep -q "This chart is not here: .*gnuplot" "$run_dir/report.html"
  "$WAITBENCH_BUILD/tests/draw_machine_charts" "$run_dir"
  python3 "$cases" check "$1" "$run_dir" "$WAITBENCH_SOURCE/plots"
  rm -r "$run_dir"
}

@test "every chart is drawn in every case, or has nothing to draw" {
  local all case count=0
  all=$(python3 "$cases" list)
  while read -r case; do
    drawn "$case"
    count=$((count + 1))
  done <<<"$all"
  [ "$count" -gt 15 ]
}

# redraw CHART FILE COLUMN FROM TO: the chart with other figures in the columns that begin so, as $svg.
redraw() {
  svg=$BATS_TEST_TMPDIR/$2.svg
  python3 - "$run_dir/charts/$2.csv" "${@:3}" <<'PYTHON'
import csv, sys
path, column, before, after = sys.argv[1:]
rows = list(csv.DictReader(open(path, newline="")))
for row in rows:
    row.update({name: after for name in row if name.startswith(column) and before in ("any", row[name])})
with open(path, "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
PYTHON
  gnuplot -c "$WAITBENCH_SOURCE/plots/$1.gp" "$run_dir" "$svg" "$2"
}

# Delays have their labels where they were measured; a panel without a figure has words and no crosses.
labels_fit() {
  local chart
  for chart in throughput-delay latency-delay; do
    redraw $chart $chart-web-postgres store_delay_us 1000 2500
    grep -q '>2.5 ms<' "$svg"
  done
  redraw latency-others latency-others-blocking p999_ any ''
  grep -q '>not shown: too few<' "$svg"
  refute grep -q "href='#gpPt1'" "$svg"
}

@test "every chart of a workload with options is drawn in cases that are hard on it" {
  local case
  python3 "$WAITBENCH_SOURCE/tests/simulated_web.py" "$BATS_TEST_TMPDIR/web" --blocks 2 --only web-postgres,blocking
  cp "$base/flow.csv" "$BATS_TEST_TMPDIR/web"
  for case in "one block" "nothing measured" "only zeros"; do
    python3 "$cases" write "$case" "$BATS_TEST_TMPDIR/web" "$run_dir"
    run "$waitbench" report "$run_dir"
    echo "$case: exit code $status: $output"
    [ "$status" -eq 0 ]
    [[ ! "$output" =~ [^[:alpha:]](nan|inf)[^[:alpha:]] ]]
    refute grep -q "This chart is not here: .*gnuplot" "$run_dir/report.html"
    python3 "$cases" others "$case" "$run_dir" "$WAITBENCH_SOURCE/plots"
    [ "$case" != healthy ] || labels_fit
    rm -r "$run_dir"
  done
}

@test "sixteen programs have sixteen colours that can be told apart, from each other and from ours" {
  python3 "$cases" write "sixteen long names" "$base" "$run_dir"
  "$waitbench" report "$run_dir"
  python3 - "$run_dir/charts/memory-growth" <<'PYTHON'
import csv, itertools, re, sys
labels = {row["label"] for row in csv.DictReader(open(sys.argv[1] + ".csv", newline=""))}
assert len(labels) == 16, labels
svg = open(sys.argv[1] + ".svg").read()
# A mark of each point, and its shape: colour and shape together are the arm's.
marks = set(re.findall(r"<use [^>]*href='#(gpPt\d+|[^']*gpPt\d+)'[^>]*color='rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)'", svg))
colors = {tuple(map(int, mark[1:])) for mark in marks}
assert len(marks) == len(colors) == 16, (len(marks), len(colors))

def lab(color):
    red, green, blue = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    root = lambda t: t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
    x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)

ours = {(31, 111, 180), (196, 30, 58), (240, 138, 36), (127, 127, 127), (21, 122, 30)}
for a, b in itertools.combinations(colors | ours, 2):
    distance = sum((p - q) ** 2 for p, q in zip(lab(a), lab(b))) ** 0.5
    assert distance > 20, (a, b, distance)
PYTHON
}

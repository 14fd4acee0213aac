# SPDX-License-Identifier: GPL-3.0-or-later
# What the command tests share. WAITBENCH_BUILD and WAITBENCH_SOURCE come from meson.

setup() {
  waitbench=$WAITBENCH_BUILD/waitbench
  subjects=$WAITBENCH_SOURCE/tests/subjects
  run_dir=$BATS_TEST_TMPDIR/run
  # Tests run side by side: to each its own name, lest it finds the runs of others at work.
  export WAITBENCH_RUN_LOCK="waitbench test $$ $BATS_TEST_NUMBER"
}

# refute COMMAND...: the command says no, with exit code 1. Bash lets `! command` fail without ending
# the test, and any other code means that it could not look: a file that is not there holds nothing.
refute() {
  local code=0
  "$@" || code=$?
  [ "$code" -ne 1 ] || return 0
  echo "refute: exit code $code, not 1: ${*@Q}" >&2
  return 1
}

# needs_reference_runs: which a release does not have (.gitattributes).
needs_reference_runs() {
  [ -d "$WAITBENCH_SOURCE/results/reference" ] || skip 'the reference runs are not in this tree'
}

# cell FILE COLUMN ROW: one cell of a CSV (rows from 1), by a real CSV reader.
cell() {
  python3 - "$@" <<'PYTHON'
import csv, sys
path, column, row = sys.argv[1:]
with open(path, newline="") as file:
    print(list(csv.DictReader(file))[int(row) - 1][column])
PYTHON
}

# cell_is_empty FILE COLUMN ROW: there is such a cell, with nothing in it. What `cell` prints does not
# tell an empty cell from none.
cell_is_empty() {
  local text
  text=$(cell "$@") || return
  [ -z "$text" ]
}

# rows FILE: how many rows a CSV has; fails unless each is whole.
rows() {
  python3 - "$1" <<'PYTHON'
import csv, sys
with open(sys.argv[1], newline="") as file:
    lines = list(csv.reader(file, strict=True))
assert all(len(line) == len(lines[0]) for line in lines), "a row is not whole"
print(len(lines) - 1)
PYTHON
}

# cgroups_of PID...: how many cgroups there are that these runs have made. Others may run beside us.
cgroups_of() {
  local pid count=0
  for pid in "$@"; do
    count=$((count + $(find /sys/fs/cgroup -type d -name "waitbench-$pid-*" 2>/dev/null | wc -l)))
  done
  echo "$count"
}

# descendants PID: the processes below it.
descendants() {
  local child
  for child in $(pgrep -P "$1"); do
    echo "$child"
    descendants "$child"
  done
}

# tables_fit FILE: no line that a report printed from the scorecard to where the charts are is wider than
# 80 columns.
tables_fit() {
  python3 - "$1" <<'PYTHON'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
tables = lines[lines.index("Scorecard"):lines.index("Charts")]
assert len(tables) > 20, tables
wide = [line for line in tables if len(line) > 80]
assert not wide, wide
PYTHON
}

# browse PAGE EXPRESSION: what the JavaScript says of PAGE (a file name in $run_dir), whose element is
# `root`, in a frame of 375 pixels (a window may have a least width), after the frame's width, whether
# nothing scrolls sideways, how many charts there are (but for the pictures of votes) and how many files were asked for.
browse() {
  cat >"$run_dir/frame.html" <<HTML
<!DOCTYPE html>
<iframe id="frame" src="$1" style="width:375px;height:3000px;border:0"></iframe>
<script>
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  document.title = [frame.contentWindow.innerWidth, root.scrollWidth <= root.clientWidth,
    page.querySelectorAll("svg:not(.votes)").length,
    frame.contentWindow.performance.getEntriesByType("resource").length, $2].join(" ");
};
</script>
HTML
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$BATS_TEST_TMPDIR/profile" --allow-file-access-from-files \
    --enable-logging=stderr --virtual-time-budget=5000 --dump-dom "file://$run_dir/frame.html" \
    >"$BATS_TEST_TMPDIR/dom" 2>"$BATS_TEST_TMPDIR/log"
  grep -o "<title>[^<]*" "$BATS_TEST_TMPDIR/dom" | sed "s/<title>//"
}

# every_row FILE EXPRESSION: it holds for every row, with the cells as text in `row` and as numbers by
# their columns' names (0 where there is none).
every_row() {
  python3 - "$@" <<'PYTHON'
import csv, sys
path, expression = sys.argv[1:]
rows = list(csv.DictReader(open(path, newline="")))
assert rows, "no row"
for row in rows:
    numbers = {"row": row}
    for name, text in row.items():
        try:
            numbers[name] = float(text)
        except ValueError:
            numbers[name] = 0.0
    if not eval(expression, {}, numbers):
        sys.exit(f"{expression} does not hold: {row}")
PYTHON
}

# Of a trial that others took the CPUs from, for every_row.
others='"others used" in row["note"] or "did not run for" in row["note"]'

# beside_others COMMAND...: a run into $run_dir, with exit code 0, or with 1 where others had the CPUs of
# each trial that failed. Tests run side by side on few CPUs.
beside_others() {
  local code=0 file
  "$@" || code=$?
  [ "$code" -eq 1 ] || return "$code"
  for file in "$run_dir"/{memory,throughput,latency,flow}.csv; do
    if [ -e "$file" ]; then every_row "$file" "valid == 1 or $others" || return; fi
  done
}

# was_kept_off NOTES: waitbench load has said there that it did not run for half of the window, since
# others had its CPU or the machine stood still, so that its row is not valid.
was_kept_off() {
  local pattern='did not run for ([0-9.]+) s of the ([0-9.]+) s window'
  [[ "$(cat "$1")" =~ $pattern ]] || return
  awk "BEGIN { exit !(2 * ${BASH_REMATCH[1]} >= ${BASH_REMATCH[2]} - 0.002) }"
}

# told WHEN NAME: the text of what machine.json says under that name.
told() {
  jq -er --arg name "$2" "[.disturbances.$1[] | select(.name == \$name).text][0]" "$run_dir/machine.json"
}

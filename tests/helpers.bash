# SPDX-License-Identifier: GPL-3.0-or-later
# What the command tests share. WAITBENCH_BUILD and WAITBENCH_SOURCE come from meson.

setup() {
  waitbench=$WAITBENCH_BUILD/waitbench
  subjects=$WAITBENCH_SOURCE/tests/subjects
  run_dir=$BATS_TEST_TMPDIR/run
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

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs of many runtimes: charts, tables and a part of the page of their own, and less of them everywhere else.

load helpers

setup_file() {
  export MANY=$BATS_FILE_TMPDIR/many FEW=$BATS_FILE_TMPDIR/few
  python3 "$WAITBENCH_SOURCE/tests/simulated_runtimes.py" "$MANY" --blocks 2
  "$WAITBENCH_BUILD/waitbench" report "$MANY" 2>"$MANY.said"
  python3 "$WAITBENCH_SOURCE/tests/simulated_runtimes.py" "$FEW" --blocks 2 --count 3 --bare
  rm "$FEW"/{throughput,latency,latency-spectrum}.csv
  "$WAITBENCH_BUILD/waitbench" report "$FEW" 2>"$FEW.said"
}

@test "each chart has every program once, in order, with the figures that are true of it" {
  PYTHONPATH=$WAITBENCH_SOURCE/tests python3 - "$MANY/charts" <<'PYTHON'
import csv, sys
from simulated_runtimes import PROGRAMS
charts = {name: list(csv.DictReader(open(f"{sys.argv[1]}/runtimes-{name}.csv", newline="")))
          for name in ("memory", "latency", "throughput", "spawn")}
for name, rows in charts.items():
    assert [row["label"] for row in rows] != sorted(PROGRAMS), name
    assert sorted(row["label"] for row in rows) == sorted(PROGRAMS), name
    assert [int(row["position"]) for row in rows] == list(range(1, len(rows) + 1)), name
ordered = lambda name, column: [float(row[column]) for row in charts[name]]
for name, column, sign in ("memory", "total_bytes", 1), ("latency", "p99_ns", 1), ("spawn", "spawn_ns", 1), \
                          ("throughput", "many_per_second", -1):
    values = ordered(name, column)
    assert values == sorted(values, key=lambda value: sign * value), name
for row in charts["memory"]:
    truth = sum(PROGRAMS[row["label"]][2:6])
    assert abs(float(row["total_bytes"]) / truth - 1) < 0.03, (row, truth)
    parts = sum(float(row[part + "_bytes"]) for part in ("user", "kernel_stack", "page_table", "kernel_other"))
    assert abs(parts / float(row["total_bytes"]) - 1) < 0.001, row
    assert float(row["total_ci_low_bytes"]) < float(row["total_bytes"]) < float(row["total_ci_high_bytes"])
colors = {row["label"]: row["color"] for row in charts["memory"]}
assert (colors["echo-threads"], colors["echo-loops"], colors["python-threading"], colors["go"]) == \
       ("threads", "loops", "other-threads", "other"), colors
assert len({row["offered_per_second"] for row in charts["latency"]}) == 1
assert not any(int(row["overloaded_trials"]) for row in charts["latency"])
PYTHON
  local name
  for name in memory latency throughput spawn; do
    [ -s "$MANY/charts/runtimes-$name.png" ]
  done
}

@test "charts of all arms show ours and those of a pair, and say so" {
  python3 - "$MANY" <<'PYTHON'
import csv, sys
pairs = {"python-threading", "python-asyncio", "java-threads", "java-virtual-threads", "rust-threads", "rust-tokio"}
for name in "memory-growth", "memory-bill", "throughput", "latency-load", "latency-spectrum", "latency-idle":
    labels = {row["label"].split(" · ")[0] for row in csv.DictReader(open(f"{sys.argv[1]}/charts/{name}.csv", newline=""))}
    assert labels - {"threads", "loop", "loops", "sockets"} == pairs, (name, labels)
page = open(f"{sys.argv[1]}/report.html").read()
assert page.count("Of 20 other programs 6 are here, which are of a pair") == 6
assert 'href="#runtimes">Runtimes</a></li>' in page
part = page[page.index('<section id="runtimes"'):]
part = part[:part.index("</section>")]
names = [row.split("<")[0].strip() for row in part.split('<th scope="row">')[1:]]
assert names[0] == "c-epoll" and names[-1] == "perl-fork" and len(names) == 23, names
assert "Go, goroutines; go 1.2.3" in part and "not a ranking of languages" in part
assert part.count("<figure>") == 4 and "This chart is not here" not in part
PYTHON
}

@test "the terminal has a line for each in 80 columns, and no more of the rest than a reader can take" {
  grep -q "^program  *all in  *user over 100  *over 1  *p50  *p99$" "$MANY.said"
  grep -Eq "^perl-fork +[0-9]{3} KiB +[0-9]{3} KiB +[0-9.]+ k +[0-9.]+ k +[0-9.]+ us +[0-9.]+ us$" "$MANY.said"
  grep -q "^Of 20 other programs 6 are here" "$MANY.said"
  [ "$(wc -l <"$MANY.said")" -lt 400 ]
  python3 - "$MANY.said" "$FEW.said" <<'PYTHON'
import sys
for name in sys.argv[1:]:
    lines = open(name, encoding="utf-8").read().split("\n")
    wide = [line for line in lines[:lines.index("Charts")] if len(line) > 80]
    assert not wide, wide
PYTHON
}

@test "each foreign program is set against our loop, and the halves of a pair against each other" {
  python3 - "$MANY/summary.csv" <<'PYTHON'
import csv, sys
against = {}
for row in csv.DictReader(open(sys.argv[1], newline="")):
    against.setdefault(row["arm_a"], set()).add(row["arm_b"])
assert against["go"] == against["c-epoll"] == {"echo-loop"}, against
assert "echo-loop" in against["python-threading"] <= {"echo-loop", "python-asyncio"}, against
assert against["echo-threads"] == {"echo-loop"}, against
PYTHON
}

@test "three foreign programs of --subject have charts of runtimes, two have none" {
  [ -s "$FEW/charts/runtimes-memory.svg" ]
  [ ! -e "$FEW/charts/runtimes-latency.csv" ]
  grep -q "This chart is not here: no program has latency at a rate that all were offered" "$FEW/report.html"
  grep -q "^python-asyncio-protocol" "$FEW.said"
  refute grep -q "other programs" "$FEW/report.html"
  python3 "$WAITBENCH_SOURCE/tests/simulated_runtimes.py" "$run_dir" --blocks 2 --count 2 --bare
  rm "$run_dir"/{throughput,latency,latency-spectrum}.csv
  "$waitbench" report "$run_dir"
  [ -s "$run_dir/charts/memory-bill.png" ]
  [ ! -e "$run_dir/charts/runtimes-memory.csv" ]
  refute grep -q 'id="runtimes"' "$run_dir/report.html"
}

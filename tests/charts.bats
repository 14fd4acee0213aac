#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The charts, from a run folder whose figures are invented: they show that it is drawn, not what it says.

load helpers

setup_file() {
  cp -r "$WAITBENCH_SOURCE/tests/golden/report-run" "$BATS_FILE_TMPDIR/run"
  "$WAITBENCH_BUILD/waitbench" report "$BATS_FILE_TMPDIR/run"
}

charts='memory-growth memory-bill throughput throughput-work latency-spectrum latency-load latency-work latency-idle flow'

@test "a script by itself draws SVG and PNG, and says nothing" {
  local name ending
  for name in $charts; do
    for ending in svg png; do
      run gnuplot -c "$WAITBENCH_SOURCE/plots/$name.gp" "$BATS_FILE_TMPDIR/run" \
        "$BATS_TEST_TMPDIR/$name.$ending"
      [ "$status" -eq 0 ]
      [ "$output" = "" ]
    done
    python3 - "$BATS_TEST_TMPDIR/$name" <<'PYTHON'
import struct, sys, xml.etree.ElementTree as tree
svg = tree.parse(sys.argv[1] + ".svg").getroot()
width, height = map(float, svg.get("viewBox").split()[2:])
png = open(sys.argv[1] + ".png", "rb").read()
assert png[:8] == b"\x89PNG\r\n\x1a\n"
assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height), "PNG is twice the SVG"
PYTHON
  done
}

@test "every point of a series is drawn, in its model's colour" {
  python3 - "$BATS_FILE_TMPDIR/run/charts/memory-growth" <<'PYTHON'
import csv, re, sys
rows = list(csv.DictReader(open(sys.argv[1] + ".csv", newline="")))
svg = open(sys.argv[1] + ".svg").read()
colors = {"threads": (31, 111, 180), "loop": (196, 30, 58), "sockets": (127, 127, 127), "other1": (0, 158, 115)}
assert {row["color"] for row in rows} == set(colors)
for name, rgb in colors.items():
    points = sum(row["color"] == name for row in rows)
    series = len({row["series"] for row in rows if row["color"] == name})
    # gnuplot 6 makes a dot, which is not a point, of an interval that is narrower than it draws.
    drawn = len(re.findall(r"<use xlink:href='#gpPt[^>]*color='rgb\(\s*%d,\s*%d,\s*%d\)'" % rgb, svg))
    assert drawn == 2 * points + series, (name, drawn)  # two panels, and the key
PYTHON
}

@test "every label of a chart is in it, and none is taken for markup" {
  cp -r "$BATS_FILE_TMPDIR/run" "$run_dir"
  sed -i 's/fifty-kib/<b>\&amp;_{x}^2/' "$run_dir"/memory*.csv
  "$waitbench" report "$run_dir"
  python3 - "$run_dir/charts" <<'PYTHON'
import csv, sys, xml.etree.ElementTree as tree
for name in "memory-growth", "memory-bill":
    svg = tree.parse(f"{sys.argv[1]}/{name}.svg").getroot()
    texts = {"".join(text.itertext()).strip() for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    for row in csv.DictReader(open(f"{sys.argv[1]}/{name}.csv", newline="")):
        assert row["label"] in texts, (row["label"], texts)
    assert any("<b>&amp;_{x}^2" in text for text in texts)
PYTHON
}

@test "every chart says what it shows, of which machine, day and version, and a name is only text" {
  cp -r "$BATS_FILE_TMPDIR/run" "$run_dir"
  cd "$BATS_TEST_TMPDIR"
  local label="'; system('touch one') #\`touch two\` @x\\{}%d\"<b>&amp;_{x}"
  jq --arg name "$label" '.label = $name | .waitbench_version = "0.0.9"' "$run_dir/machine.json" >machine.json
  mv machine.json "$run_dir"
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  python3 - "$run_dir" "$label" $charts <<'PYTHON'
import html, json, re, sys, xml.etree.ElementTree as tree
folder, label, charts = sys.argv[1], sys.argv[2], sys.argv[3:]
machine = json.load(open(folder + "/machine.json"))
page = open(folder + "/report.html").read()
for name in charts:
    svg = tree.parse(f"{folder}/charts/{name}.svg").getroot()
    texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    width, height = map(float, svg.get("viewBox").split()[2:])
    foot = f"{label} · {machine['started_utc'][:10]} · waitbench 0.0.9"
    room = int(width / 6.5)  # a narrow chart shortens a long name
    foot = foot if len(foot) <= room else foot[:(room - 1) // 2] + "…" + foot[-(room // 2):]
    assert texts.count(foot) == 1, (foot, texts)
    # The page has the title as a heading and for screen readers, and leaves out that in the picture.
    title = html.unescape(re.search(f'<title id="{name}-title">(.*?)</title>', page)[1])
    assert texts.count(title) == 1, (title, texts)
    assert f"<h3>{title}</h3>" in page, title
    shown, kinds = re.search(rf'<svg viewBox="([^"]*)" role="img" (?:class="([a-z ]*)" )?aria-labelledby="{name}-title"', page).groups()
    assert list(map(float, shown.split())) == [0, 34, width, height - 34], shown
    # One that a sheet of paper would make tiny is known to the page's style.
    assert ("tall" in (kinds or "").split()) == (height - 34 > 2 * width), (name, kinds)
    heights = {"".join(text.itertext()): float(re.search(r",([\d.]+)\)", group.get("transform"))[1])
               for group in svg.iter("{http://www.w3.org/2000/svg}g") if group.get("transform")
               for text in group.findall("{http://www.w3.org/2000/svg}text") if text.text}
    assert heights.pop(title) < 28 and min(heights.values()) > 44, heights
PYTHON
  run find "$BATS_TEST_TMPDIR" -name one -o -name two
  [ "$status" -eq 0 ]
  [ "$output" = "" ]
}

@test "charts of a comparison say what they show, and from when to when their runs are" {
  local other=$BATS_TEST_TMPDIR/other
  cp -r "$BATS_FILE_TMPDIR/run" "$other"
  jq '.started_utc = "2026-02-03T04:05:06Z"' "$other/machine.json" >"$BATS_TEST_TMPDIR/machine.json"
  mv "$BATS_TEST_TMPDIR/machine.json" "$other"
  run "$waitbench" compare "$other" "$BATS_FILE_TMPDIR/run" --output "$run_dir"
  [ "$status" -eq 0 ]
  grep -q '<text>2 runs · 2026-01-02 to 2026-02-03</text>' "$run_dir/charts/ratios.svg"
  grep -q '<text>Threads against the loop, inside each machine</text>' "$run_dir/charts/ratios.svg"
  grep -q '<svg viewBox="0 34 800 ' "$run_dir/compare.html"
}

@test "each step of control flow has words, and no parameter that tells nothing" {
  needs_reference_runs
  cp -r "$WAITBENCH_SOURCE/results/reference/2cpu-vm" "$run_dir"
  rm "$run_dir"/{memory,memory-per-waiter,throughput,latency,latency-spectrum}.csv
  "$waitbench" report "$run_dir"
  python3 - "$run_dir/charts/flow.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len({row["heading"] for row in rows}) == 7
for row in rows:
    assert row["heading"].startswith(row["scenario"] + ": "), row
    words, *parameters = row["row_label"].split(" · ")
    if row["scenario"] == "counter":
        # Two of its metrics are words already.
        assert len(parameters) == 1 and parameters[0] in ("1 worker", "4 workers", "16 workers"), row
    else:
        assert not row["metric"].startswith(words.replace(" ", "_")), row
        assert parameters in ([], ["median"], ["99 %"], ["longest"]), row
# A step of both models is one line, and no line is two steps'.
lines = {(row["panel"], row["position"]): row["row_label"] for row in rows}
assert len(lines) == len({(row["panel"], row["row_label"]) for row in rows}) < len(rows)
PYTHON
}

@test "a run that does not say when it was, or a hand that draws, leaves out what is not known" {
  cp -r "$BATS_FILE_TMPDIR/run" "$run_dir"
  rm -r "$run_dir/charts"
  jq '.cpu.model = "Imaginary CPU 9000" | .started_utc = "2026-1\u000a"' \
    "$run_dir/machine.json" >"$BATS_TEST_TMPDIR/machine.json"
  mv "$BATS_TEST_TMPDIR/machine.json" "$run_dir"
  "$waitbench" report "$run_dir"
  grep -q '<text>Imaginary CPU 9000</text>' "$run_dir/charts/flow.svg"
  rm "$run_dir/machine.json"
  "$waitbench" report "$run_dir"
  grep -q '<text>What control flow costs' "$run_dir/charts/flow.svg"
  refute grep -q 'Imaginary' "$run_dir/charts/flow.svg"
  gnuplot -c "$WAITBENCH_SOURCE/plots/flow.gp" "$run_dir" "$BATS_TEST_TMPDIR/flow.svg"
  refute grep -q '<text>What control flow costs' "$BATS_TEST_TMPDIR/flow.svg"
}

@test "fewer than 6 blocks have no intervals, and are drawn all the same" {
  cp -r "$BATS_FILE_TMPDIR/run" "$run_dir"
  python3 - "$run_dir" <<'PYTHON'
import csv, pathlib, sys
for name in "memory", "throughput", "latency", "latency-spectrum", "flow":
    path = pathlib.Path(sys.argv[1], name + ".csv")
    rows = list(csv.reader(path.open(newline="")))
    csv.writer(path.open("w", newline=""), lineterminator="\n").writerows(
        [row for row in rows if row[0] in ("block", "1", "2")])
PYTHON
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  cell_is_empty "$run_dir/charts/latency-load.csv" p50_ci_low_ns 1
  [ -n "$(cell "$run_dir/charts/latency-load.csv" p50_median_ns 1)" ]
  local name
  for name in $charts; do
    [ -s "$run_dir/charts/$name.svg" ]
    grep -q "<use " "$run_dir/charts/$name.svg"
  done
}

# simulated: a run of every setting and column of the load experiments, in $run_dir.
simulated() {
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$run_dir"
}

load_charts='throughput throughput-work latency-spectrum latency-load latency-utilisation latency-work latency-idle latency-active'

# change EXPRESSION: for each row of the run's load files, as a dictionary `row`; None leaves it out.
change() {
  python3 - "$run_dir" "$1" <<'PYTHON'
import csv, pathlib, sys
for name in "throughput", "latency", "latency-spectrum":
    path = pathlib.Path(sys.argv[1], name + ".csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    rows = [row for row in (eval(sys.argv[2], {"row": row}) for row in rows) if row]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
PYTHON
}

# all_drawn: the page draws every chart of load, and the scripts say nothing.
all_drawn() {
  local name
  run "$waitbench" report "$run_dir"
  echo "$output"
  [ "$status" -eq 0 ]
  for name in $load_charts; do
    [ -s "$run_dir/charts/$name.png" ]
    run gnuplot -d -c "$WAITBENCH_SOURCE/plots/$name.gp" "$run_dir" "$run_dir/charts/$name.svg"
    echo "$name: $output"
    [ "$status" -eq 0 ]
    [ "$1" = "warnings" ] || [ "$output" = "" ]
  done
}

@test "a run with every setting is drawn whole" {
  simulated
  all_drawn silently
}

@test "a single arm is drawn" {
  simulated
  change 'row if row["model"] == "loop" else None'
  all_drawn silently
}

@test "where every trial was overloaded, each point is drawn apart" {
  simulated
  change '{**row, "overloaded": 1}'
  run "$waitbench" report "$run_dir"
  [ "$status" -eq 0 ]
  python3 - "$run_dir/charts" <<'PYTHON'
import csv, re, sys
for name in "latency-load", "latency-idle", "latency-active":
    rows = list(csv.DictReader(open(f"{sys.argv[1]}/{name}.csv", newline="")))
    assert all(int(row["overloaded_trials"]) == int(row["blocks"]) == 6 for row in rows)
    svg = open(f"{sys.argv[1]}/{name}.svg").read()
    marks = lambda shape: len(re.findall(r"<use [^>]*href='#[^']*gpPt%d' transform=" % shape, svg))
    assert "overloaded" in svg, "the key names the open mark"
    drawn = sum(row[f"{q}_median_ns"] != "" for row in rows for q in ("p50", "p99", "p999"))
    # Open circles and squares, with one of the key; filled ones in the key only.
    assert marks(5) + marks(3) == drawn + 1, (name, marks(5), marks(3), drawn)
    assert marks(6) == marks(4) == 1, (name, marks(6), marks(4))
PYTHON
}

@test "where no quantile was measured, a chart says so and does not fail" {
  simulated
  change '{**row, **{c: "" for c in row if c[0] == "p" and c.endswith("_ns") or c == "latency_ns"}}'
  all_drawn warnings
  grep -q "too few" "$run_dir/charts/latency-load.svg"
  grep -q "too few" "$run_dir/charts/latency-work.svg"
}

@test "a withheld point is a cross, and a slow program's rates are in requests/s" {
  python3 "$WAITBENCH_SOURCE/tests/simulated_load.py" "$run_dir"
  python3 - "$run_dir" <<'PYTHON'
import csv, sys
for name in "throughput.csv", "latency.csv":
    path = f"{sys.argv[1]}/{name}"
    rows = list(csv.DictReader(open(path, newline="")))
    for row in rows:
        for column in "achieved_per_second", "offered_per_second":
            if row.get(column):
                row[column] = str(float(row[column]) / 1000)
        if row["model"] == "loop" and row["payload_bytes"] == "16384":
            row["p999_ns"] = ""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
PYTHON
  "$waitbench" report "$run_dir"
  grep -q ">withheld<" "$run_dir/charts/latency-work.svg"
  grep -q ">offered, requests/s<" "$run_dir/charts/latency-load.svg"
  grep -q ">requests/s<" "$run_dir/charts/throughput.svg"
}
